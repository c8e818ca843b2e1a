import type { Db } from 'mongodb';
import { BEFORE_THE_START, readProgress, type PartitionProgress } from './feed/checkpoints.js';
import { partitionOf } from './feed/partition.js';

/** A consumer has not reached a log position in time. */
export class ProjectionBehind extends Error {
  override readonly name = 'ProjectionBehind';

  constructor(
    readonly consumer: string,
    /** The position that was asked for. */
    readonly position: number,
    /** The position that all partitions asked about had reached. */
    readonly reached: number,
  ) {
    super(`${consumer} is at ${reached}, asked for ${position}`);
  }
}

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Wait for the partition of this key only. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

interface Waiter {
  readonly consumer: string;
  readonly position: number;
  readonly key: string | undefined;
  /** When the waiting began, by the process's own monotonic clock. */
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds between looks at the checkpoints: soon while somebody has only begun to wait, less often the longer all have waited. */
const MIN_POLL_MS = 5;
const MAX_POLL_MS = 100;
const POLLS_PER_WAIT = 4;

/** One poller for each database handle: all who wait share its looks. */
const pollers = new WeakMap<Db, CheckpointPoller>();

/**
 * Resolves when the consumer has applied everything up to the log position, in all partitions or in that of one key: read what you wrote. Throws
 * `ProjectionBehind` when the time is up, the signal's reason when it aborts, and the driver's error when MongoDB fails.
 */
export const waitForPosition = async (db: Db, consumer: string, position: number, { timeoutMs, key, signal }: WaitOptions): Promise<void> => {
  signal?.throwIfAborted();
  const poller = pollers.get(db) ?? new CheckpointPoller(db);
  pollers.set(db, poller);
  const { promise, resolve, reject } = withResolvers();
  const waiter: Waiter = { consumer, position, key, since: performance.now(), resolve, reject };
  const timer = setTimeout(() => reject(new ProjectionBehind(consumer, position, poller.reached(waiter))), timeoutMs);
  const aborted = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', aborted);
  try {
    poller.add(waiter);
    await promise;
  } finally {
    poller.remove(waiter);
    clearTimeout(timer);
    signal?.removeEventListener('abort', aborted);
  }
};

class CheckpointPoller {
  private readonly waiters = new Set<Waiter>();
  private seen: readonly PartitionProgress[] = [];
  private polling = false;

  constructor(private readonly db: Db) {}

  add(waiter: Waiter): void {
    this.waiters.add(waiter);
    if (!this.polling) void this.poll();
  }

  remove(waiter: Waiter): void {
    this.waiters.delete(waiter);
  }

  /** The position that all partitions the waiter asks about had reached at the last look. */
  reached({ consumer, key }: Pick<Waiter, 'consumer' | 'key'>): number {
    const partitions = this.seen.filter((partition) => partition.consumer === consumer);
    const concerned = key === undefined ? partitions : partitions.filter(({ partition, of }) => partition === partitionOf(key, of));
    return concerned.length === 0 ? BEFORE_THE_START : Math.min(...concerned.map(({ position }) => position));
  }

  private async poll(): Promise<void> {
    this.polling = true;
    while (this.waiters.size > 0) {
      const asking = [...this.waiters];
      try {
        const consumers = [...new Set(asking.map(({ consumer }) => consumer))];
        this.seen = await readProgress(this.db, consumers);
        for (const waiter of asking) if (this.reached(waiter) >= waiter.position) waiter.resolve();
      } catch (error) {
        for (const waiter of asking) waiter.reject(error);
      }
      await new Promise((resolve) => setTimeout(resolve, this.pauseMs()));
    }
    this.polling = false;
  }

  private pauseMs(): number {
    const shortestWait = performance.now() - Math.max(...[...this.waiters].map(({ since }) => since));
    return Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, shortestWait / POLLS_PER_WAIT));
  }
}

const withResolvers = (): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } => {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
};

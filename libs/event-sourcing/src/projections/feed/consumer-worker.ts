import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Db } from 'mongodb';
import { systemClock, type Clock } from '../../domain/clock.js';
import type { BatchConsumer } from './batch-consumer.js';
import { ensureCheckpoints, type Claim } from './checkpoints.js';
import { ClaimedFeed } from './claimed-feed.js';
import type { FeedContext, FeedLog } from './feed-context.js';
import { GroupedCommits } from './grouped-commits.js';
import { Leases } from './leases.js';
import type { FeedObserver } from './observer.js';
import { ensureParking } from './parking.js';
import { Patience, pause } from './patience.js';
import { SharedTail } from './shared-tail.js';

export interface ConsumerWorkerOptions {
  readonly db: Db;
  readonly log: FeedLog;
  readonly consumers: readonly BatchConsumer[];
  /** Real time, for leases; not the domain clock, which may be moved. */
  readonly clock?: Clock;
  /** Milliseconds after which another worker takes over from one that was killed. Default 5000. */
  readonly leaseMs?: number;
  /** Most events in one transaction of a consumer that does not say so itself. Default 500. */
  readonly maxBatch?: number;
  /** Milliseconds that `stop` waits for batches in progress. Default 10000. */
  readonly drainMs?: number;
  readonly observer?: FeedObserver;
}

/**
 * Runs consumers on a share of their partitions, together with any number of other workers. A store that goes away is waited for; the work resumes
 * by itself from the stored checkpoints.
 */
export class ConsumerWorker {
  /** Unique to this start: a worker that was killed and started again is another one. */
  readonly id = `${hostname()}-${process.pid}-${randomUUID()}`;
  private readonly leases: Leases;
  private readonly tail: SharedTail;
  private readonly context: FeedContext;
  private readonly working: Promise<unknown>;

  private constructor(private readonly options: ConsumerWorkerOptions) {
    const { db, log, consumers, clock = systemClock, leaseMs = 5000, maxBatch = 500, observer = {} } = options;
    this.tail = new SharedTail(log, [...new Set(consumers.flatMap(({ categories }) => categories))]);
    this.context = { db, commits: new GroupedCommits(db), log: this.tail, clock, maxBatch, observer };
    this.leases = new Leases(db, this.id, consumers, clock, leaseMs, observer);
    this.working = Promise.all([this.leases.keep(), ...consumers.map((consumer) => this.feed(consumer))]);
  }

  /** Starts working in the background; needs no store to be there yet. */
  static start(options: ConsumerWorkerOptions): ConsumerWorker {
    return new ConsumerWorker(options);
  }

  /** Finishes the batches in progress and hands the leases back. If a store is away, gives up after `drainMs`; the leases then run out by themselves. */
  async stop(): Promise<void> {
    this.leases.revokeAll();
    this.tail.stop();
    const drained = new AbortController();
    await Promise.race([
      this.handBack().finally(() => drained.abort()),
      pause(this.options.drainMs ?? 10_000, drained.signal),
    ]);
  }

  private async handBack(): Promise<void> {
    await this.working;
    try {
      await this.leases.release();
    } catch (error) {
      this.context.observer.interrupted?.('leases', error);
    }
  }

  private async feed(consumer: BatchConsumer): Promise<void> {
    let isSetUp = false;
    const setUp = async (): Promise<void> => {
      if (isSetUp) return;
      await ensureCheckpoints(this.context.db);
      await ensureParking(this.context.db);
      await consumer.setUp();
      isSetUp = true;
    };
    for await (const claim of this.leases.claimsOf(consumer.name)) await this.work(consumer, claim, setUp);
  }

  /** Works on a claim until it is revoked, resuming after every interruption. */
  private async work(consumer: BatchConsumer, claim: Claim, setUp: () => Promise<void>): Promise<void> {
    const patience = new Patience(100, 5000);
    while (!claim.signal.aborted) {
      try {
        await setUp();
        const feed = await ClaimedFeed.open(this.context, consumer, claim, () => patience.succeeded());
        await feed.run();
      } catch (error) {
        if (claim.signal.aborted) return;
        this.context.observer.interrupted?.(consumer.name, error);
        await patience.pause(claim.signal);
      }
    }
  }
}

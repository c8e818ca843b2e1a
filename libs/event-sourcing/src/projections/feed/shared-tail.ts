import { positionOf, type FeedItem } from '../../log/follow.js';
import type { FeedLog } from './feed-context.js';
import { LogTail } from './log-tail.js';

/**
 * One subscription for all consumers of a worker: the end of the log is received and decoded once, however many read it. A consumer that is behind
 * what the tail remembers reads by itself until it has caught up, so that a slow one holds up nobody and memory stays bounded.
 */
export class SharedTail implements FeedLog {
  private current: Promise<LogTail> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly log: FeedLog,
    /** The categories of all consumers together. */
    private readonly categories: readonly string[],
  ) {}

  /** As `EventLog.follow`; the categories must be among those of the tail. Throws `StoreUnavailable` when the store is lost. */
  async *follow(categories: readonly string[], after: number | undefined, signal: AbortSignal): AsyncGenerator<readonly FeedItem[]> {
    const wanted = new Set(categories);
    let position = after;
    while (!signal.aborted && !this.stopping.signal.aborted) {
      const tail = await this.tail();
      for await (const items of tail.reaches(position) ? tail.after(position, wanted, signal) : this.upTo(tail, categories, position, signal)) {
        const newest = items.at(-1);
        if (newest !== undefined) position = positionOf(newest);
        yield items;
      }
    }
  }

  lastPosition(): Promise<number> {
    return this.log.lastPosition();
  }

  readStream(...read: Parameters<FeedLog['readStream']>): ReturnType<FeedLog['readStream']> {
    return this.log.readStream(...read);
  }

  /** Ends the subscription. */
  stop(): void {
    this.stopping.abort();
  }

  /** Reads by a subscription of its own until the tail takes over; the last item says so with the position from which on it does. */
  private async *upTo(tail: LogTail, categories: readonly string[], after: number | undefined, signal: AbortSignal): AsyncGenerator<readonly FeedItem[]> {
    for await (const items of this.log.follow(categories, after, signal)) {
      const own = items.filter((item) => positionOf(item) <= tail.floor);
      const isOver = own.length < items.length;
      yield isOver ? [...own, { kind: 'checkpoint', position: tail.floor }] : own;
      if (isOver || own.some((item) => positionOf(item) === tail.floor)) return;
    }
  }

  /** The tail that is being read, or a new one from the present end of the log. */
  private tail(): Promise<LogTail> {
    this.current ??= this.begin();
    return this.current;
  }

  private async begin(): Promise<LogTail> {
    try {
      const floor = await this.log.lastPosition();
      const { signal } = this.stopping;
      return new LogTail(floor, this.log.follow(this.categories, floor < 0 ? undefined : floor, signal), () => (this.current = undefined));
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }
}

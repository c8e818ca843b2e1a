import type { Db } from 'mongodb';
import type { Clock } from '../../domain/clock.js';
import type { Recorded } from '../../domain/event.js';
import type { FeedItem } from '../../log/follow.js';
import type { GroupedCommits } from './grouped-commits.js';
import type { FeedObserver } from './observer.js';

/** What a feed needs of the log. */
export interface FeedLog {
  follow(categories: readonly string[], after: number | undefined, signal: AbortSignal): AsyncIterable<readonly FeedItem[]>;
  /** The position of the last event, -1 if there is none. */
  lastPosition(): Promise<number>;
  readStream(stream: string, fromRevision: number, maxCount: number): Promise<Recorded[]>;
}

/** What all feeds of a worker share. */
export interface FeedContext {
  readonly db: Db;
  readonly commits: GroupedCommits;
  readonly log: FeedLog;
  readonly clock: Clock;
  readonly observer: FeedObserver;
  /** Most events in one transaction of a consumer that does not say so itself. */
  readonly maxBatch: number;
}

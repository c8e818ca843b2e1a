import { positionOf, type FeedItem } from '../../log/follow.js';
import type { RawRecorded } from '../../log/recorded.js';
import { BatchApplier } from './apply-batch.js';
import type { BatchConsumer } from './batch-consumer.js';
import { Blocked } from './blocked.js';
import { carryOutRequests } from './carry-out-requests.js';
import { beginFeed } from './begin-feed.js';
import { BEFORE_THE_START, type Claim, type FeedClaim } from './checkpoints.js';
import type { FeedContext } from './feed-context.js';
import { partitionOf } from './partition.js';
import { ReadAhead } from './read-ahead.js';
import type { FeedEntry } from './sort-entries.js';

/** Positions without events of ours are written at most this often. */
const QUIET_CHECKPOINT_MS = 250;

/** While events are parked, requests about them are looked for this often. */
const REQUEST_POLL_MS = 250;

/** When nothing comes for so long, the backlog is taken to be worked off. */
const END_OF_BACKLOG_MS = 300;

/** Feeds a consumer with the events of the partitions in one claim, from the least of their positions, until the claim is revoked. */
export class ClaimedFeed {
  private readonly applier: BatchApplier;
  private position: number;
  private written: number;
  private writtenAt = Number.NEGATIVE_INFINITY;
  private askedAt = Number.NEGATIVE_INFINITY;
  /** The last position of the log when the feed began; undefined once the feed has caught up with it. */
  private backlogEnd: number | undefined;

  private constructor(
    private readonly context: FeedContext,
    private readonly consumer: BatchConsumer,
    private readonly claim: FeedClaim,
    private readonly startedFrom: ReadonlyMap<number, number>,
    blocked: Blocked,
    committed: () => void,
  ) {
    this.applier = new BatchApplier(context, consumer, claim, blocked, committed);
    this.position = Math.min(...startedFrom.values());
    this.written = this.position;
  }

  /** Takes up where the claim's partitions were left; calls `committed` after each commit. Throws `LeaseLost`. */
  static async open(context: FeedContext, consumer: BatchConsumer, claim: Claim, committed: () => void): Promise<ClaimedFeed> {
    const begun = await beginFeed(context.db, claim);
    return new ClaimedFeed(context, consumer, begun.claim, begun.positions, await Blocked.load(context.db, claim), committed);
  }

  /** Runs until the claim is revoked and nothing is under way. Throws what is no event's fault: the caller opens the feed again. */
  async run(): Promise<void> {
    const ending = new AbortController();
    const signal = AbortSignal.any([this.claim.signal, ending.signal]);
    const after = this.position === BEFORE_THE_START ? undefined : this.position;
    this.backlogEnd = await this.context.log.lastPosition();
    const maxBatch = this.consumer.maxBatch ?? this.context.maxBatch;
    const ahead = new ReadAhead(this.context.log.follow(this.consumer.categories, after, signal), maxBatch);
    // A backlog is worked off in full batches, whose effects merge; live events are taken as they come.
    const isFull = (items: readonly FeedItem[]) => items.length >= maxBatch || this.reachesBacklogEnd(items.at(-1));
    const take = () => ahead.take(this.patienceMs(), this.backlogEnd === undefined ? undefined : isFull);
    try {
      for (let items = await take(); items !== undefined && !signal.aborted; items = await take()) {
        await this.digest(items);
        await this.attendToParked();
        await this.noticeCaughtUp(items.length);
      }
      await this.applier.settle();
    } finally {
      ending.abort();
      await Promise.allSettled([ahead.close(), this.applier.settle()]);
    }
  }

  /** The backlog is worked off at the end that the log had, or when nothing comes for a while: the last events of the log may be none of ours. */
  private async noticeCaughtUp(came: number): Promise<void> {
    if (this.backlogEnd === undefined || (came > 0 && this.position < this.backlogEnd)) return;
    await this.applier.settle();
    await this.consumer.caughtUp?.();
    this.backlogEnd = undefined;
  }

  private reachesBacklogEnd(item: FeedItem | undefined): boolean {
    return item !== undefined && this.backlogEnd !== undefined && positionOf(item) >= this.backlogEnd;
  }

  private async digest(items: readonly FeedItem[]): Promise<void> {
    const entries: FeedEntry[] = [];
    for (const item of items) {
      if (item.kind === 'checkpoint') {
        this.position = Math.max(this.position, item.position);
        continue;
      }
      this.position = item.event.position;
      const entry = this.entryOf(item);
      if (entry !== undefined) entries.push(entry);
    }
    if (entries.length > 0) await this.applier.apply({ entries, position: this.position });
    else if (this.position > this.written && this.quietMs() <= 0) await this.applier.pass(this.position);
    else return;
    this.written = this.position;
    this.writtenAt = performance.now();
  }

  private async attendToParked(): Promise<void> {
    if (!this.applier.hasParked || performance.now() - this.askedAt < REQUEST_POLL_MS) return;
    await this.applier.settle();
    const { db, log, clock } = this.context;
    await carryOutRequests({ db, log, clock, consumer: this.consumer, claim: this.claim, applier: this.applier });
    this.askedAt = performance.now();
  }

  /** How long to wait for items before something else is due. */
  private patienceMs(): number {
    return Math.min(
      this.position > this.written ? Math.max(0, this.quietMs()) : Number.POSITIVE_INFINITY,
      this.applier.hasParked ? REQUEST_POLL_MS : Number.POSITIVE_INFINITY,
      this.backlogEnd === undefined ? Number.POSITIVE_INFINITY : END_OF_BACKLOG_MS,
    );
  }

  private quietMs(): number {
    return this.writtenAt + QUIET_CHECKPOINT_MS - performance.now();
  }

  /** What the event means to the claim's partitions, if anything. */
  private entryOf(item: Exclude<FeedItem, { kind: 'checkpoint' }>): FeedEntry | undefined {
    if (item.kind === 'unreadable') return this.unreadable(item.event, item.error);
    try {
      const key = this.consumer.keyOf(item.event);
      if (key === undefined) return undefined;
      const partition = partitionOf(key, this.consumer.partitions);
      return this.isNew(item.event, partition) ? { kind: 'readable', event: item.event, key, partition } : undefined;
    } catch (error) {
      return this.unreadable(item.event, error);
    }
  }

  private unreadable(event: RawRecorded, error: unknown): FeedEntry | undefined {
    const partitions = [...this.startedFrom.keys()].filter((partition) => this.isNew(event, partition));
    return partitions.length === 0 ? undefined : { kind: 'unreadable', event, partitions, error };
  }

  /** Whether the partition is the claim's and has not applied the event before the claim began. */
  private isNew({ position }: RawRecorded, partition: number): boolean {
    return position > (this.startedFrom.get(partition) ?? Number.POSITIVE_INFINITY);
  }
}

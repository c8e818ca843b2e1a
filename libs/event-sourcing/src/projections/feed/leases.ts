import type { Db } from 'mongodb';
import type { Clock } from '../../domain/clock.js';
import type { BatchConsumer } from './batch-consumer.js';
import { BEFORE_THE_START, partitionCollection, partitionId, type Claim, type PartitionDocument } from './checkpoints.js';
import type { FeedObserver } from './observer.js';
import { passOn } from './pass-on.js';
import { pause } from './patience.js';

/** A worker's sign of life, which all its leases rest on. */
interface WorkerDocument {
  readonly _id: string;
  /** The consumers it runs. */
  readonly consumers: readonly string[];
  /** After this instant its leases are anyone's. */
  readonly aliveUntil: Date;
}

/** The number of partitions of a consumer was changed after it had run: keys would move to partitions with other checkpoints. */
export class PartitionCountChanged extends Error {
  override readonly name = 'PartitionCountChanged';
}

type ConsumerShape = Pick<BatchConsumer, 'name' | 'partitions'>;

interface CurrentClaim {
  readonly claim: Claim;
  readonly revoke: AbortController;
}

/** Signs of life are renewed three times, and looked for ten times, before leases would run out. */
const RENEWALS_PER_TTL = 3;
const SURVEYS_PER_TTL = 10;

/**
 * Shares the partitions of consumers among any number of workers. Each worker gives a sign of life, takes its fair share of what is free or has run out,
 * and lets go of what is more than its share. Time is the machine's (of all machines: clocks may differ by less than the lease's length); safety
 * does not rest on it, since every commit checks owner and epoch.
 */
export class Leases {
  private readonly current = new Map<string, CurrentClaim>();
  private readonly stopping = new AbortController();
  private changed: () => void = () => undefined;
  private change = new Promise<void>((resolve) => (this.changed = resolve));
  private renewedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly db: Db,
    private readonly worker: string,
    private readonly consumers: readonly ConsumerShape[],
    private readonly clock: Clock,
    private readonly ttlMs: number,
    private readonly observer: FeedObserver,
  ) {}

  /** Keeps up the leases until `revokeAll`. */
  async keep(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.survey();
      } catch (error) {
        this.observer.interrupted?.('leases', error);
      }
      await pause(this.ttlMs / SURVEYS_PER_TTL, signal);
    }
  }

  /** The consumer's claims one after another, each not empty; the next comes after the last was revoked. Ends when the worker stops. */
  async *claimsOf(consumer: string): AsyncGenerator<Claim> {
    while (!this.stopping.signal.aborted) {
      const claim = this.current.get(consumer)?.claim;
      if (claim !== undefined && claim.epochs.size > 0 && !claim.signal.aborted) yield claim;
      else await this.change;
    }
  }

  /** Ends all claims in this process, so that work stops at the next batch; the leases themselves are kept until `release`. */
  revokeAll(): void {
    this.stopping.abort();
    for (const { revoke } of this.current.values()) revoke.abort();
    this.changed();
  }

  /** Hands all leases back, so that other workers go on at once. */
  async release(): Promise<void> {
    await passOn(this.db, await partitionCollection(this.db).find({ owner: this.worker }).toArray(), null);
    await this.workers.deleteOne({ _id: this.worker });
  }

  private get workers() {
    return this.db.collection<WorkerDocument>('workers');
  }

  private async survey(): Promise<void> {
    const now = this.clock.now();
    await this.renew(now);
    const names = this.consumers.map(({ name }) => name);
    const [workers, partitions] = await Promise.all([
      this.workers.find({ aliveUntil: { $gt: now } }).toArray(),
      partitionCollection(this.db).find({ consumer: { $in: names } }).toArray(),
    ]);
    const alive = new Set(workers.map(({ _id }) => _id));
    for (const consumer of this.consumers) {
      const sharers = workers.filter((worker) => worker.consumers.includes(consumer.name)).length;
      try {
        let known = partitions.filter((partition) => partition.consumer === consumer.name);
        if (known.length < consumer.partitions) known = await this.create(consumer);
        await this.balance(consumer, known, Math.max(1, sharers), alive);
      } catch (error) {
        this.observer.interrupted?.(consumer.name, error);
      }
    }
  }

  private async renew(now: Date): Promise<void> {
    if (now.getTime() - this.renewedAt < this.ttlMs / RENEWALS_PER_TTL) return;
    const until = new Date(now.getTime() + this.ttlMs);
    const consumers = this.consumers.map(({ name }) => name);
    await this.workers.updateOne({ _id: this.worker }, { $set: { consumers, aliveUntil: until } }, { upsert: true });
    await this.workers.deleteMany({ aliveUntil: { $lt: new Date(now.getTime() - this.ttlMs) } });
    this.renewedAt = now.getTime();
  }

  /** Creates the partitions that are missing; several workers may do so at once. */
  private async create({ name, partitions }: ConsumerShape): Promise<PartitionDocument[]> {
    const fresh = Array.from({ length: partitions }, (_, partition) => ({
      updateOne: {
        filter: { _id: partitionId(name, partition) },
        update: {
          $setOnInsert: { consumer: name, partition, of: partitions, owner: null, epoch: 0, position: BEFORE_THE_START, feeds: 0 },
        },
        upsert: true,
      },
    }));
    await partitionCollection(this.db).bulkWrite(fresh, { ordered: false });
    return partitionCollection(this.db).find({ consumer: name }).toArray();
  }

  private async balance(consumer: ConsumerShape, known: readonly PartitionDocument[], sharers: number, alive: ReadonlySet<string>): Promise<void> {
    if (known.some((partition) => partition.of !== consumer.partitions)) {
      throw new PartitionCountChanged(`${consumer.name} was started with ${known.length} partitions and cannot have ${consumer.partitions}`);
    }
    const fairShare = Math.ceil(consumer.partitions / sharers);
    const held = known.filter(({ owner }) => owner === this.worker);
    const free = known.filter(({ owner }) => owner !== this.worker && (owner === null || !alive.has(owner)));

    const kept = held.slice(0, fairShare);
    const surplus = held.slice(fairShare);
    if (surplus.length > 0) {
      // The feed ends first: it could not commit any more.
      this.current.get(consumer.name)?.revoke.abort();
      await passOn(this.db, surplus, null);
    }
    const taken = await passOn(this.db, free.slice(0, Math.max(0, fairShare - held.length)), this.worker);
    this.publish(consumer.name, [...kept, ...taken]);
  }

  private publish(consumer: string, partitions: readonly PartitionDocument[]): void {
    if (this.stopping.signal.aborted) return;
    const last = this.current.get(consumer);
    const epochs = new Map(partitions.map(({ partition, epoch }) => [partition, epoch]));
    if (last !== undefined && !last.claim.signal.aborted && sameEpochs(last.claim.epochs, epochs)) return;
    const revoke = new AbortController();
    this.current.set(consumer, { revoke, claim: { consumer, owner: this.worker, epochs, signal: revoke.signal } });
    last?.revoke.abort();
    this.observer.claimed?.(consumer, [...epochs.keys()]);
    this.announce();
  }

  private announce(): void {
    this.changed();
    this.change = new Promise<void>((resolve) => (this.changed = resolve));
  }
}

const sameEpochs = (one: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>): boolean =>
  one.size === other.size && [...one].every(([partition, epoch]) => other.get(partition) === epoch);

import type { EventLog } from '../storage/event-log.js';
import type { Consumer } from './consumer.js';
import { correlationIdOf, sourceStreamOf, type Message } from './message.js';
import type { ConsumerStrategy } from './settings.js';

/** Who gets a message: a consumer; nobody for now, but others may get theirs; or nobody can take any. */
export type Choice = Consumer | 'later' | 'nobody';

/** How the consumers of a group share its messages. */
export interface Strategy {
  add(consumer: Consumer): void;
  remove(consumer: Consumer): void;
  choose(message: Message): Choice;
}

export function strategyOf(log: EventLog, name: ConsumerStrategy): Strategy {
  switch (name) {
    case 'RoundRobin':
      return new RoundRobin();
    case 'DispatchToSingle':
      return new DispatchToSingle();
    case 'Pinned':
      return new Pinned((message) => sourceStreamOf(log, message));
    case 'PinnedByCorrelation':
      return new Pinned((message) => correlationIdOf(message) ?? sourceStreamOf(log, message));
  }
}

/** Each consumer in turn. */
class RoundRobin implements Strategy {
  protected queue: Consumer[] = [];

  add(consumer: Consumer): void {
    this.queue.push(consumer);
  }

  remove(consumer: Consumer): void {
    this.queue = this.queue.filter((other) => other !== consumer);
  }

  choose(_message: Message): Choice {
    const index = this.queue.findIndex(({ canTake }) => canTake);
    const chosen = this.queue[index];
    if (!chosen) return 'nobody';
    this.queue.push(...this.queue.splice(0, index + 1));
    return chosen;
  }
}

/** The first consumer until it is full, then the next. */
class DispatchToSingle extends RoundRobin {
  override choose(): Choice {
    const index = this.queue.findIndex(({ canTake }) => canTake);
    const chosen = this.queue[index];
    if (!chosen) return 'nobody';
    this.queue.push(...this.queue.splice(0, index));
    return chosen;
  }
}

const BUCKETS = 1_024;

/**
 * Messages with the same key go to the same consumer as long as it is there. Keys fall into a fixed number of buckets,
 * each of which belongs to the consumer that had the fewest (EventStoreDB 23.10, `PinnedConsumerState`).
 */
class Pinned implements Strategy {
  readonly #owners = new Array<Consumer | undefined>(BUCKETS);
  readonly #owned = new Map<Consumer, number>();

  constructor(private readonly keyOf: (message: Message) => string) {}

  add(consumer: Consumer): void {
    this.#owned.set(consumer, 0);
    const assigned = [...this.#owned.values()].reduce((sum, count) => sum + count, 0);
    const fairShare = Math.ceil(assigned / this.#owned.size);
    for (const [bucket, owner] of this.#owners.entries())
      if (owner && this.#count(owner) > fairShare) this.#assign(bucket, consumer, owner);
  }

  remove(consumer: Consumer): void {
    this.#owned.delete(consumer);
    for (const [bucket, owner] of this.#owners.entries()) if (owner === consumer) this.#owners[bucket] = undefined;
  }

  choose(message: Message): Choice {
    const consumers = [...this.#owned.keys()];
    if (!consumers.some(({ canTake }) => canTake)) return 'nobody';
    const bucket = bucketOf(this.keyOf(message));
    const owner = this.#owners[bucket] ?? this.#assign(bucket, this.#leastBusy(consumers));
    return owner?.canTake ? owner : 'later';
  }

  #assign(bucket: number, consumer: Consumer | undefined, former?: Consumer): Consumer | undefined {
    if (!consumer) return undefined;
    if (former) this.#owned.set(former, this.#count(former) - 1);
    this.#owned.set(consumer, this.#count(consumer) + 1);
    this.#owners[bucket] = consumer;
    return consumer;
  }

  #leastBusy(consumers: readonly Consumer[]): Consumer | undefined {
    const fewest = Math.min(...consumers.map((consumer) => this.#count(consumer)));
    return consumers.find((consumer) => this.#count(consumer) === fewest);
  }

  #count(consumer: Consumer): number {
    return this.#owned.get(consumer) ?? 0;
  }
}

/** FNV-1a over the UTF-16 units. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % BUCKETS;
}

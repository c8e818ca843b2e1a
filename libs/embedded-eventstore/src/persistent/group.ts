import type { Streams } from '../read/streams.js';
import { groupDropped, maximumSubscribersReached } from '../rpc-error.js';
import { Backlog } from './backlog.js';
import { Checkpoints } from './checkpoints.js';
import { Consumer, type Connection } from './consumer.js';
import { messageOf, type Message } from './message.js';
import { ParkedMessages } from './parked-messages.js';
import { Progress } from './progress.js';
import type { GroupConfig } from './settings.js';
import { sourceOf, type Source } from './source.js';
import { Throughput } from './statistics.js';
import { strategyOf, type Strategy } from './strategies.js';

/** What becomes of a message that a consumer did not handle. */
export type NackAction = 'retry' | 'park' | 'skip';

interface Delivery {
  readonly message: Message;
  readonly consumer: Consumer;
  /** When the consumer should have acknowledged it. */
  readonly due: number;
}

const SMALLEST_BATCH = 10;

/**
 * A persistent subscription group: takes events from its source, shares them among its consumers, and remembers up to
 * where all are done with. Reads ahead only while somebody is connected, and only as much as its settings say.
 */
export class Group {
  readonly parked: ParkedMessages;
  readonly checkpoints: Checkpoints;
  readonly backlog: Backlog;
  readonly delivered: Throughput;
  readonly consumers = new Set<Consumer>();
  readonly source: Source;
  readonly #strategy: Strategy;
  readonly #progress: Progress;
  /** By the id that consumers acknowledge, in the order of delivery and so of being due. */
  readonly #inFlight = new Map<string, Delivery>();
  readonly #parking = new Set<Promise<void>>();
  #next: number;
  #lastRead: number | undefined;
  #pumping: NodeJS.Immediate | undefined;
  #isReady = false;
  #isClosed = false;

  /** @param clock milliseconds that only ever grow */
  constructor(
    private readonly streams: Streams,
    readonly config: GroupConfig,
    private readonly clock: () => number,
  ) {
    this.parked = new ParkedMessages(streams.log, config);
    this.checkpoints = new Checkpoints(streams.log, config, clock);
    this.backlog = new Backlog(config.settings.historyBufferSize);
    this.delivered = new Throughput(clock);
    this.source = sourceOf(streams, config);
    this.#strategy = strategyOf(streams.log, config.settings.consumerStrategy);
    this.#progress = new Progress(this.checkpoints.last);
    this.#next = this.checkpoints.last === undefined ? this.source.start : this.checkpoints.last + 1;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get isBehind(): boolean {
    return this.source.hasMore(this.#next);
  }

  get lastKnownPosition(): string {
    return this.source.lastKnown(this.#lastRead ?? this.checkpoints.last);
  }

  /** @throws RpcError FAILED_PRECONDITION when the group has all the consumers it may have */
  async connect(connection: Connection): Promise<Consumer> {
    await this.source.ready();
    const { maxSubscriberCount, extraStatistics } = this.config.settings;
    if (this.#isClosed) throw groupDropped(this.config);
    if (maxSubscriberCount !== 0 && this.consumers.size >= maxSubscriberCount) throw maximumSubscribersReached(this.config);
    this.#isReady = true;
    const consumer = new Consumer(connection, this.clock, extraStatistics);
    this.consumers.add(consumer);
    this.#strategy.add(consumer);
    this.#pumpSoon();
    return consumer;
  }

  /** What the consumer had not acknowledged goes to the others. */
  disconnect(consumer: Consumer): void {
    if (!this.consumers.delete(consumer)) return;
    this.#strategy.remove(consumer);
    for (const { message, consumer: holder } of [...this.#inFlight.values()]) if (holder === consumer) this.#retry(message);
    this.pump();
  }

  acknowledge(ids: readonly string[]): void {
    for (const id of ids) {
      const message = this.#release(id);
      if (message) this.#finish(message);
    }
    this.#markCheckpoint(false);
    this.pump();
  }

  refuse(ids: readonly string[], action: NackAction, reason: string): void {
    for (const id of ids) {
      const message = this.#inFlight.get(id)?.message;
      if (!message) continue;
      switch (action) {
        case 'retry':
          this.#retryOrPark(message);
          break;
        case 'park':
          this.#park(message, `Client explicitly NAK'ed message.\n${reason}`);
          break;
        case 'skip':
          this.#release(id);
          this.#finish(message);
      }
    }
    this.#markCheckpoint(false);
    this.pump();
  }

  /** Delivers parked messages again, in front of those the consumers have not seen. */
  replayParked(stopAt: number | undefined): void {
    this.parked.startReplay(stopAt);
    this.pump();
  }

  /** Takes back what consumers have kept too long, and writes a checkpoint when one is due. */
  tick(): void {
    const now = this.clock();
    for (const { message, due } of this.#inFlight.values()) {
      if (due > now) break;
      this.#retryOrPark(message);
    }
    this.#markCheckpoint(true);
    this.pump();
  }

  /** Gives waiting messages to consumers that can take some. */
  pump(): void {
    if (this.#isClosed || !this.#isReady || this.consumers.size === 0) return;
    this.#readParked();
    const hasLooked = this.#readSource();
    const hasSent = this.#dispatch();
    if ((hasLooked || hasSent) && (this.#canReadParked || this.#canReadSource)) this.#pumpSoon();
  }

  /** Resolves when the group can be asked about, and messages on their way to the parked stream are there. */
  async settled(): Promise<void> {
    await this.source.ready();
    await Promise.all(this.#parking);
    await this.parked.settled();
  }

  /** Drops the consumers and writes down how far they got. Resolves when that is on disk. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#pumping) clearImmediate(this.#pumping);
    for (const { connection } of this.consumers) connection.end(groupDropped(this.config));
    this.consumers.clear();
    await this.settled();
    const { done } = this.#progress;
    if (done) this.checkpoints.flush(done);
    await this.checkpoints.written();
  }

  get #batch(): number {
    return Math.max(this.config.settings.readBatchSize, SMALLEST_BATCH);
  }

  get #canReadParked(): boolean {
    return this.parked.isReplaying && this.backlog.retryCount < this.#batch;
  }

  get #canReadSource(): boolean {
    return this.backlog.hasRoomFor(this.#batch) && this.isBehind;
  }

  #pumpSoon(): void {
    this.#pumping ??= setImmediate(() => {
      this.#pumping = undefined;
      this.pump();
    });
  }

  /** Parked messages that lead to no event any more are done with. */
  #readParked(): void {
    if (!this.#canReadParked) return;
    for (const event of this.parked.read(this.#batch)) {
      const message = messageOf(this.streams.log, event, 'parked', event.revision, true);
      if (message.target) this.backlog.retry(message);
      else this.parked.finish(event.revision);
    }
  }

  /** Answers whether there was something to look at. */
  #readSource(): boolean {
    if (!this.#canReadSource) return false;
    const { events, skipped, through, next } = this.source.read(this.#next, this.#batch);
    for (const event of events) {
      const message = messageOf(this.streams.log, event, 'source', this.source.positionOf(event), this.config.settings.resolveLinks);
      this.#progress.begin(message);
      this.backlog.add(message);
      this.#lastRead = message.position;
    }
    this.#progress.skip(skipped, through);
    this.#next = next;
    return true;
  }

  /** Answers whether anything was sent. */
  #dispatch(): boolean {
    const sent = new Set<Message>();
    for (const message of this.backlog.waiting()) {
      // Acknowledgements name ids: of two messages with the same id the second waits for the first.
      const choice = this.#inFlight.has(message.id) ? 'later' : this.#strategy.choose(message);
      if (choice === 'nobody') break;
      if (choice === 'later') continue;
      this.#inFlight.set(message.id, { message, consumer: choice, due: this.clock() + this.config.settings.messageTimeout });
      sent.add(message);
      this.delivered.add();
      choice.deliver(message);
    }
    this.backlog.remove(sent);
    return sent.size > 0;
  }

  #release(id: string): Message | undefined {
    const delivery = this.#inFlight.get(id);
    if (!delivery) return undefined;
    this.#inFlight.delete(id);
    delivery.consumer.release(id);
    return delivery.message;
  }

  #finish(message: Message): void {
    if (message.origin === 'source') this.#progress.finish(message);
    else this.parked.finish(message.position);
  }

  #retry(message: Message): void {
    this.#release(message.id);
    message.retryCount++;
    this.backlog.retry(message);
  }

  #retryOrPark(message: Message): void {
    const { maxRetryCount } = this.config.settings;
    if (message.retryCount < maxRetryCount) this.#retry(message);
    else this.#park(message, `Reached retry count of ${maxRetryCount}`);
  }

  /** The message is done with when it is on disk in the parked stream; when it cannot be put there it is delivered again. */
  #park(message: Message, reason: string): void {
    this.#release(message.id);
    const parking = this.parked
      .park(message, reason)
      .then(() => this.#finish(message))
      .catch(() => this.backlog.retry(message))
      .finally(() => this.#parking.delete(parking));
    this.#parking.add(parking);
  }

  #markCheckpoint(isTick: boolean): void {
    const { done } = this.#progress;
    if (done && !this.#isClosed) this.checkpoints.mark(done, isTick);
  }
}

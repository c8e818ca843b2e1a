import { randomUUID } from 'node:crypto';
import { LINK_TYPE } from '../links/system-projections.js';
import type { EventLog } from '../storage/event-log.js';
import type { StoredEvent } from '../storage/event-table.js';
import { firstReadable, metadataStreamOf } from '../storage/stream-state.js';
import { decodeEvent } from '../wire/record.js';
import { linkDataOf, type Message } from './message.js';
import { parkedStreamOf, type GroupName } from './settings.js';

const NOTHING = Buffer.alloc(0);
const ADMINS_ONLY = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' };

/**
 * What the consumers of a group could not handle, as links in a stream of its own. A replay delivers them again; they
 * leave the stream when they are done with, so that a replay cut short by a restart loses none.
 */
export class ParkedMessages {
  readonly #stream: string;
  /** What a replay has still to read. */
  #replay: { next: number; readonly stop: number } | undefined;
  /** Revisions that are being delivered again. */
  readonly #inReplay = new Set<number>();
  #replayedTo = 0;
  #truncatedTo = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventLog,
    name: GroupName,
  ) {
    this.#stream = parkedStreamOf(name);
  }

  /** Messages parked and not replayed. */
  get count(): number {
    return Math.max(0, this.#end - this.#first);
  }

  get isReplaying(): boolean {
    return this.#replay !== undefined;
  }

  /** Resolves when the message is on disk in the parked stream. */
  async park(message: Message, reason: string): Promise<void> {
    const { revision } = decodeEvent(message.original.record);
    const metadata = {
      added: new Date(this.log.now()).toISOString(),
      reason,
      ...(revision !== 0n && { subscriptionEventNumber: Number(revision) }),
    };
    const event = {
      id: randomUUID(),
      type: LINK_TYPE,
      contentType: 'application/octet-stream',
      customMetadata: Buffer.from(JSON.stringify(metadata, undefined, 2)),
      data: Buffer.from(linkDataOf(message)),
    };
    await this.log.append(this.#stream, 'any', [event]);
  }

  /** @param stopAt the revision in front of which the replay ends; all when left out */
  startReplay(stopAt: number | undefined): void {
    const stop = Math.min(stopAt ?? this.#end, this.#end);
    if (stop > this.#first) this.#replay = { next: this.#first, stop };
  }

  /** The next messages of the replay under way. */
  read(limit: number): StoredEvent[] {
    const { number } = this.log.stream(this.#stream);
    if (!this.#replay || number === undefined) return [];
    const { next, stop } = this.#replay;
    const to = Math.min(next + limit, stop);
    const events = this.log.events.streamRange(number, next, to - 1);
    for (const { revision } of events) this.#inReplay.add(revision);
    this.#replayedTo = to;
    this.#replay = to < stop ? { next: to, stop } : undefined;
    return events;
  }

  /** A message of a replay is done with: acknowledged, skipped, or parked again. */
  finish(revision: number): void {
    this.#inReplay.delete(revision);
    this.#writing = this.#writing.then(() => this.#truncate());
  }

  /** Resolves when what was done with has left the stream. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #truncate(): Promise<void> {
    const truncateBefore = Math.min(this.#replayedTo, ...this.#inReplay);
    if (truncateBefore <= this.#truncatedTo) return;
    this.#truncatedTo = truncateBefore;
    const data = Buffer.from(JSON.stringify({ $tb: truncateBefore, $acl: ADMINS_ONLY }));
    const event = { id: randomUUID(), type: '$metadata', contentType: 'application/json', customMetadata: NOTHING, data };
    // Messages that could not be taken out would be replayed once more; the log tells the operator what failed.
    await this.log.append(metadataStreamOf(this.#stream), 'any', [event]).catch(() => undefined);
  }

  get #first(): number {
    return Math.max(firstReadable(this.log.stream(this.#stream)), this.#replayedTo);
  }

  get #end(): number {
    return this.log.stream(this.#stream).lastRevision + 1;
  }
}

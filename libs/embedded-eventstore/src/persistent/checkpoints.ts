import { randomUUID } from 'node:crypto';
import type { EventLog } from '../storage/event-log.js';
import { decodeContent } from '../wire/record.js';
import { formatPosition, parsePosition } from './config-stream.js';
import { newestEvent } from './newest-event.js';
import type { Place } from './progress.js';
import { checkpointStreamOf, type GroupConfig } from './settings.js';

const CHECKPOINT_TYPE = 'SubscriptionCheckpoint';
const NOTHING = Buffer.alloc(0);

/** Where a group goes on after a restart, kept as the newest event of a stream of its own. */
export class Checkpoints {
  readonly #stream: string;
  #lastSequence = -1;
  #lastAt: number;
  #last: number | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param clock milliseconds that only ever grow */
  constructor(
    private readonly log: EventLog,
    private readonly config: GroupConfig,
    private readonly clock: () => number,
  ) {
    this.#stream = checkpointStreamOf(config);
    this.#lastAt = clock();
    this.#last = this.#load();
    if (this.#last !== undefined) this.#lastSequence = 0;
  }

  /** The position up to which all is done with, as last written; undefined when none was. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Writes a checkpoint although not enough is done with, before the group ends. */
  flush({ sequence, position }: Place): void {
    if (sequence <= this.#lastSequence) return;
    this.#lastAt = this.clock();
    this.#lastSequence = sequence;
    this.#last = position;
    this.#writing = this.#writing.then(() => this.#write(position));
  }

  /**
   * Writes a checkpoint when enough messages are done with, or after a while fewer
   * (EventStoreDB 23.10, `PersistentSubscription.TryMarkCheckpoint`).
   *
   * @param isTick whether the time was the reason to look
   */
  mark(place: Place, isTick: boolean): void {
    const { checkpointAfter, minCheckpointCount, maxCheckpointCount } = this.config.settings;
    const done = place.sequence - this.#lastSequence;
    const isDue = isTick && done >= minCheckpointCount && this.clock() - this.#lastAt >= checkpointAfter;
    if (isDue || done >= maxCheckpointCount) this.flush(place);
  }

  /** Resolves when what was marked is on disk, or could not be written. */
  written(): Promise<void> {
    return this.#writing;
  }

  /** A checkpoint that could not be written is made up for by the next; until then more would be delivered again. */
  async #write(position: number): Promise<void> {
    const data = Buffer.from(JSON.stringify(formatPosition(this.config.stream, position)));
    const event = { id: randomUUID(), type: CHECKPOINT_TYPE, contentType: 'application/json', customMetadata: NOTHING, data };
    // The log tells the operator what failed.
    await this.log.append(this.#stream, 'any', [event]).catch(() => undefined);
  }

  #load(): number | undefined {
    const newest = newestEvent(this.log, this.#stream);
    if (!newest) return undefined;
    const position = parsePosition(JSON.parse(decodeContent(newest.record).data.toString()) as string);
    return position === 'end' ? undefined : position;
  }
}

import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { v5 as uuidV5 } from 'uuid';
import { isDamage } from '../storage/damage.js';
import type { EventLog } from '../storage/event-log.js';
import type { EventKey, StoredEvent } from '../storage/event-table.js';
import { NO_EVENT } from '../storage/stream-state.js';
import { decodeEvent, encodeRecord, eventIdOf, type DecodedEvent } from '../wire/record.js';
import { LinkIndex } from './link-index.js';
import { correlationOf, isProjected, LINK_TYPE, SYSTEM_PROJECTIONS, type LinkSource, type SystemProjection } from './system-projections.js';

/** The types of link events, which are in no table; the numbers of written types start at 1. */
export const DERIVED_LINK = 0;
const DERIVED_REFERENCE = -1;

/** Events looked at before others get a turn. */
const CHUNK = 2_000;
const INDEX_FILE = 'links.sqlite';
const LINK_CONTENT_TYPE = 'application/octet-stream';
/** Of the ids of link events, which are derived too: the same link has the same id forever. */
const LINK_NAMESPACE = '5f0e6f0c-7d5a-4d0e-9b5e-0d1c6a3f2b71';

/**
 * The streams of the system projections, derived from the log when somebody reads them: appends pay nothing for them,
 * and whoever reads one finds every event acknowledged before. A projection is worked off the first time one of its
 * streams is asked for, and from then on up to the end of the log at every read.
 */
export class LinkStreams {
  readonly #index: LinkIndex;
  readonly #next = new Map<SystemProjection, number>();
  readonly #deriving = new Map<SystemProjection, Promise<void>>();

  constructor(
    private readonly log: EventLog,
    dataDir: string,
  ) {
    this.#index = new LinkIndex(join(dataDir, INDEX_FILE));
    this.#dropWhatIsOfAnotherLog();
  }

  /** Whether a projection derives a stream of this name. */
  derives(stream: string): boolean {
    return projectionOf(stream) !== undefined;
  }

  /** Works off what is behind, in pieces, so that other calls get their turn. To be awaited before a stream is first read. */
  async ready(stream: string): Promise<void> {
    const projection = projectionOf(stream);
    if (!projection) return;
    const running = this.#deriving.get(projection) ?? this.#derive(projection);
    this.#deriving.set(projection, running);
    await running.finally(() => this.#deriving.delete(projection));
  }

  /** {@link NO_EVENT} when nothing is linked. */
  lastRevision(stream: string): number {
    const projection = projectionOf(stream);
    if (!projection) return NO_EVENT;
    while (this.#deriveChunk(projection));
    return this.#index.lastRevision(stream) ?? NO_EVENT;
  }

  /** Links from revision `from` to `to`, both inclusive, ascending. */
  range(stream: string, from: number, to: number): StoredEvent[] {
    const projection = projectionOf(stream);
    if (!projection) return [];
    return this.#index.range(stream, from, to).flatMap(({ revision, position }) => {
      const source = this.log.events.at(position);
      return source ? [this.#link(projection, stream, revision, source)] : [];
    });
  }

  close(): void {
    this.#index.close();
  }

  async #derive(projection: SystemProjection): Promise<void> {
    while (this.#deriveChunk(projection)) await nextTurn();
  }

  /** Answers whether there may be more. */
  #deriveChunk(projection: SystemProjection): boolean {
    const start = this.#next.get(projection) ?? (this.#index.progressOf(projection.name)?.position ?? -1) + 1;
    if (start >= this.log.end) return false;
    const keys = this.log.events.keys(start, CHUNK);
    const last = keys.at(-1);
    const lastEvent = last && this.log.events.at(last.position);
    if (!last || !lastEvent) return false;
    this.#index.advance(projection.name, this.#linksOf(projection, keys), { position: last.position, eventId: eventIdOf(lastEvent.record) });
    this.#next.set(projection, last.position + 1);
    return keys.length === CHUNK;
  }

  *#linksOf(projection: SystemProjection, keys: readonly EventKey[]): Generator<[string, number]> {
    for (const key of keys) {
      const source = this.#source(key);
      const stream = isProjected(source.stream) ? projection.streamFor(source) : undefined;
      if (stream !== undefined) yield [stream, key.position];
    }
  }

  #source(key: EventKey): LinkSource {
    const content = (): DecodedEvent => {
      const event = this.log.events.at(key.position);
      if (!event) throw new Error(`the log has no event at position ${key.position}`);
      return decodeEvent(event.record);
    };
    return { key, stream: this.log.streamNames.nameOf(key.stream), type: this.log.typeNames.nameOf(key.type), content };
  }

  #link({ id, link }: SystemProjection, stream: string, revision: number, source: StoredEvent): StoredEvent {
    const event = decodeEvent(source.record);
    const { position } = source;
    const key = { position, stream: 0, revision: source.revision, type: source.type };
    const { type, data, metadata } = link({ key, stream: event.stream, type: event.type, content: () => event });
    const correlationId = correlationOf(event);
    const customMetadata = {
      $v: `${id}:-1:1:4`,
      $c: position,
      $p: position,
      ...metadata,
      $causedBy: event.id,
      ...(correlationId !== undefined && { $correlationId: correlationId }),
    };
    const record = encodeRecord({
      id: uuidV5(`${revision}@${stream}`, LINK_NAMESPACE),
      stream,
      revision,
      position,
      type,
      contentType: LINK_CONTENT_TYPE,
      created: event.created,
      customMetadata: Buffer.from(JSON.stringify(customMetadata)),
      data: Buffer.from(data),
    });
    return { position, revision, type: type === LINK_TYPE ? DERIVED_LINK : DERIVED_REFERENCE, record };
  }

  /** A log put back from a backup may lack, or hold others of, the events that were linked. */
  #dropWhatIsOfAnotherLog(): void {
    const isOfThisLog = ({ name }: SystemProjection): boolean => {
      const progress = this.#index.progressOf(name);
      if (!progress) return true;
      try {
        const event = this.log.events.at(progress.position);
        return event !== undefined && eventIdOf(event.record) === progress.eventId;
      } catch (error) {
        // What was derived before the log was damaged is worth keeping.
        if (isDamage(error)) return true;
        throw error;
      }
    };
    if (!SYSTEM_PROJECTIONS.every(isOfThisLog)) this.#index.clear();
  }
}

function projectionOf(stream: string): SystemProjection | undefined {
  return SYSTEM_PROJECTIONS.find(({ prefix }) => (prefix.endsWith('-') ? stream.startsWith(prefix) : stream === prefix));
}

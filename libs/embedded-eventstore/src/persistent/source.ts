import { eventFilter, nameFilter, type FilterExpression } from '../read/event-filter.js';
import { KEY_PAGE } from '../read/read-log.js';
import { pageForwards } from '../read/stream-pages.js';
import type { Streams } from '../read/streams.js';
import type { EventLog } from '../storage/event-log.js';
import type { EventKey, StoredEvent } from '../storage/event-table.js';
import { isSoftDeleted, isTombstoned, NO_EVENT, TOMBSTONE, TOMBSTONE_ON_WIRE } from '../storage/stream-state.js';
import { ALL_STREAM, type GroupConfig } from './settings.js';

/** What a look at the source found. */
export interface SourcePage {
  readonly events: StoredEvent[];
  /** Events that the filter keeps back, and the position up to which all events were looked at. */
  readonly skipped: number;
  readonly through: number;
  /** Where to go on. */
  readonly next: number;
}

/** Where the messages of a group come from. A position is a revision of the stream, or a position of the log. */
export interface Source {
  /** Where the group starts when it has no checkpoint. */
  readonly start: number;
  /** Resolves when it can be read. */
  ready(): Promise<void>;
  /** Reads on from a position, inclusive: up to `limit` events, and no more than one page of the log. */
  read(from: number, limit: number): SourcePage;
  hasMore(from: number): boolean;
  positionOf(event: StoredEvent): number;
  /** The last event there is, as far as the source tells without reading. */
  lastKnown(lastRead: number | undefined): string;
}

export function sourceOf(streams: Streams, config: GroupConfig): Source {
  return config.stream === ALL_STREAM ? new LogSource(streams.log, config) : new StreamSource(streams, config);
}

class StreamSource implements Source {
  readonly start: number;

  constructor(
    private readonly streams: Streams,
    private readonly config: GroupConfig,
  ) {
    const { startFrom } = config.settings;
    this.start = startFrom === 'end' ? config.createdAt : startFrom;
  }

  ready(): Promise<void> {
    return this.streams.ready(this.config.stream);
  }

  read(from: number, limit: number): SourcePage {
    const stream = this.streams.get(this.config.stream);
    if (isTombstoned(stream)) return page(from > TOMBSTONE ? [] : this.streams.range(stream, TOMBSTONE, TOMBSTONE), TOMBSTONE + 1);
    if (isSoftDeleted(stream)) return page([], from);
    const found = pageForwards(this.streams, stream, from, limit);
    return page(found.events, Math.max(from, found.next));
  }

  hasMore(from: number): boolean {
    const stream = this.streams.get(this.config.stream);
    return from <= stream.lastRevision && !isSoftDeleted(stream);
  }

  positionOf({ revision }: StoredEvent): number {
    return revision;
  }

  lastKnown(): string {
    const { lastRevision } = this.streams.get(this.config.stream);
    if (lastRevision === NO_EVENT) return '';
    return lastRevision === TOMBSTONE ? TOMBSTONE_ON_WIRE.toString() : String(lastRevision);
  }
}

const page = (events: StoredEvent[], next: number): SourcePage => ({ events, skipped: 0, through: next - 1, next });

const OWN_STREAMS = '$persistentsubscription-';
const OF_LOG_GROUP = /^\$persistentsubscription-\$all::.*-(checkpoint|parked)$/s;

class LogSource implements Source {
  readonly start: number;
  readonly #wanted: (key: EventKey) => boolean;
  readonly #isOwn: (key: EventKey) => boolean;
  /** Keys looked at per read: as many as events are asked for, more and more while the filter keeps all back. */
  #window = 0;

  constructor(
    private readonly log: EventLog,
    { settings, filter, createdAt }: GroupConfig,
  ) {
    this.start = settings.startFrom === 'end' ? createdAt : settings.startFrom;
    this.#wanted = eventFilter(log, filter ? nameFilter(filter) : EVERYTHING);
    this.#isOwn = eventFilter(log, { on: 'stream', matches: (name) => name.startsWith(OWN_STREAMS) });
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  read(from: number, limit: number): SourcePage {
    const events: StoredEvent[] = [];
    let skipped = 0;
    let through = from - 1;
    const window = Math.min(Math.max(this.#window, limit), KEY_PAGE);
    for (const key of this.log.events.keys(from, window)) {
      const event = this.#wanted(key) ? this.log.events.at(key.position) : undefined;
      if (event) events.push(event);
      // The checkpoints this group writes must not be a reason to write the next.
      else if (!this.#isOwn(key)) skipped++;
      through = key.position;
      if (events.length === limit) break;
    }
    this.#window = events.length === 0 ? window * 2 : 0;
    return { events, skipped, through, next: through + 1 };
  }

  hasMore(from: number): boolean {
    return from < this.log.end && this.log.events.next(from) !== undefined;
  }

  positionOf({ position }: StoredEvent): number {
    return position;
  }

  lastKnown(lastRead: number | undefined): string {
    return lastRead === undefined ? '' : `C:${lastRead}/P:${lastRead}`;
  }
}

/** Groups on `$all` are not told what they wrote themselves (EventStoreDB 23.10, `DefaultAllFilterStrategy`). */
const EVERYTHING = { on: 'stream', matches: (name: string) => !OF_LOG_GROUP.test(name) } as const;

/** What one filter lets through, as it was asked for; throws when it is invalid. */
export function checkFilter(filter: FilterExpression): FilterExpression {
  nameFilter(filter);
  return filter;
}

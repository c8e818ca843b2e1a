import { LRUCache } from 'lru-cache';
import type { EventTable } from './event-table.js';
import type { StreamNames } from './stream-names.js';
import {
  isMetadataStream,
  isTombstoned,
  METADATA_OF_METADATA,
  metadataFrom,
  metadataStreamOf,
  NO_EVENT,
  streamOfMetadata,
  TOMBSTONE,
  type StreamMetadata,
  type StreamState,
} from './stream-state.js';

const CACHED_STREAMS = 20_000;

/** The state of every stream on disk, looked up in the database and kept for those used lately. */
export class StreamStates {
  readonly #cache = new LRUCache<string, StreamState>({ max: CACHED_STREAMS });

  constructor(
    private readonly names: StreamNames,
    private readonly events: EventTable,
  ) {}

  get(name: string): Readonly<StreamState> {
    const cached = this.#cache.get(name);
    if (cached) return cached;
    const loaded = isMetadataStream(name) ? this.#loadMetadataStream(name) : this.#loadStream(name);
    this.#cache.set(name, loaded);
    return loaded;
  }

  /** Takes over a newer state, also for those who are reading the stream. */
  set(newer: StreamState): void {
    const cached = this.#cache.get(newer.name);
    if (cached) Object.assign(cached, newer);
    else this.#cache.set(newer.name, newer);
  }

  #loadStream(name: string): StreamState {
    const number = this.names.find(name);
    return { name, number, lastRevision: this.#lastRevision(number), metadata: this.#loadMetadata(this.names.find(metadataStreamOf(name))) };
  }

  #loadMetadataStream(name: string): StreamState {
    const number = this.names.find(name);
    const owner = this.get(streamOfMetadata(name));
    const lastRevision = isTombstoned(owner) ? TOMBSTONE : this.#lastRevision(number);
    return { name, number, lastRevision, metadata: METADATA_OF_METADATA };
  }

  #loadMetadata(number: number | undefined): StreamMetadata {
    const revision = this.#lastRevision(number);
    const newest = number === undefined ? undefined : this.events.ofStream(number, revision);
    return newest ? metadataFrom(newest.record) : {};
  }

  #lastRevision(number: number | undefined): number {
    return (number === undefined ? undefined : this.events.lastRevision(number)) ?? NO_EVENT;
  }
}

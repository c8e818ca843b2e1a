import { isMetadataStream, metadataFrom, metadataStreamOf, NO_EVENT, streamOfMetadata, TOMBSTONE, type StreamState } from './stream-state.js';
import type { StreamStates } from './stream-states.js';

/** The states of streams as the next write finds them; readers go on seeing those that are on disk. */
export class StagedStates {
  /** Changed by the group that is being written. */
  #changed = new Map<string, StreamState>();
  /** Of groups that are committed, but not on disk yet. */
  readonly #committed = new Map<string, StreamState>();

  constructor(private readonly published: StreamStates) {}

  /** The stream, to be changed. */
  get(name: string): StreamState {
    const known = this.#changed.get(name);
    if (known) return known;
    const { number, lastRevision, metadata } = this.#committed.get(name) ?? this.published.get(name);
    const copy = { name, number, lastRevision, metadata };
    this.#changed.set(name, copy);
    return copy;
  }

  hasMetadata(stream: StreamState): boolean {
    return this.get(metadataStreamOf(stream.name)).lastRevision !== NO_EVENT;
  }

  /** Makes the newest event of `$$name` the metadata of `name`. */
  metadataWritten(metadataStream: StreamState, record: Buffer): void {
    const owner = this.get(streamOfMetadata(metadataStream.name));
    if (!isMetadataStream(owner.name)) owner.metadata = metadataFrom(record);
  }

  /** A tombstone closes the stream and its metadata stream. */
  tombstoned(stream: StreamState): void {
    stream.lastRevision = TOMBSTONE;
    this.get(metadataStreamOf(stream.name)).lastRevision = TOMBSTONE;
  }

  /** Keeps what the group has changed. @returns shows it to readers */
  commit(): () => void {
    const changed = this.#changed;
    this.#changed = new Map();
    for (const state of changed.values()) this.#committed.set(state.name, state);
    return () => {
      for (const state of changed.values()) this.#publish(state);
    };
  }

  /** Forgets what the group has changed. */
  drop(): void {
    this.#changed.clear();
  }

  #publish(state: StreamState): void {
    if (this.#committed.get(state.name) === state) this.#committed.delete(state.name);
    this.published.set(state);
  }
}

import { isMetadataStream, metadataFrom, metadataStreamOf, NO_EVENT, streamOfMetadata, TOMBSTONE, type StreamState } from './stream-state.js';
import type { StreamStates } from './stream-states.js';

/** The states of streams as the next write of a group finds them; readers go on seeing those that are on disk. */
export class StagedStates {
  readonly #staged = new Map<string, StreamState>();

  constructor(private readonly published: StreamStates) {}

  /** The stream, to be changed. */
  get(name: string): StreamState {
    const known = this.#staged.get(name);
    if (known) return known;
    const { number, lastRevision, metadata } = this.published.get(name);
    const copy = { name, number, lastRevision, metadata };
    this.#staged.set(name, copy);
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

  /** Shows readers what has changed. */
  publish(): void {
    for (const state of this.#staged.values()) this.published.set(state);
    this.#staged.clear();
  }

  /** Forgets what has changed. */
  drop(): void {
    this.#staged.clear();
  }
}

import { randomUUID } from 'node:crypto';
import { encodeRecord, eventIdOf } from '../wire/record.js';
import type { ExpectedRevision, ProposedEvent } from '../wire/write-requests.js';
import { decideAppend, type StreamView } from './append-decision.js';
import type { EventWriter } from './event-writer.js';
import type { NameTable } from './name-table.js';
import type { RecentEventIds } from './recent-event-ids.js';
import {
  firstReadable,
  isMetadataStream,
  isSoftDeleted,
  isTombstoned,
  metadataStreamOf,
  NO_EVENT,
  TOMBSTONE,
  TOMBSTONE_ON_WIRE,
  type StreamState,
} from './stream-state.js';
import type { StagedStates } from './staged-states.js';
import type { StreamNames } from './stream-names.js';
import type { Transaction } from './transaction.js';

/** What became of a write. Revisions and positions are those of the last event. */
export type WriteResult =
  | { readonly kind: 'written'; readonly lastRevision: number; readonly position: number | undefined }
  | { readonly kind: 'wrong-revision'; readonly lastRevision: number }
  | { readonly kind: 'deleted' };

const JSON_CONTENT = 'application/json';
const OTHER_CONTENT = 'application/octet-stream';
const NOTHING = Buffer.alloc(0);
/** `created` counts ticks of 100 ns; the clock counts milliseconds. */
const TICKS_BELOW_MILLISECOND = '0000';

/**
 * Writes to the log, each write seeing those before it. Readers see what is published. Positions are byte offsets of the
 * log like EventStoreDB's: strictly increasing, with gaps as long as the records.
 */
export class LogWriter {
  #end: number;
  /** The position after the last event committed. */
  #committed: number;
  #nextPosition: number;

  constructor(
    private readonly transaction: Transaction,
    private readonly events: EventWriter,
    private readonly streamNames: StreamNames,
    private readonly typeNames: NameTable,
    private readonly streams: StagedStates,
    private readonly recentIds: RecentEventIds,
    private readonly now: () => number,
  ) {
    this.#end = this.#committed = this.#nextPosition = events.endOfLog();
  }

  /** The position after the last event published. */
  get end(): number {
    return this.#end;
  }

  append(streamName: string, expected: ExpectedRevision, proposed: readonly ProposedEvent[]): WriteResult {
    const stream = this.streams.get(streamName);
    const ids = proposed.map((event) => event.id);
    const decision = decideAppend(this.#view(stream), expected, ids);
    switch (decision.kind) {
      case 'deleted':
        return decision;
      case 'wrong-revision':
        return { kind: 'wrong-revision', lastRevision: stream.lastRevision };
      case 'repeat':
        return { kind: 'written', lastRevision: decision.lastRevision, position: this.#readablePosition(stream, decision.lastRevision) };
      case 'write':
        return this.#write(stream, proposed);
    }
  }

  /** Soft delete: hides all events; the stream may be written again. */
  softDelete(streamName: string, expected: ExpectedRevision): WriteResult {
    const refused = this.#refuseDelete(streamName, expected);
    if (refused) return refused;
    const stream = this.streams.get(streamName);
    if (stream.lastRevision === NO_EVENT && !this.streams.hasMetadata(stream))
      return { kind: 'wrong-revision', lastRevision: NO_EVENT };
    return this.#truncateBefore(stream, TOMBSTONE_ON_WIRE);
  }

  /** Hard delete: closes the stream for good, also one that was never written. */
  tombstone(streamName: string, expected: ExpectedRevision): WriteResult {
    const refused = this.#refuseDelete(streamName, expected);
    if (refused) return refused;
    const stream = this.streams.get(streamName);
    const event = { id: randomUUID(), type: '$streamDeleted', contentType: OTHER_CONTENT, customMetadata: NOTHING, data: NOTHING };
    const position = this.#insert(stream, TOMBSTONE, event).position;
    this.streams.tombstoned(stream);
    return { kind: 'written', lastRevision: TOMBSTONE, position };
  }

  /** Keeps what was written, after the transaction was committed. @returns shows it to readers */
  commit(): () => void {
    const showStates = this.streams.commit();
    this.streamNames.commit();
    this.recentIds.commit();
    const end = (this.#committed = this.#nextPosition);
    return () => {
      showStates();
      this.#end = end;
    };
  }

  /** Forgets what was written since the last commit, after the transaction was rolled back. */
  drop(): void {
    this.streams.drop();
    this.recentIds.drop();
    this.streamNames.drop();
    this.typeNames.forgetCached();
    this.#nextPosition = this.#committed;
  }

  #refuseDelete(streamName: string, expected: ExpectedRevision): WriteResult | undefined {
    const stream = this.streams.get(streamName);
    const decision = decideAppend(this.#view(stream), expected, [randomUUID()]);
    if (decision.kind === 'write') return undefined;
    return decision.kind === 'deleted' ? decision : { kind: 'wrong-revision', lastRevision: stream.lastRevision };
  }

  #write(stream: StreamState, proposed: readonly ProposedEvent[]): WriteResult {
    const recreated = isSoftDeleted(stream) && proposed.length > 0;
    const firstRevision = stream.lastRevision + 1;
    let position = this.#nextPosition;
    for (const event of proposed) position = this.#insertNext(stream, event);
    if (proposed.length === 0) this.#nextPosition++;
    if (recreated) this.#truncateBefore(stream, firstRevision);
    return { kind: 'written', lastRevision: stream.lastRevision, position };
  }

  #insertNext(stream: StreamState, event: ProposedEvent): number {
    const revision = stream.lastRevision + 1;
    const { position, record } = this.#insert(stream, revision, event);
    stream.lastRevision = revision;
    if (isMetadataStream(stream.name)) this.streams.metadataWritten(stream, record);
    return position;
  }

  /** Replaces the whole metadata of a stream by `$tb`, as EventStoreDB does on a soft delete and the write after it. */
  #truncateBefore(stream: StreamState, revision: number | bigint): WriteResult {
    const metadataStream = this.streams.get(metadataStreamOf(stream.name));
    const data = Buffer.from(`{"$tb":${revision.toString()}}`);
    const event = { id: randomUUID(), type: '$metadata', contentType: JSON_CONTENT, customMetadata: NOTHING, data };
    const position = this.#insertNext(metadataStream, event);
    return { kind: 'written', lastRevision: metadataStream.lastRevision, position };
  }

  #insert(stream: StreamState, revision: number, event: ProposedEvent): { position: number; record: Buffer } {
    const position = this.#nextPosition;
    const record = encodeRecord({
      id: event.id,
      stream: stream.name,
      revision: revision === TOMBSTONE ? TOMBSTONE_ON_WIRE : revision,
      position,
      type: event.type,
      contentType: event.contentType === JSON_CONTENT ? JSON_CONTENT : OTHER_CONTENT,
      created: `${this.now()}${TICKS_BELOW_MILLISECOND}`,
      customMetadata: event.customMetadata,
      data: event.data,
    });
    this.transaction.open();
    stream.number ??= this.streamNames.add(stream.name);
    this.events.insert(position, stream.number, revision, this.typeNames.findOrAdd(event.type), record);
    this.recentIds.stage(stream.number, event.id, revision);
    this.#nextPosition = position + record.length;
    return { position, record };
  }

  #readablePosition(stream: StreamState, revision: number): number | undefined {
    if (stream.number === undefined || revision < firstReadable(stream)) return undefined;
    return this.events.position(stream.number, revision);
  }

  #view(stream: StreamState): StreamView {
    return {
      lastRevision: stream.lastRevision,
      isTombstoned: isTombstoned(stream),
      isSoftDeleted: isSoftDeleted(stream),
      hasMetadata: () => this.streams.hasMetadata(stream),
      eventIdAt: (revision) => {
        const record = stream.number === undefined ? undefined : this.events.record(stream.number, revision);
        return record && eventIdOf(record);
      },
      recentRevisionOf: (eventId) => (stream.number === undefined ? undefined : this.recentIds.find(stream.number, eventId)),
    };
  }
}

import type { AllStreamRecordedEvent, RecordedEvent } from '@eventstore/db-client';
import type { EventMetadata, Recorded } from '../domain/event.js';
import { UnreadableEvent, type EventSchemas } from './schemas.js';

/** What the store has kept of an event, before it is understood. */
export interface RawRecorded {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly type: string;
}

const isMetadata = (value: unknown): value is EventMetadata =>
  typeof value === 'object' && value !== null && '$correlationId' in value && 'companyId' in value && 'schemaVersion' in value && 'occurredAt' in value;

/** The store's view of an event. */
export const rawOf = (stored: RecordedEvent | AllStreamRecordedEvent): RawRecorded => ({
  id: stored.id,
  stream: stored.streamId,
  revision: Number(stored.revision),
  position: Number(stored.position?.commit ?? 0n),
  type: stored.type,
});

/** Understands a stored event: JSON data, our metadata, newest schema version. Throws `UnreadableEvent`. */
export const recordedOf = (stored: RecordedEvent | AllStreamRecordedEvent, schemas: EventSchemas): Recorded => {
  const { data, metadata } = stored as { data: unknown; metadata: unknown };
  if (typeof data !== 'object' || data === null || data instanceof Uint8Array) throw new UnreadableEvent(`${stored.type} in ${stored.streamId} has no JSON data`);
  if (!isMetadata(metadata)) throw new UnreadableEvent(`${stored.type} in ${stored.streamId} lacks the metadata of a domain event`);
  const { id, stream, revision, position, type } = rawOf(stored);
  return schemas.upcast({ id, stream, revision, position, type, data, metadata });
};

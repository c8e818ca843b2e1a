import type { Clock } from '../../domain/clock.js';
import type { RawRecorded } from '../../log/recorded.js';
import type { KeyedEvent } from './batch-consumer.js';
import type { Blocked } from './blocked.js';
import type { ParkedEvent } from './parking.js';

/** An event of the claim's partitions: to be applied or, if it cannot be read or its key cannot be told, to be parked in all of them. */
export type FeedEntry =
  | ({ readonly kind: 'readable' } & KeyedEvent)
  | { readonly kind: 'unreadable'; readonly event: RawRecorded; readonly partitions: readonly number[]; readonly error: unknown };

/** For whom and by what clock events are parked. */
export interface Parking {
  readonly consumer: string;
  readonly clock: Clock;
}

/** Parts what can be applied from what has to be parked: the unreadable, and what waits for something parked before it. */
export const sortEntries = (entries: readonly FeedEntry[], blockedBefore: Blocked, parking: Parking): { ready: KeyedEvent[]; held: ParkedEvent[] } => {
  const ready: KeyedEvent[] = [];
  const held: ParkedEvent[] = [];
  const blocked = blockedBefore.copy();
  for (const entry of entries) {
    if (entry.kind === 'readable' && !blocked.holds({ key: entry.key, stream: entry.event.stream })) {
      ready.push(entry);
      continue;
    }
    const parked = entry.kind === 'readable' ? parkedFrom(entry, parking, 'behind') : parkedFrom(entry, parking, 'failed', entry.error);
    for (const event of parked) blocked.add(event);
    held.push(...parked);
  }
  return { ready, held };
};

/** What is kept of an entry that is parked: one document, or one for each partition when its key cannot be told. */
export const parkedFrom = (entry: FeedEntry, { consumer, clock }: Parking, state: 'failed' | 'behind', error?: unknown): ParkedEvent[] => {
  const { id, stream, revision, position, type } = entry.event;
  const partitions = entry.kind === 'readable' ? [entry.partition] : entry.partitions;
  return partitions.map((partition) => ({
    _id: `${consumer}#${partition}/${id}`,
    consumer,
    partition,
    ...(entry.kind === 'readable' && { key: entry.key }),
    eventId: id,
    stream,
    revision,
    position,
    type,
    state,
    ...(error !== undefined && { error: messageOf(error) }),
    parkedAt: clock.now(),
  }));
};

/** What is kept of an error: its name and message. */
export const messageOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

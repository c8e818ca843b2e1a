import type { EventLog } from '../storage/event-log.js';
import type { StoredEvent } from '../storage/event-table.js';
import { firstReadable, isTombstoned } from '../storage/stream-state.js';

/** The newest event of a stream that can be read. */
export function newestEvent(log: EventLog, name: string): StoredEvent | undefined {
  const stream = log.stream(name);
  if (stream.number === undefined || isTombstoned(stream) || firstReadable(stream) > stream.lastRevision) return undefined;
  return log.events.ofStream(stream.number, stream.lastRevision);
}

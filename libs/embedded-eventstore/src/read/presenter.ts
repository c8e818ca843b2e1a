import type { EventLog } from '../storage/event-log.js';
import type { StoredEvent } from '../storage/event-table.js';
import { firstReadable, isTombstoned } from '../storage/stream-state.js';
import { decodeContent, encodeResolvedLink, withStructuredIds } from '../wire/record.js';

const LINK_TYPE = '$>';

/** How a client wants its events. */
export interface Presentation {
  readonly resolveLinks: boolean;
  readonly structuredIds: boolean;
}

/** Turns stored events into answers; most are sent as stored. */
export function presenter(log: EventLog, { resolveLinks, structuredIds }: Presentation): (event: StoredEvent) => Buffer {
  const resolve = (event: StoredEvent): Buffer =>
    log.typeNames.nameOf(event.type) === LINK_TYPE ? resolveLink(log, event) : event.record;
  const present = resolveLinks ? resolve : (event: StoredEvent) => event.record;
  return structuredIds ? (event) => withStructuredIds(present(event)) : present;
}

/** A link is an event of type `$>` with the data `<revision>@<stream>`; anything else is an event like others. */
function resolveLink(log: EventLog, link: StoredEvent): Buffer {
  const target = /^(\d+)@(.+)$/s.exec(decodeContent(link.record).data.toString());
  if (!target) return link.record;
  const [, revision, stream] = target;
  return encodeResolvedLink(link.record, link.position, findTarget(log, stream ?? '', Number(revision)));
}

function findTarget(log: EventLog, streamName: string, revision: number): Buffer | undefined {
  const stream = log.stream(streamName);
  if (stream.number === undefined || isTombstoned(stream) || revision < firstReadable(stream)) return undefined;
  return log.events.ofStream(stream.number, revision)?.record;
}

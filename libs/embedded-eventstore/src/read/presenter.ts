import { DERIVED_LINK } from '../links/link-streams.js';
import { LINK_TYPE } from '../links/system-projections.js';
import type { EventLog } from '../storage/event-log.js';
import type { StoredEvent } from '../storage/event-table.js';
import { firstReadable, isTombstoned } from '../storage/stream-state.js';
import { decodeContent, encodeResolvedLink, withStructuredIds } from '../wire/record.js';

/** How a client wants its events. */
export interface Presentation {
  readonly resolveLinks: boolean;
  readonly structuredIds: boolean;
}

/** Turns stored events into answers; most are sent as stored. */
export function presenter(log: EventLog, { resolveLinks, structuredIds }: Presentation): (event: StoredEvent) => Buffer {
  const resolve = (event: StoredEvent): Buffer => (isLink(log, event) ? resolveLink(log, event) : event.record);
  const present = resolveLinks ? resolve : (event: StoredEvent) => event.record;
  return structuredIds ? (event) => withStructuredIds(present(event)) : present;
}

export function isLink(log: EventLog, { type }: StoredEvent): boolean {
  return type === DERIVED_LINK || (type > 0 && log.typeNames.nameOf(type) === LINK_TYPE);
}

/** A link is an event of type `$>` with the data `<revision>@<stream>`; anything else is an event like others. */
function resolveLink(log: EventLog, link: StoredEvent): Buffer {
  const target = linkTarget(link);
  return target ? encodeResolvedLink(link.record, link.position, findTarget(log, target)?.record) : link.record;
}

/** What a link names. */
export interface LinkTarget {
  readonly stream: string;
  readonly revision: number;
}

/** Undefined when the event's data do not have the form of a link. */
export function linkTarget(link: StoredEvent): LinkTarget | undefined {
  const parts = /^(\d+)@(.+)$/s.exec(decodeContent(link.record).data.toString());
  return parts ? { revision: Number(parts[1]), stream: parts[2] ?? '' } : undefined;
}

/** The event a link leads to, unless it cannot be read any more. */
export function findTarget(log: EventLog, { stream: name, revision }: LinkTarget): StoredEvent | undefined {
  const stream = log.stream(name);
  if (stream.number === undefined || isTombstoned(stream) || revision < firstReadable(stream)) return undefined;
  return log.events.ofStream(stream.number, revision);
}

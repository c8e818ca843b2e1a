import { correlationOf } from '../links/system-projections.js';
import { findTarget, isLink, linkTarget } from '../read/presenter.js';
import type { EventLog } from '../storage/event-log.js';
import type { StoredEvent } from '../storage/event-table.js';
import { decodeEvent, eventIdOf } from '../wire/record.js';

/** An event on its way to a consumer. */
export interface Message {
  /** What consumers acknowledge: the id of the event in the stream subscribed to, or in the parked stream. */
  readonly id: string;
  /** Whether it comes from the source or was parked before. */
  readonly origin: 'source' | 'parked';
  /** In the source, or the revision in the parked stream. */
  readonly position: number;
  readonly original: StoredEvent;
  /** Of a link that is resolved: the event it leads to, if that can be read. */
  readonly target: StoredEvent | undefined;
  readonly isResolvedLink: boolean;
  retryCount: number;
}

/** @param isResolved whether a link is to be delivered with the event it leads to */
export function messageOf(log: EventLog, original: StoredEvent, origin: Message['origin'], position: number, isResolved: boolean): Message {
  const link = isResolved && isLink(log, original) ? linkTarget(original) : undefined;
  return {
    id: eventIdOf(original.record),
    origin,
    position,
    original,
    target: link && findTarget(log, link),
    isResolvedLink: link !== undefined,
    retryCount: 0,
  };
}

/** What a parked message links to: the event itself, or of a link that leads nowhere what it says. */
export function linkDataOf({ original, target, isResolvedLink }: Message): string {
  if (isResolvedLink && !target) return decodeEvent(original.record).data.toString();
  const { revision, stream } = decodeEvent((target ?? original).record);
  return `${revision}@${stream}`;
}

/** The stream that the event, or the link that leads nowhere, is of. */
export function sourceStreamOf(log: EventLog, { original, target }: Message): string {
  const event = target ?? original;
  return (isLink(log, event) ? linkTarget(event)?.stream : undefined) ?? decodeEvent(event.record).stream;
}

export function correlationIdOf({ original, target }: Message): string | undefined {
  return correlationOf(decodeEvent((target ?? original).record));
}

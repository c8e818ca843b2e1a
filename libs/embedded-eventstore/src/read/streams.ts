import type { LinkStreams } from '../links/link-streams.js';
import type { EventLog } from '../storage/event-log.js';
import type { StoredEvent } from '../storage/event-table.js';
import { NO_EVENT, type StreamState } from '../storage/stream-state.js';

/**
 * Every stream that can be read: those that were written, and the link streams of the system projections. A link stream
 * that somebody has written to is an ordinary stream.
 */
export class Streams {
  constructor(
    readonly log: EventLog,
    private readonly links: LinkStreams,
  ) {}

  /** Resolves when a stream can be read. */
  ready(name: string): Promise<void> {
    return this.links.ready(name);
  }

  get(name: string): Readonly<StreamState> {
    const written = this.log.stream(name);
    if (written.lastRevision !== NO_EVENT || !this.links.derives(name)) return written;
    // A number it may have from a write that is not on disk yet.
    return { ...written, number: undefined, lastRevision: this.links.lastRevision(name) };
  }

  /** Events of a stream from revision `from` to `to`, both inclusive, ascending. */
  range({ name, number }: Readonly<StreamState>, from: number, to: number): StoredEvent[] {
    return number === undefined ? this.links.range(name, from, to) : this.log.events.streamRange(number, from, to);
  }
}

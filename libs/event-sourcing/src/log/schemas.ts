import type { DomainEvent, Recorded } from '../domain/event.js';

/** Turns the data of one schema version into that of the next. Total: an old event never becomes unreadable. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** How the data of an event type changed over time: `upcasters[0]` leads from version 1 to 2, and so on; the newest version is their count + 1. */
export interface EventSchema {
  readonly upcasters: readonly Upcaster[];
}

/** An event that this release cannot read: a schema version from the future, or no event of ours at all. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** The schema versions of every event type that has more than one. Types that are not listed are at version 1. */
export class EventSchemas {
  constructor(private readonly schemas: Readonly<Record<string, EventSchema>> = {}) {}

  /** The version that new events of the type are written with. */
  versionOf(type: string): number {
    return (this.schemas[type]?.upcasters.length ?? 0) + 1;
  }

  /** The event with its data at the newest version. Throws `UnreadableEvent` for a version that this release does not know. */
  upcast<Event extends DomainEvent>(event: Recorded<Event>): Recorded<Event> {
    const { schemaVersion } = event.metadata;
    const upcasters = this.schemas[event.type]?.upcasters ?? [];
    if (schemaVersion === upcasters.length + 1) return event;
    if (!(schemaVersion >= 1 && schemaVersion <= upcasters.length)) {
      throw new UnreadableEvent(`${event.type} has schema version ${schemaVersion}, this release reads up to ${upcasters.length + 1}`);
    }
    const data = upcasters.slice(schemaVersion - 1).reduce<Record<string, unknown>>((older, upcaster) => upcaster(older), { ...event.data });
    return { ...event, data };
  }
}

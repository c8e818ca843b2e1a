/** Where an event was written. */
export interface WrittenEvent {
  readonly stream: number;
  readonly revision: number;
}

/**
 * The newest events by id, by which an append that expects no particular revision recognises a repeat.
 * EventStoreDB keeps such a bounded cache too (and none on disk): a repeat that comes later is a new event.
 */
export class RecentEventIds {
  readonly #events = new Map<string, WrittenEvent>();

  constructor(readonly capacity: number) {}

  find(eventId: string): WrittenEvent | undefined {
    return this.#events.get(eventId);
  }

  add(eventId: string, event: WrittenEvent): void {
    this.#events.delete(eventId);
    this.#events.set(eventId, event);
    if (this.#events.size > this.capacity) this.#dropOldest();
  }

  clear(): void {
    this.#events.clear();
  }

  #dropOldest(): void {
    for (const oldest of this.#events.keys()) {
      this.#events.delete(oldest);
      return;
    }
  }
}

/**
 * The newest events by stream and id, by which an append that expects no particular revision recognises a repeat.
 * EventStoreDB keeps such a bounded cache too (and none on disk): a repeat that comes later is a new event.
 */
export class RecentEventIds {
  readonly #revisions = new Map<string, number>();

  constructor(readonly capacity: number) {}

  /** The revision at which the stream holds the event, if it was written recently. */
  find(stream: number, eventId: string): number | undefined {
    return this.#revisions.get(key(stream, eventId));
  }

  add(stream: number, eventId: string, revision: number): void {
    const added = key(stream, eventId);
    this.#revisions.delete(added);
    this.#revisions.set(added, revision);
    if (this.#revisions.size > this.capacity) this.#dropOldest();
  }

  clear(): void {
    this.#revisions.clear();
  }

  #dropOldest(): void {
    for (const oldest of this.#revisions.keys()) {
      this.#revisions.delete(oldest);
      return;
    }
  }
}

const key = (stream: number, eventId: string): string => `${stream}:${eventId}`;

/**
 * The newest events by stream and id, by which an append that expects no particular revision recognises a repeat.
 * EventStoreDB keeps such a bounded cache too (and none on disk): a repeat that comes later is a new event.
 */
export class RecentEventIds {
  readonly #revisions = new Map<string, number>();
  /** Of the group that is being written. */
  readonly #staged = new Map<string, number>();

  constructor(readonly capacity: number) {}

  /** The revision at which the stream holds the event, if it was written recently. */
  find(stream: number, eventId: string): number | undefined {
    const wanted = key(stream, eventId);
    return this.#staged.get(wanted) ?? this.#revisions.get(wanted);
  }

  /** Adds an event of the group that is being written. */
  stage(stream: number, eventId: string, revision: number): void {
    this.#staged.set(key(stream, eventId), revision);
  }

  /** Keeps what was added. */
  commit(): void {
    for (const [added, revision] of this.#staged) this.#add(added, revision);
    this.#staged.clear();
  }

  /** Forgets what was added. */
  drop(): void {
    this.#staged.clear();
  }

  #add(added: string, revision: number): void {
    this.#revisions.delete(added);
    this.#revisions.set(added, revision);
    if (this.#revisions.size > this.capacity) this.#dropOldest();
  }

  #dropOldest(): void {
    for (const oldest of this.#revisions.keys()) {
      this.#revisions.delete(oldest);
      return;
    }
  }
}

const key = (stream: number, eventId: string): string => `${stream}:${eventId}`;

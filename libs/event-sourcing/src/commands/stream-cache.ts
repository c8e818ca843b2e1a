import { LRUCache } from 'lru-cache';
import type { Aggregate } from '../domain/decider.js';
import type { DomainEvent, Recorded } from '../domain/event.js';
import type { CompanyId } from '../domain/identity.js';
import type { EventLog } from '../log/event-log.js';

/** What was done under an idempotency key. */
export interface DoneCommand {
  readonly hash: string;
  /** The stream's revision and the log position after it. */
  readonly revision: number;
  readonly position: number;
  readonly events: readonly string[];
}

/** A stream as far as this process knows it. */
export interface KnownStream<State> {
  readonly state: State;
  readonly revision: number;
  readonly position: number;
  /** The company that began the stream. */
  readonly owner: CompanyId;
  readonly done: ReadonlyMap<string, DoneCommand>;
  /** When it was last known to be current, in milliseconds of the machine's monotonic clock. */
  readonly checkedAt: number;
}

/** Adds stored events to what is known of their stream. */
export const extend = <State, Event extends DomainEvent>(
  aggregate: Aggregate<State, Event>,
  known: KnownStream<State> | undefined,
  events: readonly Recorded<Event>[],
): KnownStream<State> | undefined => {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) return known && { ...known, checkedAt: performance.now() };
  const done = new Map(known?.done);
  let state = known?.state ?? aggregate.initialState;
  for (const event of events) {
    state = aggregate.evolve(state, event);
    const { commandId, commandHash: hash } = event.metadata;
    const types = [...(done.get(commandId)?.events ?? []), event.type];
    done.set(commandId, { hash, revision: event.revision, position: event.position, events: types });
  }
  return { state, revision: last.revision, position: last.position, owner: known?.owner ?? first.metadata.companyId, done, checkedAt: performance.now() };
};

/**
 * The streams that were used last, folded. Entries may be stale (another process appends too): a command finds out by the expected revision of
 * its append, which is what makes a hot stream's command cost one append and no read.
 */
export class StreamCache {
  private readonly entries: LRUCache<string, KnownStream<unknown>>;

  constructor(
    private readonly log: EventLog,
    /** How many streams are kept. */
    capacity = 20_000,
  ) {
    this.entries = new LRUCache({ max: capacity });
  }

  /** From memory if there, else from the log; undefined if there is no such stream. */
  async load<State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>, stream: string): Promise<KnownStream<State> | undefined> {
    return (this.entries.get(stream) as KnownStream<State> | undefined) ?? this.refresh(aggregate, stream);
  }

  /** Reads what has been appended since the stream was last looked at. */
  async refresh<State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>, stream: string): Promise<KnownStream<State> | undefined> {
    const known = this.entries.get(stream) as KnownStream<State> | undefined;
    const events = (await this.log.readStream(stream, known === undefined ? 0 : known.revision + 1)) as Recorded<Event>[];
    const current = extend(aggregate, known, events);
    if (current !== undefined) this.entries.set(stream, current);
    return current;
  }

  /** As `load`, but no older than `maxAgeMs`. */
  async loadFresh<State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>, stream: string, maxAgeMs: number): Promise<KnownStream<State> | undefined> {
    const known = this.entries.get(stream) as KnownStream<State> | undefined;
    return known !== undefined && performance.now() - known.checkedAt <= maxAgeMs ? known : this.refresh(aggregate, stream);
  }

  /** What this process knows, without asking the log. */
  peek<State>(stream: string): KnownStream<State> | undefined {
    return this.entries.get(stream) as KnownStream<State> | undefined;
  }

  put(stream: string, known: KnownStream<unknown>): void {
    this.entries.set(stream, known);
  }
}

import type { Db } from 'mongodb';
import type { DomainEvent, Recorded } from '../domain/event.js';
import { DEFAULT_PARTITIONS, PROJECTION_BATCH, type BatchConsumer, type KeyedEvent } from './feed/batch-consumer.js';
import { put } from './feed/batch-writes.js';
import type { LogProjection, Projected } from './projection.js';
import { collectionName, ensureReadModel, prepareReadModel, stateCollectionName } from './read-model.js';

/** The state a log projection has folded for one key. */
export interface KeyState<State> {
  readonly _id: string;
  readonly state: State;
  readonly position: number;
}

/** What a batch adds to a log projection. */
export interface LogAdditions<Row, State> {
  readonly rows: readonly (Row & Projected)[];
  readonly states: ReadonlyMap<string, KeyState<State>>;
}

/**
 * The rows that events, in log order, add, and the states they change. Where a state is kept, an event at or before its position adds nothing,
 * unless it comes late from the parking; events after it that left it alone add the same rows again, under the same ids. Pure.
 */
export const foldLog = <Row extends object, Event extends DomainEvent, State>(
  projection: LogProjection<Row, Event, State>,
  events: readonly KeyedEvent[],
  stored: ReadonlyMap<string, KeyState<State>>,
): LogAdditions<Row, State> => {
  const states = new Map<string, KeyState<State>>();
  const rows: (Row & Projected)[] = [];
  for (const { event: recorded, key, late } of events) {
    const event = recorded as Recorded<Event>;
    const last = states.get(key) ?? stored.get(key) ?? { _id: key, state: projection.initialState, position: -1 };
    if (event.position <= last.position && !late) continue;
    const after = projection.evolve(last.state, event);
    if (after !== last.state) states.set(key, { _id: key, state: after, position: Math.max(event.position, last.position) });
    projection.rows(event, last.state, after).forEach((row, place) => {
      rows.push({ _id: `${event.id}:${place}`, ...row, companyId: event.metadata.companyId, position: event.position });
    });
  }
  return { rows, states };
};

/** The consumer that keeps a log projection's collection, and its states if it has any, in MongoDB. */
export const logConsumer = <Row extends object, Event extends DomainEvent, State>(
  db: Db,
  projection: LogProjection<Row, Event, State>,
  partitions = DEFAULT_PARTITIONS,
): BatchConsumer => {
  const { namespace: rows } = db.collection(collectionName(projection));
  const states = db.collection<KeyState<State>>(stateCollectionName(projection));
  const keepsState = projection.initialState !== undefined;

  return {
    name: collectionName(projection),
    partitions,
    categories: projection.categories,
    keyOf: (event) => projection.key(event as Recorded<Event>),
    maxBatch: PROJECTION_BATCH,
    setUp: () => prepareReadModel(db, projection),
    caughtUp: () => ensureReadModel(db, projection),
    prepare: async (events, remembered) => {
      const stored = keepsState ? await remembered.find(states, events.map(({ key }) => key)) : new Map<string, KeyState<State>>();
      const additions = foldLog(projection, events, stored);
      // Ids are the events' own, so that a row written twice is the same row.
      const rowWrites = additions.rows.map((row) => put(rows, row));
      return keepsState ? [...rowWrites, ...Array.from(additions.states.values(), (state) => put(states.namespace, state))] : rowWrites;
    },
  };
};

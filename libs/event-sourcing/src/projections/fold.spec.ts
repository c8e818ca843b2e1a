import { describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import fc from 'fast-check';
import type { Recorded } from '../domain/event.js';
import { foldDocuments } from './document-consumer.js';
import type { KeyedEvent } from './feed/batch-consumer.js';
import { foldLog, type KeyState } from './log-consumer.js';
import { history, keyed, parcelLog, parcels, recorded, type ParcelEvent, type ParcelLogRow, type ParcelRow } from './parcels.fixture.js';
import type { Projected } from './projection.js';

type Documents = Map<string, ParcelRow & Projected>;
interface Log {
  readonly rows: Map<string, ParcelLogRow & Projected>;
  readonly states: Map<string, KeyState<{ readonly grams: number }>>;
}

/** As MongoDB would give it back. */
const stored = <Document extends object>(document: Document): Document =>
  BSON.deserialize(BSON.serialize(document, { ignoreUndefined: true })) as Document;

const applyDocuments = (documents: Documents, events: readonly KeyedEvent[]): Documents => {
  const next = new Map(documents);
  for (const [key, { after }] of foldDocuments(parcels, events, documents)) {
    if (after === undefined) next.delete(key);
    else next.set(key, stored(after));
  }
  return next;
};

const applyLog = ({ rows, states }: Log, events: readonly KeyedEvent[]): Log => {
  const additions = foldLog(parcelLog, events, states);
  return { rows: new Map([...rows, ...additions.rows.map((row) => [row._id, stored(row)] as const)]), states: new Map([...states, ...[...additions.states].map(([key, state]) => [key, stored(state)] as const)]) };
};

const batches = (events: readonly KeyedEvent[], size: number): KeyedEvent[][] =>
  Array.from({ length: Math.ceil(events.length / size) }, (_, index) => events.slice(index * size, (index + 1) * size));

const inOrder = <Row extends Projected>(rows: Iterable<Row>): Row[] => [...rows].sort((one, other) => (one._id < other._id ? -1 : 1));

const emptyLog: Log = { rows: new Map(), states: new Map() };
const size = fc.integer({ min: 1, max: 20 });
const keyedHistory = history.map((events: Recorded<ParcelEvent>[]) => events.map((event) => keyed(event)));

describe('folding events into documents', () => {
  it('gives the same documents incrementally, in any batches, as replayed at once', () => {
    fc.assert(
      fc.property(keyedHistory, size, (events, batchSize) => {
        const replayed = applyDocuments(new Map(), events);
        const incremental = batches(events, batchSize).reduce<Documents>(applyDocuments, new Map());
        expect(inOrder(incremental.values())).toEqual(inOrder(replayed.values()));
      }),
    );
  });

  it('gives the same documents when each partition is folded by itself', () => {
    fc.assert(
      fc.property(keyedHistory, (events) => {
        const partitioned = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((partition) => [
          ...applyDocuments(new Map(), events.filter((event) => event.partition === partition)).values(),
        ]);
        expect(inOrder(partitioned)).toEqual(inOrder(applyDocuments(new Map(), events).values()));
      }),
    );
  });

  it('leaves documents unchanged when any end of the history is delivered again', () => {
    fc.assert(
      fc.property(keyedHistory, fc.nat(60), (events, from) => {
        const documents = applyDocuments(new Map(), events);
        expect(applyDocuments(documents, events.slice(from))).toEqual(documents);
      }),
    );
  });

  it('applies an event that comes late from the parking without turning the position back', () => {
    const documents = applyDocuments(new Map(), [keyed(recorded({ type: 'Weighed', data: { parcel: 'p', grams: 10 } }, 20))]);
    const late: KeyedEvent = { ...keyed(recorded({ type: 'Labelled', data: { parcel: 'p', labels: ['GIFT'] } }, 10)), late: true };
    expect(applyDocuments(documents, [late]).get('p')).toMatchObject({ grams: 10, labels: ['GIFT'], changes: 2, position: 20 });
  });

  it('ignores event types that the table does not name, even if named like a property of every object', () => {
    const event = { ...recorded({ type: 'Photographed', data: { parcel: 'p' } }, 1), type: 'toString' };
    expect(foldDocuments(parcels, [{ event, key: 'p', partition: 0 }], new Map()).size).toBe(0);
  });
});

describe('folding events into log rows', () => {
  it('gives the same rows incrementally, in any batches, as replayed at once', () => {
    fc.assert(
      fc.property(keyedHistory, size, (events, batchSize) => {
        const replayed = applyLog(emptyLog, events);
        expect(batches(events, batchSize).reduce<Log>(applyLog, emptyLog)).toEqual(replayed);
        expect(replayed.rows.size).toBe(events.length);
      }),
    );
  });

  it('changes nothing when any end of the history is delivered again', () => {
    fc.assert(
      fc.property(keyedHistory, fc.nat(60), (events, from) => {
        const log = applyLog(emptyLog, events);
        expect(applyLog(log, events.slice(from))).toEqual(log);
      }),
    );
  });

  it('tells each weight before and after', () => {
    const events = [10, 30].map((grams, index) => keyed(recorded({ type: 'Weighed', data: { parcel: 'p', grams } }, index + 1)));
    expect([...applyLog(emptyLog, events).rows.values()].map(({ _id, text }) => [_id, text])).toEqual([
      ['event-1:0', '0 → 10'],
      ['event-2:0', '10 → 30'],
    ]);
  });
});

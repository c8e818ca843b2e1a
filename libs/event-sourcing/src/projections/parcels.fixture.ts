import fc from 'fast-check';
import { companyId } from '../domain/identity.js';
import type { EventOf, Recorded } from '../domain/event.js';
import type { KeyedEvent } from './feed/batch-consumer.js';
import { partitionOf } from './feed/partition.js';
import { documentProjection, statefulLogProjection } from './projection.js';

/** A small domain for tests: parcels that are weighed, labelled and lost. */
export type ParcelEvent = EventOf<{
  Weighed: { parcel: string; grams: number };
  Labelled: { parcel: string; labels: string[] };
  Lost: { parcel: string };
  Photographed: { parcel: string };
}>;

export interface ParcelRow {
  readonly parcel: string;
  readonly grams: number;
  readonly labels: readonly string[];
  readonly changes: number;
  readonly note?: string | undefined;
}

const blank = (parcel: string): ParcelRow => ({ parcel, grams: 0, labels: [], changes: 0 });

export const sizeOf = (grams: number): string => (grams < 50 ? 'SMALL' : 'LARGE');

/** One row a parcel; gone when it is lost; photographs change nothing; what weighs nothing is not counted. */
export const parcels = documentProjection<ParcelRow, ParcelEvent>({
  name: 'parcels',
  version: 1,
  categories: ['parcel'],
  indexes: [{ fields: { companyId: 1, size: 1 } }],
  key: ({ data }) => data.parcel,
  on: {
    Weighed: (row = blank(''), { data }) => ({ ...row, parcel: data.parcel, grams: data.grams, changes: row.changes + 1, note: data.grams > 90 ? 'heavy' : undefined }),
    Labelled: (row, { data }) => ({ ...(row ?? blank(data.parcel)), labels: data.labels, changes: (row?.changes ?? 0) + 1 }),
    Lost: () => undefined,
  },
  facets: {
    dimensions: ({ grams, labels }) => (grams === 0 ? undefined : { size: sizeOf(grams), labels }),
  },
});

export interface ParcelLogRow {
  readonly parcel: string;
  readonly text: string;
}

/** Tells each weight before and after. */
export const parcelLog = statefulLogProjection<ParcelLogRow, ParcelEvent, { readonly grams: number }>({
  name: 'parcel-log',
  version: 1,
  categories: ['parcel'],
  indexes: [],
  key: ({ data }) => data.parcel,
  initialState: { grams: 0 },
  evolve: (state, event) => (event.type === 'Weighed' ? { grams: event.data.grams } : state),
  rows: ({ type, data }, before, after) => (type === 'Weighed' ? [{ parcel: data.parcel, text: `${before.grams} → ${after.grams}` }] : [{ parcel: data.parcel, text: type }]),
});

const COMPANIES = ['acme', 'rival'];

/** An event as the log would give it. */
export const recorded = (fact: ParcelEvent, position: number): Recorded<ParcelEvent> => ({
  ...fact,
  id: `event-${position}`,
  stream: `parcel-${fact.data.parcel}`,
  revision: position,
  position,
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: `command-${position}`,
    commandHash: '',
    commandName: 'Test',
    actor: 'user:test',
    companyId: companyId(COMPANIES[fact.data.parcel.length % 2] ?? ''),
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00.000Z',
    origin: { via: 'test' },
  },
});

export const keyed = (event: Recorded<ParcelEvent>, partitions = 8): KeyedEvent => ({
  event,
  key: event.data.parcel,
  partition: partitionOf(event.data.parcel, partitions),
});

const parcel = fc.constantFrom('p', 'pp', 'q', 'qq', 'r', 'rr');

/** Any history of a handful of parcels. */
export const facts: fc.Arbitrary<ParcelEvent[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('Weighed' as const), data: fc.record({ parcel, grams: fc.integer({ min: 0, max: 100 }) }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('Labelled' as const),
        data: fc.record({ parcel, labels: fc.array(fc.constantFrom('FRAGILE', 'COLD', 'GIFT'), { maxLength: 3 }) }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('Lost' as const), data: fc.record({ parcel }) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('Photographed' as const), data: fc.record({ parcel }) }) },
  ),
  { maxLength: 60 },
);

/** A history in log order; positions are not consecutive, as in a real log. */
export const history: fc.Arbitrary<Recorded<ParcelEvent>[]> = facts.map((list) => list.map((fact, index) => recorded(fact, (index + 1) * 7)));

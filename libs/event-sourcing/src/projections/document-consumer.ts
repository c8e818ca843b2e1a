import type { Db } from 'mongodb';
import type { DomainEvent, Recorded } from '../domain/event.js';
import { FacetChanges, type Counted } from './facet-cube.js';
import { DEFAULT_PARTITIONS, PROJECTION_BATCH, type BatchConsumer, type KeyedEvent } from './feed/batch-consumer.js';
import type { BatchWrite } from './feed/batch-writes.js';
import type { DocumentProjection, Projected } from './projection.js';
import { collectionName, ensureReadModel, facetCollectionName, prepareReadModel } from './read-model.js';

/** What a batch does to one document. */
export interface DocumentChange<Row> {
  readonly before: (Row & Projected) | undefined;
  readonly after: (Row & Projected) | undefined;
}

/** A document while events are folded into it. */
interface Folded<Row> {
  readonly before: (Row & Projected) | undefined;
  readonly row: Row | undefined;
  readonly companyId: string;
  /** The log position it reflects; -1 when there is none. */
  readonly position: number;
}

/**
 * Folds events, in log order, into the documents they belong to. An event at or before the position that its document reflects changes nothing,
 * unless it comes late from the parking. Pure.
 */
export const foldDocuments = <Row extends object, Event extends DomainEvent>(
  projection: DocumentProjection<Row, Event>,
  events: readonly KeyedEvent[],
  stored: ReadonlyMap<string, Row & Projected>,
): Map<string, DocumentChange<Row>> => {
  const folded = new Map<string, Folded<Row>>();
  const table = projection.on as Readonly<Record<string, ((row: Row | undefined, event: Recorded) => Row | undefined) | undefined>>;
  for (const { event, key, late } of events) {
    const handler = Object.hasOwn(table, event.type) ? table[event.type] : undefined;
    if (handler === undefined) continue;
    const last = folded.get(key) ?? asStored(stored.get(key));
    if (event.position <= last.position && !late) continue;
    const row = handler(last.row, event);
    const position = row === undefined ? -1 : Math.max(event.position, last.position);
    folded.set(key, { before: last.before, row, companyId: event.metadata.companyId, position });
  }
  return new Map(Array.from(folded, ([key, { before, row, companyId, position }]) => [key, { before, after: row && { _id: key, ...row, companyId, position } }]));
};

const asStored = <Row extends object>(before: (Row & Projected) | undefined): Omit<Folded<Row>, 'companyId'> => ({ before, row: before, position: before?.position ?? -1 });

/** The consumer that keeps a document projection's collection, and its counters, in MongoDB. */
export const documentConsumer = <Row extends object, Event extends DomainEvent>(
  db: Db,
  projection: DocumentProjection<Row, Event>,
  partitions = DEFAULT_PARTITIONS,
): BatchConsumer => {
  const rows = db.collection<Row & Projected>(collectionName(projection));
  const { namespace: facets } = db.collection(facetCollectionName(projection));
  return {
    name: collectionName(projection),
    partitions,
    categories: projection.categories,
    keyOf: (event) => projection.key(event as Recorded<Event>),
    maxBatch: PROJECTION_BATCH,
    setUp: () => prepareReadModel(db, projection),
    caughtUp: () => ensureReadModel(db, projection),
    prepare: async (events, remembered) => {
      const stored = await remembered.find(rows, events.map(({ key }) => key));
      const changes = [...foldDocuments(projection, events, stored).values()].filter(({ before, after }) => before !== after);
      const moves = facetMoves(projection, changes, Math.min(...events.map(({ partition }) => partition)));
      return [...writesOf(changes, rows.namespace), ...moves.writes(facets)];
    },
  };
};

/** Deletes first and inserts last, so that a value of a unique index can pass from one document to another. */
const writesOf = <Row extends object>(changes: readonly DocumentChange<Row>[], namespace: string): BatchWrite[] => {
  const deletes: BatchWrite[] = [];
  const replaces: BatchWrite[] = [];
  const inserts: BatchWrite[] = [];
  for (const { before, after } of changes) {
    if (before === undefined && after !== undefined) inserts.push({ name: 'insertOne', namespace, document: after });
    else if (after !== undefined) replaces.push({ name: 'replaceOne', namespace, filter: { _id: after._id }, replacement: after });
    else if (before !== undefined) deletes.push({ name: 'deleteOne', namespace, filter: { _id: before._id } });
  }
  return [...deletes, ...replaces, ...inserts];
};

const facetMoves = <Row extends object, Event extends DomainEvent>(
  { facets }: DocumentProjection<Row, Event>,
  changes: readonly DocumentChange<Row>[],
  partition: number,
): FacetChanges => {
  const moves = new FacetChanges(partition);
  if (facets === undefined) return moves;
  const counted = (row: (Row & Projected) | undefined): Counted => {
    const dimensions = row && facets.dimensions(row);
    return row && dimensions && { companyId: row.companyId, dimensions };
  };
  for (const { before, after } of changes) moves.move(counted(before), counted(after));
  return moves;
};

import type { DomainEvent, Recorded } from '../domain/event.js';

/** An index of a read model's collection: field → 1, -1, and whether unique. `companyId` leads wherever companies query. */
export interface ReadModelIndex {
  readonly fields: Readonly<Record<string, 1 | -1>>;
  readonly unique?: boolean;
}

/** Fields that the projection runner adds to every document it keeps. */
export interface Projected {
  readonly _id: string;
  /** The tenant, from the event's metadata. */
  readonly companyId: string;
  /** The log position the document reflects; writes are guarded by it. */
  readonly position: number;
}

interface ProjectionBase {
  /** kebab-case; the collection is `<name>@<version>`. */
  readonly name: string;
  /** Raised when the documents change shape; the new version is built beside the old. */
  readonly version: number;
  /** Categories of streams it reads. */
  readonly categories: readonly string[];
  readonly indexes: readonly ReadModelIndex[];
}

/** Exact counters over the documents: for each scope (company) the number of rows for each combination of the dimensions' values. */
export interface FacetSpec<Row> {
  /** The rows' dimensions; multi-valued ones are arrays. `undefined` leaves the row out of all counts. */
  readonly dimensions: (row: Row) => Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** A table from event type to document: one document for each key. */
export interface DocumentProjection<Row extends object, Event extends DomainEvent = DomainEvent> extends ProjectionBase {
  readonly kind: 'document';
  /** The document an event belongs to; undefined leaves the event out. */
  readonly key: (event: Recorded<Event>) => string | undefined;
  /** The document after the event; undefined deletes it. Pure. Event types without an entry change nothing. */
  readonly on: { readonly [Type in Event['type']]?: (row: Row | undefined, event: Recorded<Extract<Event, { type: Type }>>) => Row | undefined };
  readonly facets?: FacetSpec<Row>;
}

/** Rows appended for each event, never changed again: timelines, audit logs, notices. May fold a state per key to tell before from after. */
export interface LogProjection<Row extends object, Event extends DomainEvent = DomainEvent, State = undefined> extends ProjectionBase {
  readonly kind: 'log';
  readonly key: (event: Recorded<Event>) => string | undefined;
  readonly initialState: State;
  readonly evolve: (state: State, event: Recorded<Event>) => State;
  /** The rows that the event adds; a row's id is the event's id and its place. Pure. */
  readonly rows: (event: Recorded<Event>, before: State, after: State) => readonly Row[];
}

/** Types a document projection: `documentProjection<OrderRow, CustomsOrderEvent>({ name: 'order-dashboard', … })`. */
export const documentProjection = <Row extends object, Event extends DomainEvent>(
  definition: Omit<DocumentProjection<Row, Event>, 'kind'>,
): DocumentProjection<Row, Event> => ({ kind: 'document', ...definition });

/** Types a log projection that needs no state. */
export const logProjection = <Row extends object, Event extends DomainEvent>(
  definition: Omit<LogProjection<Row, Event>, 'kind' | 'initialState' | 'evolve'>,
): LogProjection<Row, Event> => ({ kind: 'log', initialState: undefined, evolve: () => undefined, ...definition });

/** Types a log projection that tells before from after by a state folded per key. The state must survive JSON/BSON. */
export const statefulLogProjection = <Row extends object, Event extends DomainEvent, State>(
  definition: Omit<LogProjection<Row, Event, State>, 'kind'>,
): LogProjection<Row, Event, State> => ({ kind: 'log', ...definition });

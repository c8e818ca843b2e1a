import type { Collection, Db, Document } from 'mongodb';
import { filter, map, type Observable } from 'rxjs';
import { NotFound, StoreUnavailable } from '../domain/errors.js';
import { ALL_COMPANIES } from '../projections/facet-cube.js';
import { readFacets, type FacetFilter, type Facets } from '../projections/read-facets.js';
import { collectionName, type ReadModel } from '../projections/read-model.js';
import { ProjectionBehind, waitForPosition } from '../projections/wait-for-position.js';
import type { ChangeFeed, FeedChange } from './change-feed.js';
import { behind, cursorAfter, placeOf, type Order } from './cursor.js';
import type { Kept, Match } from './match.js';

/** What page of a list is wanted. */
export interface PageRequest<Row> {
  readonly where: Match<Row>;
  readonly order: Order & { readonly field: keyof Kept<Row> & string };
  /** Rows at most. */
  readonly limit: number;
  /** Where the page before ended; absent for the first page. */
  readonly cursor?: string | undefined;
  readonly narrowedBy?: Narrowing<Row>;
}

/** The field by whose index (after `companyId` for one company) matching rows are found; without it the store decides, by how many rows it guesses that each condition lets through. */
export type Narrowing<Row> = (keyof Kept<Row> & string) | undefined;

/** A page of a list that is walked forward. */
export interface Page<Row> {
  readonly items: readonly Row[];
  /** Names the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** A page of a list with page numbers. */
export interface NumberedPage<Row> {
  readonly items: readonly Row[];
  readonly total: number;
  /** 1 is the first. */
  readonly page: number;
  readonly pages: number;
}

/** What a watcher is told: see `FeedChange`. */
export type Change<Row> = { readonly kind: 'sync'; readonly token: string } | { readonly kind: 'row'; readonly token: string; readonly row: Kept<Row> };

/** Rows that agree in some fields. */
export interface Group<Row, Field extends keyof Row> {
  readonly values: Pick<Row, Field>;
  readonly count: number;
}

const DEFAULT_WAIT_MS = 3000;

/** What rows a caller may see: those that have the value in the field, the owner's or the other party's. */
export interface Scope {
  readonly field: string;
  readonly value: string;
}

/** Reads as the other party; counters are kept for owners only. */
export type PartyReader<Row extends object> = Omit<ScopedReader<Row>, 'facets'>;

/** Reads of one read model for one caller: every one of them sees only the rows that the caller may see. */
export class ScopedReader<Row extends object> {
  private readonly rows: Collection<Document>;

  constructor(
    private readonly db: Db,
    private readonly model: Pick<ReadModel, 'name' | 'version'>,
    /** Undefined for all rows. */
    private readonly scope: Scope | undefined,
    private readonly feed: () => ChangeFeed,
  ) {
    this.rows = db.collection(collectionName(model));
  }

  /**
   * Waits until the read model reflects the log up to the position: read what you wrote. Without a position, answers at once.
   * `key` is that of the document to be read; without it, all documents are waited for. Throws `StoreUnavailable` when that takes too long.
   */
  async atLeast(position: number | undefined, key?: string, timeoutMs = DEFAULT_WAIT_MS): Promise<this> {
    if (position === undefined) return this;
    try {
      await waitForPosition(this.db, collectionName(this.model), position, { timeoutMs, ...(key !== undefined && { key }) });
    } catch (error) {
      throw error instanceof ProjectionBehind ? new StoreUnavailable(this.model.name, 1, { cause: error }) : error;
    }
    return this;
  }

  /** The row with the id. Throws `NotFound(what)` if there is none or the caller may not see it; the two are not told apart. */
  async get(what: string, id: string): Promise<Kept<Row>> {
    const row = await this.rows.findOne(this.scoped({ _id: id } as Match<Row>));
    if (row === null) throw new NotFound(what, id);
    return kept<Row>(row);
  }

  /** Whether there is a row that the caller may see. */
  async has(where: Match<Row>): Promise<boolean> {
    return (await this.rows.findOne(this.scoped(where), { projection: { _id: 1 } })) !== null;
  }

  /** A page of the rows, by keyset: rows that come or go meanwhile neither repeat nor skip others. Throws a `Refusal` for a bad cursor. */
  async page({ where, order, limit, cursor, narrowedBy }: PageRequest<Row>): Promise<Page<Kept<Row>>> {
    const filter = cursor === undefined ? this.scoped(where) : this.scoped(where, behind(placeOf(cursor, order), order));
    const found = await this.rows.find(filter, this.hint(narrowedBy)).sort(sortBy(order)).limit(limit + 1).toArray();
    const items = found.slice(0, limit).map(kept<Row>);
    const last = items.at(-1);
    const more = found.length > limit && last !== undefined;
    return { items, nextCursor: more ? cursorAfter({ value: last[order.field] as string | number, id: last._id }, order) : null };
  }

  /** The page with the number, of `size` rows at most; beyond the last page there are no items. */
  async numberedPage({ where, order, size, page }: Omit<PageRequest<Row>, 'limit' | 'cursor'> & { readonly size: number; readonly page: number }): Promise<NumberedPage<Kept<Row>>> {
    const found = this.rows.find(this.scoped(where)).sort(sortBy(order)).skip((page - 1) * size).limit(size);
    const [total, items] = await Promise.all([this.count(where), found.toArray()]);
    return { items: items.map(kept<Row>), total, page, pages: Math.max(1, Math.ceil(total / size)) };
  }

  /** How many rows match. */
  count(where: Match<Row>): Promise<number> {
    return this.rows.countDocuments(this.scoped(where));
  }

  /** Exact counts from the counters that the projection keeps, at a cost that does not depend on the number of rows; see `readFacets`. */
  facets(filter: FacetFilter): Promise<Facets> {
    return readFacets(this.db, this.model, this.scope?.value ?? ALL_COMPANIES, filter);
  }

  /** The matching rows counted by the values of fields, as far as the counters of `facets` cannot tell; costs as much as there are matching rows. */
  async groups<Field extends keyof Row & string>(where: Match<Row>, fields: readonly Field[], narrowedBy?: Narrowing<Row>): Promise<Group<Row, Field>[]> {
    const by = Object.fromEntries(fields.map((field) => [field, `$${field}`]));
    const stages = [{ $match: this.scoped(where) }, { $group: { _id: by, count: { $sum: 1 } } }];
    const groups = this.rows.aggregate<{ _id: Pick<Row, Field>; count: number }>(stages, this.hint(narrowedBy));
    return (await groups.toArray()).map(({ _id, count }) => ({ values: _id, count }));
  }

  /**
   * The rows as they change, all or the one with the id. Begins with `sync` (read now what is to be watched) unless everything since `token` can be told.
   * Completes when the application stops.
   */
  changes({ after, id }: { readonly after?: string | undefined; readonly id?: string | undefined } = {}): Observable<Change<Row>> {
    const mayBeSeen = (change: FeedChange): boolean =>
      change.kind === 'sync' || ((this.scope === undefined || change.row[this.scope.field] === this.scope.value) && (id === undefined || change.row['_id'] === id));
    return this.feed()
      .after(after)
      .pipe(
        filter(mayBeSeen),
        map((change) => (change.kind === 'sync' ? change : { ...change, row: kept<Row>(change.row) })),
      );
  }

  /** Where queries are kept to what the caller may see. All conditions hold besides each other, so that none of them can take the scope's place. */
  private scoped(where: Match<Row>, place: object = {}): Document {
    const scope = this.scope === undefined ? {} : { [this.scope.field]: this.scope.value };
    const asked = Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
    const conditions = [scope, place, asked].filter((condition) => Object.keys(condition).length > 0);
    return conditions.length === 0 ? {} : { $and: conditions };
  }

  private hint(field: Narrowing<Row>): { hint?: Record<string, 1> } {
    if (field === undefined) return {};
    return { hint: this.scope === undefined ? { [field]: 1 } : { [this.scope.field]: 1, [field]: 1 } };
  }
}

const kept = <Row>(document: Document): Kept<Row> => document as Kept<Row>;

const sortBy = ({ field, direction }: Order): Record<string, 1 | -1> => (field === '_id' ? { _id: direction } : { [field]: direction, _id: direction });

import { countFacets, type Dimensions, type FacetFilter, type Facets, type Kept, type Match, type Narrowing, type PageRequest, type PartyReader } from '#event-sourcing';
import { DEFAULT_LIMIT, type ListAnswer } from './list-answer.js';
import type { ListQuery } from './read-query.js';

/** A page of a list with the counters beside it, each under all filters but its own. */
export interface FacetedList<Item, Counters> extends ListAnswer<Item> {
  readonly facets: Counters;
}

/** What rows are wanted, and how they are counted and shown. */
export interface FacetedRequest<Row extends object, Field extends keyof Row & string, Item, Counters> {
  readonly reader: PartyReader<Row>;
  /** The counters that the projection keeps, where they can tell what is asked: then a page costs as much as it is long. Without, the matching rows are counted. */
  readonly keptFacets?: ((filter: FacetFilter) => Promise<Facets>) | undefined;
  /** The filters that counters know, and the others. */
  readonly counted: FacetFilter;
  readonly uncounted: Match<Row>;
  /** The fields that rows are counted by, and what they count for. */
  readonly fields: readonly Field[];
  readonly dimensions: (values: Pick<Row, Field>) => Dimensions;
  /** The field by whose index the rows of the other filters are found best, if that is known. */
  readonly narrowedBy?: Narrowing<Row>;
  readonly order: PageRequest<Row>['order'];
  readonly query: ListQuery;
  readonly item: (row: Kept<Row>) => Item;
  readonly counters: (facets: Facets) => Counters;
}

/** The filters that were chosen; those that are undefined were not. */
export const chosenFacets = (values: Readonly<Record<string, readonly string[] | undefined>>): FacetFilter =>
  Object.fromEntries(Object.entries(values).flatMap(([field, chosen]) => (chosen === undefined ? [] : [[field, chosen]])));

/** Which rows both kinds of filters let through; a counted filter takes the place of another on its field. */
export const facetedMatch = <Row extends object>(uncounted: Match<Row>, counted: FacetFilter): Match<Row> => {
  const chosen = Object.entries(counted).map(([field, values]) => [field, { $in: values }]);
  return { ...uncounted, ...(Object.fromEntries(chosen) as Match<Row>) };
};

/** Matches up to which it is cheaper to sort them all than to walk the whole list in order until a page of them is found. */
const FEW = 20_000;

/** The page with its counters. Throws what `ScopedReader.page` throws. */
export const answerFacetedList = async <Row extends object, Field extends keyof Row & string, Item, Counters>(request: FacetedRequest<Row, Field, Item, Counters>): Promise<FacetedList<Item, Counters>> => {
  const { page, facets } = await (request.keptFacets === undefined ? searched(request) : browsed(request, request.keptFacets));
  return { items: page.items.map(request.item), total: facets.total, facets: request.counters(facets), nextCursor: page.nextCursor };
};

type Wanted<Row extends object, Field extends keyof Row & string> = Omit<FacetedRequest<Row, Field, unknown, unknown>, 'item' | 'counters'>;

interface Found<Row extends object> {
  readonly page: Awaited<ReturnType<PartyReader<Row>['page']>>;
  readonly facets: Facets;
}

const pageOf = <Row extends object>({ uncounted, counted, order, query: { limit = DEFAULT_LIMIT, cursor } }: Pick<Wanted<Row, never>, 'uncounted' | 'counted' | 'order' | 'query'>): PageRequest<Row> => ({
  ...{ where: facetedMatch(uncounted, counted), order, limit, cursor },
});

const browsed = async <Row extends object, Field extends keyof Row & string>(wanted: Wanted<Row, Field>, keptFacets: (filter: FacetFilter) => Promise<Facets>): Promise<Found<Row>> => {
  const [page, facets] = await Promise.all([wanted.reader.page(pageOf(wanted)), keptFacets(wanted.counted)]);
  return { page, facets };
};

const searched = async <Row extends object, Field extends keyof Row & string>(wanted: Wanted<Row, Field>): Promise<Found<Row>> => {
  const { reader, uncounted, counted, fields, dimensions, narrowedBy } = wanted;
  const counting = reader.groups(uncounted, fields, narrowedBy);
  const narrowing = async (): Promise<Narrowing<Row>> => ((await counting).reduce((sum, { count }) => sum + count, 0) <= FEW ? narrowedBy : undefined);
  const paging = narrowedBy === undefined ? reader.page(pageOf(wanted)) : narrowing().then((field) => reader.page({ ...pageOf(wanted), narrowedBy: field }));
  const [groups, page] = await Promise.all([counting, paging]);
  return { page, facets: countFacets(groups.map(({ values, count }) => ({ values: dimensions(values), count })), counted) };
};

import { companyId, type Actor, type CompanyId, type Kept, type Match, type PageRequest, type PartyReader } from '#event-sourcing';
import type { ListQuery } from './read-query.js';

/** Rows of a page if the caller names no limit. */
export const DEFAULT_LIMIT = 20;

/** A page of a list that is walked forward. */
export interface ListAnswer<Item> {
  readonly items: readonly Item[];
  /** All rows that the filters let through, exactly. */
  readonly total: number;
  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** A row as it is answered: with its id and company, without what only the projection needs. */
export type Answered<Row> = Row & { readonly id: string; readonly companyId: string };

/** A list's rows, who reads them, and the position they must reflect at least. */
export interface ListRequest<Row extends object> {
  readonly from: { for(actor: Actor, company?: CompanyId): PartyReader<Row> };
  readonly actor: Actor;
  readonly where: Match<Row>;
  readonly order: PageRequest<Row>['order'];
  readonly query: ListQuery;
  readonly minPosition: number | undefined;
  /** Rows of a page if the caller names no limit. */
  readonly defaultLimit?: number;
}

/** The row for the caller. */
export const answered = <Row extends object>({ _id, position: _, ...row }: Kept<Row>): Answered<Row> => ({ ...row, id: _id }) as unknown as Answered<Row>;

/** The page that the query asks for. Throws what `ScopedReader.page` throws. */
export const answerList = async <Row extends object>({ from, actor, where, order, query, minPosition, defaultLimit = DEFAULT_LIMIT }: ListRequest<Row>): Promise<ListAnswer<Answered<Row>>> => {
  const reader = from.for(actor, query.companyId === undefined ? undefined : companyId(query.companyId));
  await reader.atLeast(minPosition);
  const [page, total] = await Promise.all([reader.page({ where, order, limit: query.limit ?? defaultLimit, cursor: query.cursor }), reader.count(where)]);
  return { items: page.items.map(answered), total, nextCursor: page.nextCursor };
};

import { refusal, type Refusal } from '../domain/refusal.js';

/** The order of a list: by one field, and by `_id` in the same direction where that is equal. */
export interface Order {
  readonly field: string;
  readonly direction: 1 | -1;
}

/** Where a page ends: the sort value and the id of its last row. */
export interface Place {
  readonly value: string | number;
  readonly id: string;
}

const MAX_LENGTH = 1000;

const invalidCursor = (): Refusal =>
  refusal('paging', { en: 'not a cursor of this list', zh: '游标无效' }, { kind: 'invalid', code: 'invalid-cursor', field: 'cursor' });

const written = ({ field, direction }: Order): string => (direction === 1 ? field : `-${field}`);

/** The opaque text by which the page after the place is asked for. */
export const cursorAfter = ({ value, id }: Place, order: Order): string => Buffer.from(JSON.stringify([written(order), value, id])).toString('base64url');

/** The place that a cursor names. Throws a `Refusal` (`invalid-cursor`) for anything but a cursor of a list in this order. */
export const placeOf = (cursor: string, order: Order): Place => {
  if (cursor.length > MAX_LENGTH) throw invalidCursor();
  const [sort, value, id] = parsed(cursor);
  if (sort !== written(order) || (typeof value !== 'string' && typeof value !== 'number') || typeof id !== 'string') throw invalidCursor();
  return { value, id };
};

const parsed = (cursor: string): readonly unknown[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
};

/** The filter for the rows behind the place. The first condition is implied by the second; it is there for the index to begin at. */
export const behind = ({ value, id }: Place, { field, direction }: Order): object => {
  const [further, from] = direction === 1 ? ['$gt', '$gte'] : ['$lt', '$lte'];
  return { [field]: { [from]: value }, $or: [{ [field]: { [further]: value } }, { [field]: value, _id: { [further]: id } }] };
};

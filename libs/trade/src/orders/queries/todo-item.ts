import type { Bilingual, Kept } from '#event-sourcing';
import { ListQuery, OneOf, List, Optional, type Named, named } from '#platform';
import type { OrderRow } from '../order-book.js';
import { NEVER } from '../../shipping/ship-date.js';
import { TODO_TITLES, TODO_TOPICS, daysUntil, todoText, type TodoTopic } from '../todos.js';
import type { Side } from './side.js';

/** What is to be done with an order, as it is answered (TA-R27). */
export interface TodoItem {
  readonly orderNo: string;
  readonly companyId: string;
  readonly topic: Named;
  readonly text: Bilingual;
  readonly since: string;
  /** Null for whenever. */
  readonly dueAt: string | null;
  /** The countdown: days left, a begun one counts; negative for days overdue. */
  readonly daysLeft: number | null;
}

/** The to-dos of a caller, what is due first first. */
export class TodoQuery extends ListQuery {
  @Optional()
  @List({ max: 10 })
  @OneOf(TODO_TOPICS, { each: true, context: { rule: 'TA-R27' } })
  topic?: TodoTopic[];
}

/** The field with the to-do of the side. */
export const TODO_FIELDS = { supplier: 'supplierTodo', buyer: 'buyerTodo' } as const satisfies Readonly<Record<Side, keyof OrderRow>>;

/** The to-do of the side in a kept row that has one. */
export const todoItem = (row: Kept<OrderRow>, side: Side, now: Date): readonly TodoItem[] => {
  const topic = row[TODO_FIELDS[side]];
  if (topic === null) return [];
  const { orderNo, companyId, todoSince: since } = row;
  const dueAt = row.dueAt === NEVER ? null : row.dueAt;
  const daysLeft = dueAt === null ? null : daysUntil(dueAt, now);
  return [{ orderNo, companyId, topic: named(TODO_TITLES, topic), text: todoText(topic, orderNo, daysLeft), since, dueAt, daysLeft }];
};

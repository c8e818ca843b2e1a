import { documentProjection, type Bilingual, type Recorded } from '#event-sourcing';
import type { OrderAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import { NOTICE_TOPICS, noticesOf, type NoticeTopic } from './notices-texts.js';
import type { Instant } from './values.js';

/** What an order waits for its exporter to do (待办). An order waits for one thing at a time; once that is done the to-do is gone. */
export interface TodoRow {
  readonly orderNo: string;
  readonly since: Instant;
  readonly topic: NoticeTopic;
  readonly title: Bilingual;
  readonly text: Bilingual;
  readonly action: OrderAction;
  /** The earliest instant at which it can be done; null for at once. */
  readonly possibleFrom: Instant | null;
}

const opens = (before: TodoRow | undefined, event: Recorded<CustomsOrderEvent>): TodoRow | undefined => {
  const todo = noticesOf(event).find((notice) => notice.kind === 'todo');
  if (todo?.kind !== 'todo') return before;
  const { topic, text, action } = todo;
  const possibleFrom = 'resendFrom' in event.data ? event.data.resendFrom : null;
  return { orderNo: event.data.orderNo, since: event.metadata.occurredAt, topic, title: NOTICE_TOPICS[topic], text, action, possibleFrom };
};

const closes = (): undefined => undefined;

/** The open to-dos of exporters (9710-R18, 9710-R22, 9710-R25). */
export const todos = documentProjection<TodoRow, CustomsOrderEvent>({
  name: 'todos',
  version: 1,
  categories: ['customsOrder'],
  key: ({ data }) => data.orderNo,
  indexes: [{ fields: { companyId: 1, since: -1, _id: -1 } }, { fields: { since: -1, _id: -1 } }],
  on: {
    OrderReturned: opens,
    OrderReturnedForModification: opens,
    ConfirmationRequested: opens,
    SendFailed: opens,
    CustomsOrderSent: opens,
    CustomsDeletionFailed: opens,
    DeclarationRejected: opens,
    OrderSubmitted: closes,
    ConfirmationAnswered: closes,
    TransmissionRequested: closes,
    OrderCancelled: closes,
    CustomsDeletionConfirmed: closes,
    DeclarationUploaded: closes,
  },
});

import { statefulLogProjection, type Bilingual, type Recorded } from '#event-sourcing';
import type { OrderAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import { NOTICE_TOPICS, noticesOf, type Notice, type NoticeTopic } from './notices-texts.js';
import type { Instant } from './values.js';

/** A message to the exporter (订单通知), or the announcement of a to-do; what is still to be done is kept by `todos`. */
export interface NoticeRow {
  readonly orderNo: string;
  readonly at: Instant;
  readonly kind: Notice['kind'];
  readonly topic: NoticeTopic;
  readonly title: Bilingual;
  readonly text: Bilingual;
  /** What the exporter is asked to do; null for a message. */
  readonly action: OrderAction | null;
}

/** Receipts that were told of, as `<event type>/<receipt id>`. */
type Told = readonly string[];

const receiptKey = (event: CustomsOrderEvent): string | undefined => {
  const receiptId = 'receiptId' in event.data ? event.data.receiptId : undefined;
  return receiptId === undefined ? undefined : `${event.type}/${receiptId}`;
};

const row = ({ data: { orderNo }, metadata: { occurredAt } }: Recorded<CustomsOrderEvent>, notice: Notice): NoticeRow => ({
  orderNo,
  at: occurredAt,
  kind: notice.kind,
  topic: notice.topic,
  title: NOTICE_TOPICS[notice.topic],
  text: notice.text,
  action: notice.kind === 'todo' ? notice.action : null,
});

/** The notice feed keeps every message (9710-R56), but tells of a receipt once for each order and type (9710-C3). */
export const notices = statefulLogProjection<NoticeRow, CustomsOrderEvent, Told>({
  name: 'notices',
  version: 1,
  categories: ['customsOrder'],
  key: ({ data }) => data.orderNo,
  initialState: [],
  evolve: (told, event) => {
    const key = noticesOf(event).length === 0 ? undefined : receiptKey(event);
    return key === undefined || told.includes(key) ? told : [...told, key];
  },
  rows: (event, told) => {
    const key = receiptKey(event);
    return key !== undefined && told.includes(key) ? [] : noticesOf(event).map((notice) => row(event, notice));
  },
  indexes: [
    { fields: { companyId: 1, position: -1, _id: -1 } },
    { fields: { position: -1, _id: -1 } },
    { fields: { orderNo: 1, position: -1, _id: -1 } },
  ],
});

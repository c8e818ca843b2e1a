import { logProjection, type Bilingual, type Recorded } from '#event-sourcing';
import { timelineText } from './customs-timeline-texts.js';
import type { CustomsOrderEvent, ReceiptRecorded } from './events.js';
import type { Instant } from './values.js';

/** An entry of an order's customs log (通关日志). */
export interface TimelineRow {
  readonly orderNo: string;
  /** Revision of the order's stream; entries of an order are in its order. */
  readonly revision: number;
  readonly at: Instant;
  /** Type of the event. */
  readonly type: string;
  readonly text: Bilingual;
  readonly actor: string;
  /** The push that the entry is about; null for entries that are about none. */
  readonly attempt: number | null;
  /** What customs answered; null for entries that are no receipts. */
  readonly receipt: Receipt | null;
}

type Receipt = Pick<ReceiptRecorded, 'receiptId' | 'messageType' | 'returnStatus' | 'returnTime' | 'effect'> & { readonly returnInfo: string | null };

const receiptOf = (event: CustomsOrderEvent): Receipt | null => {
  if (event.type !== 'ReceiptRecorded') return null;
  const { receiptId, messageType, returnStatus, returnTime, effect, returnInfo } = event.data;
  return { receiptId, messageType, returnStatus, returnTime, effect, returnInfo: returnInfo ?? null };
};

const entry = (event: Recorded<CustomsOrderEvent>): TimelineRow => ({
  orderNo: event.data.orderNo,
  revision: event.revision,
  at: event.metadata.occurredAt,
  type: event.type,
  text: timelineText(event),
  actor: event.metadata.actor,
  attempt: 'attempt' in event.data ? event.data.attempt : null,
  receipt: receiptOf(event),
});

/** 通关日志 (9710-R46): one entry for each event of an order, never changed. */
export const customsTimeline = logProjection<TimelineRow, CustomsOrderEvent>({
  name: 'customs-timeline',
  version: 1,
  categories: ['customsOrder'],
  key: ({ data }) => data.orderNo,
  rows: (event) => [entry(event)],
  indexes: [{ fields: { orderNo: 1, revision: 1, _id: 1 } }],
});

import { documentProjection } from '#event-sourcing';
import type { UnmatchedReceiptEvent, UnmatchedReceiptRecorded } from './unmatched-receipt.js';

/** Receipts that belong to no order, newest first, for operations. */
export const unmatchedReceipts = documentProjection<UnmatchedReceiptRecorded, UnmatchedReceiptEvent>({
  name: 'unmatched-receipts',
  version: 1,
  categories: ['unmatchedReceipt'],
  indexes: [{ fields: { receivedAt: -1, _id: -1 } }],
  key: (event) => event.data.receiptId,
  on: { UnmatchedReceiptRecorded: (_, event) => event.data },
});

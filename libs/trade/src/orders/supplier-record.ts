import { documentProjection } from '#event-sourcing';
import type { TradeOrderEvent } from './events.js';
import { tradeOrder } from './order.js';

/** What a supplier's shop shows everybody of its trade-assurance orders (TA-R30). */
export interface SupplierRecord {
  readonly completedOrders: number;
  readonly lastCompletedAt: string;
}

/** The completed orders of each supplier, who is the owner of their streams. */
export const supplierRecords = documentProjection<SupplierRecord, TradeOrderEvent>({
  name: 'supplier-records',
  version: 1,
  categories: [tradeOrder.category],
  key: ({ metadata }) => metadata.companyId,
  on: {
    TradeOrderCompleted: (row, { data }) => ({ completedOrders: (row?.completedOrders ?? 0) + 1, lastCompletedAt: data.completedAt }),
  },
  indexes: [],
});

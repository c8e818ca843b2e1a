import { NotFound } from '#event-sourcing';
import type { Batch, Batches } from './batches.js';

/** A goods line of a trade order, as far as shipping looks at it. */
export interface OrderedLine {
  readonly lineNo: number;
  readonly name: string;
  readonly qty: string;
  readonly unit: string;
}

/** What shipping needs to know of a trade order. */
export interface ShippingOrder {
  readonly orderNo: string;
  readonly status: string;
  readonly lines: readonly OrderedLine[];
  /** To be collected, in the order's currency (TA-R7). */
  readonly amount: string;
  readonly currency: string;
  readonly draftedAt: string;
  readonly exportChannel: string;
  readonly batches: Batches;
}

/** The batch with the number. Throws `NotFound`. */
export const batchOf = ({ orderNo, batches }: Pick<ShippingOrder, 'orderNo' | 'batches'>, batchNo: number): Batch => {
  const batch = batches.list.find((candidate) => candidate.batchNo === batchNo);
  if (batch === undefined) throw new NotFound('batch', `${orderNo}/${batchNo}`);
  return batch;
};

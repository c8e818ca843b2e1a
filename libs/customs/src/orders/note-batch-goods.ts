import { Command, type Decide } from '#event-sourcing';
import { requireSystem } from './actions.js';
import { warningsOf } from './content.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';
import type { BatchGoods } from './values.js';

/** Tells an order that the goods of its shipment batch have changed, so that it warns of the right differences (9710-C15). For the system itself. */
export class NoteBatchGoods extends Command<{ readonly goods: readonly BatchGoods[] }> {}

/** Only while the exporter can still act on it. */
export const noteBatchGoods: Decide<{ readonly goods: readonly BatchGoods[] }, CustomsOrder, CustomsOrderEvent> = ({ goods }, order, { actor }) => {
  requireSystem(actor);
  const { orderNo, status, content, batch } = order;
  if (batch === undefined || (status !== 'DRAFT' && status !== 'TO_MODIFY')) return [];
  return [{ type: 'BatchGoodsNoted', data: { orderNo, goods, warnings: warningsOf(content, { ...batch, goods }) } }];
};

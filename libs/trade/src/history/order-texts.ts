import type { Bilingual } from '#event-sourcing';
import type { TradeOrderEvent } from '../orders/events.js';
import { batchText } from '../shipping/batch-texts.js';

/** The entry that an event leaves in its order's timeline. */
export const orderText = (event: TradeOrderEvent): Bilingual => {
  switch (event.type) {
    case 'TradeOrderDrafted':
      return { zh: `起草信保订单，金额 ${event.data.amount} ${event.data.currency}`, en: `order drafted over ${event.data.amount} ${event.data.currency}` };
    case 'FundsReceived':
      return { zh: '已到款，等待发货', en: 'the money is in, awaiting shipment' };
    default:
      return batchText(event);
  }
};

import { processManager, type Reaction, type Recorded } from '#event-sourcing';
import { CompleteByTime, SetReceiptDeadline } from './confirm-receipt.js';
import type { TradeOrderEvent } from './events.js';

const react = ({ type, data, revision }: Recorded<TradeOrderEvent>): readonly Reaction[] => {
  const { orderNo } = data;
  switch (type) {
    case 'OrderShipped':
    case 'ShipmentDateCorrected':
      return [{ kind: 'command', command: SetReceiptDeadline, target: orderNo, payload: {} }];
    case 'ReceiptDeadlineSet':
      return [{ kind: 'schedule', deadlineId: `receipt-${orderNo}-${revision}`, dueAt: new Date(data.dueAt), command: CompleteByTime, target: orderNo, payload: { dueAt: data.dueAt } }];
    default:
      return [];
  }
};

/** Sets the deadline of the receipt when an order is shipped, and completes the order when it has passed (TA-R24…R26). What it needs is in the events. */
export const receiptClock = processManager<null, TradeOrderEvent>({
  name: 'receipt-clock',
  categories: ['tradeOrder'],
  instance: ({ data }) => data.orderNo,
  initialState: null,
  evolve: () => null,
  react,
});

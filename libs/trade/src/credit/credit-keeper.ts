import { processManager, type Reaction, type Recorded } from '#event-sourcing';
import type { TradeOrderEvent } from '../orders/events.js';
import type { Protection } from '../orders/values.js';
import { creditLine, type CreditLineEvent, type CreditReleaseReason } from './credit-line.js';
import { ReleaseCredit, ReleaseUnusedCredit } from './release-credit.js';

/** After this time a reservation whose order was not submitted is given back; by then nobody submits with it any more (see `RESERVATION_HOLDS_MS`). */
const UNUSED_AFTER_MS = 60 * 60_000;

/** Why the event frees what its order occupies, if it does (TA-R9, TA-R10, TA-C9). */
const releaseReason = ({ type }: TradeOrderEvent, protection: Protection): CreditReleaseReason | undefined => {
  switch (type) {
    case 'OrderShipped':
      return protection === 'UNTIL_SHIPMENT' ? 'SHIPPED' : undefined;
    case 'TradeOrderCompleted':
      return protection === 'UNTIL_RECEIPT' ? 'COMPLETED' : undefined;
    case 'TradeOrderCancelled':
      return protection === 'NONE' ? undefined : 'CANCELLED';
    default:
      return undefined;
  }
};

/** Releases credit at shipping or receipt, by the order's protection level, and when the order is cancelled. */
export const creditKeeper = processManager<Protection, TradeOrderEvent>({
  name: 'credit-keeper',
  categories: ['tradeOrder'],
  instance: ({ data }) => data.orderNo,
  initialState: 'NONE',
  evolve: (protection, { type, data }) => (type === 'TradeOrderDrafted' || type === 'TradeOrderRevised' ? data.protection : protection),
  react: (event: Recorded<TradeOrderEvent>, protection): readonly Reaction[] => {
    const reason = releaseReason(event, protection);
    const { orderNo } = event.data;
    return reason === undefined ? [] : [{ kind: 'command', command: ReleaseCredit, target: event.metadata.companyId, payload: { orderNo, reason } }];
  },
});

/** Looks after an hour whether a reservation's order was submitted. */
export const creditReservations = processManager<null, CreditLineEvent>({
  name: 'credit-reservations',
  categories: [creditLine.category],
  instance: ({ data }) => data.companyId,
  initialState: null,
  evolve: () => null,
  react: ({ type, data }): readonly Reaction[] => {
    if (type !== 'CreditReserved') return [];
    const { companyId, orderNo, reservedAt } = data;
    const dueAt = new Date(Date.parse(reservedAt) + UNUSED_AFTER_MS);
    return [{ kind: 'schedule', deadlineId: `credit-${orderNo}-${reservedAt}`, dueAt, command: ReleaseUnusedCredit, target: companyId, payload: { orderNo, reservedAt } }];
  },
});

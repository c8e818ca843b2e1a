import { startingWith, streamName, type Match } from '#event-sourcing';
import { AuditQuery, OneOf, Optional, Pattern, auditMatch } from '#platform';
import { creditLine } from '../credit/credit-line.js';
import { ORDER_NO, ORDER_NO_TEXT } from '../orders/order-number.js';
import { tradeOrder } from '../orders/order.js';
import { assuranceService } from '../service/assurance-service.js';
import { consignment } from '../shipping/consignments/consignment.js';
import { exchangeRate } from '../shipping/rates/exchange-rate.js';
import type { TradeAuditRow } from './audit-log.js';

const CATEGORIES = {
  'trade-order': tradeOrder.category,
  'assurance-service': assuranceService.category,
  'credit-line': creditLine.category,
  consignment: consignment.category,
  'exchange-rate': exchangeRate.category,
} as const;
type Subject = keyof typeof CATEGORIES;

/** The audit log of trade, of one order, of one kind of subject or of all. */
export class TradeAuditQuery extends AuditQuery {
  @Optional()
  @Pattern(ORDER_NO, ORDER_NO_TEXT)
  orderNo?: string;

  /** What was done to what. */
  @Optional()
  @OneOf(Object.keys(CATEGORIES))
  about?: Subject;
}

/** An order's number and a subject that is no order have nothing in common. */
const streams = ({ orderNo, about }: TradeAuditQuery): Match<TradeAuditRow>['stream'] => {
  if (orderNo === undefined) return about && startingWith(`${CATEGORIES[about]}-`);
  return about === undefined || about === 'trade-order' ? streamName(tradeOrder.category, orderNo) : { $in: [] };
};

/** Which rows the query asks for. */
export const tradeAuditMatch = (query: TradeAuditQuery): Match<TradeAuditRow> => ({ ...auditMatch(query), stream: streams(query) });

import { AUDIT_INDEXES, auditRowOf, changedFields, statefulLogProjection, type AuditRow, type FieldChange, type Recorded } from '#event-sourcing';
import { creditLine, type CreditLine, type CreditLineEvent } from '../credit/credit-line.js';
import type { TradeOrderEvent } from '../orders/events.js';
import { buyerAfter } from '../orders/order-book.js';
import { tradeOrder, type TradeOrder } from '../orders/order.js';
import { assuranceService, type AssuranceService, type AssuranceServiceEvent } from '../service/assurance-service.js';
import { consignment, type Consignment, type ConsignmentEvent } from '../shipping/consignments/consignment.js';
import { exchangeRate, type ExchangeRate, type ExchangeRateEvent } from '../shipping/rates/exchange-rate.js';

type AuditedEvent = TradeOrderEvent | AssuranceServiceEvent | CreditLineEvent | ConsignmentEvent | ExchangeRateEvent;

/** A row of the audit log of trade. */
export interface TradeAuditRow extends AuditRow {
  /** The address whose owner sees the row as the order's buyer; null for what came before the order was submitted, and for what is no order's. */
  readonly buyer: string | null;
}

/** What has been folded of a stream: an order, a supplier's service or credit line, a consignment or the rates of a pair. */
interface Audited {
  readonly order?: TradeOrder;
  /** Who sees the order as its buyer. */
  readonly buyer?: string | null;
  readonly service?: AssuranceService;
  readonly credit?: CreditLine;
  readonly consignment?: Consignment;
  readonly rates?: ExchangeRate;
}

const evolve = (audited: Audited, event: Recorded<AuditedEvent>): Audited => {
  switch (event.type) {
    case 'ShopRecorded':
    case 'AssuranceServiceOpened':
    case 'AssuranceServiceRefused':
      return { service: assuranceService.evolve(audited.service ?? assuranceService.initialState, event) };
    case 'CreditLineSet':
    case 'CreditReserved':
    case 'CreditReleased':
      return { credit: creditLine.evolve(audited.credit ?? creditLine.initialState, event) };
    case 'ConsignmentReserved':
    case 'ConsignmentFreed':
      return { consignment: consignment.evolve(audited.consignment ?? consignment.initialState, event) };
    case 'ExchangeRateStored':
      return { rates: exchangeRate.evolve(audited.rates ?? exchangeRate.initialState, event) };
    default: {
      const order = tradeOrder.evolve(audited.order ?? tradeOrder.initialState, event);
      return { order, buyer: buyerAfter(audited.buyer ?? null, order) };
    }
  }
};

/** What is told as before and after: batches by their numbers, which do not move when another is deleted. */
const fieldsOf = ({ order, service, credit, consignment: reserved, rates }: Audited): object => {
  if (order === undefined) return { ...service, ...credit, ...reserved, ...rates };
  const { orderNo: _, batches, ...facts } = order;
  const { list, ...shipping } = batches;
  return { ...facts, ...shipping, batches: Object.fromEntries(list.map(({ batchNo, ...batch }) => [batchNo, batch])) };
};

const changesOf = (before: Audited, after: Audited): readonly FieldChange[] => changedFields(fieldsOf(before), fieldsOf(after));

const TOLD_AS_CHANGES = new Set(['lines', 'goods']);

/** Who did what to trade orders and their batches, to services, credit lines, consignments and exchange rates: a row for every event. */
export const tradeAuditLog = statefulLogProjection<TradeAuditRow, AuditedEvent, Audited>({
  name: 'trade-audit-log',
  version: 3,
  categories: [tradeOrder.category, assuranceService.category, creditLine.category, consignment.category, exchangeRate.category],
  key: ({ stream }) => stream,
  initialState: {},
  evolve,
  rows: (event, before, after) => [{ ...auditRowOf(event, changesOf(before, after), TOLD_AS_CHANGES), buyer: after.buyer ?? null }],
  indexes: AUDIT_INDEXES,
});

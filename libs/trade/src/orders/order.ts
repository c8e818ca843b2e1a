import type { Aggregate, Recorded } from '#event-sourcing';
import { evolveBatches, NO_BATCHES, type Batches } from '../shipping/batches.js';
import type { BuyerMatched, ContractAttached, PaymentFact, ReceiptDeadlineSet, ShareLinkIssued, TradeOrderConfirmed, TradeOrderDrafted, TradeOrderEvent, TradeOrderSubmitted } from './events.js';
import type { TradeOrderStatus } from './values.js';

/** A payment, and whether it counts for the order's amount. */
export type KnownPayment = Omit<PaymentFact, 'orderNo'> & { readonly counted: boolean };

const knownPayment = ({ paymentId, method, amount, currency, receivedAt }: PaymentFact, counted: boolean): KnownPayment => ({ paymentId, method, amount, currency, receivedAt, counted });

/** A trade-assurance order (信保订单) as decisions need it. Before its first event it has no number. */
export interface TradeOrder extends TradeOrderDrafted {
  readonly status: TradeOrderStatus;
  readonly batches: Batches;
  readonly contracts: readonly Pick<ContractAttached, 'side' | 'file'>[];
  /** The matched buyer; null until the address that the order names now was matched (TA-R4). */
  readonly buyer: Pick<BuyerMatched, 'registration'> | null;
  readonly submission?: Omit<TradeOrderSubmitted, 'orderNo'>;
  readonly links: readonly (Omit<ShareLinkIssued, 'orderNo'> & { readonly revoked: boolean })[];
  readonly confirmation?: Omit<TradeOrderConfirmed, 'orderNo'>;
  readonly payments: readonly KnownPayment[];
  readonly paidAmount: string;
  readonly receiptDeadline?: Omit<ReceiptDeadlineSet, 'orderNo'>;
  /** When the open dispute was opened; null if none is. */
  readonly disputedSince: string | null;
  /** How long disputes that are settled stood, milliseconds. */
  readonly disputedMs: number;
  readonly reviewed: boolean;
}

const NO_ORDER: TradeOrder = {
  ...{ orderNo: '', buyerEmail: '', lines: [], amount: '0', currency: '', draftedAt: '' },
  ...{ protection: 'NONE', exportChannel: 'SELF_9710', status: 'DRAFT', batches: NO_BATCHES },
  ...{ contracts: [], buyer: null, links: [], payments: [], paidAmount: '0', disputedSince: null, disputedMs: 0, reviewed: false },
};

const withoutNo = <Fact extends { readonly orderNo: string }>({ orderNo: _, ...rest }: Fact): Omit<Fact, 'orderNo'> => rest;

/** New terms take the place of all old ones; another address is to be matched anew. */
const revised = ({ transportMode: _, agreedShipDate: __, buyerName: ___, ...order }: TradeOrder, terms: Omit<TradeOrderDrafted, 'draftedAt' | 'mode'>): TradeOrder => ({
  ...order,
  ...terms,
  buyer: terms.buyerEmail === order.buyerEmail ? order.buyer : null,
});

const settled = (order: TradeOrder, settledAt: string): TradeOrder => ({
  ...order,
  status: 'SHIPPED',
  disputedSince: null,
  disputedMs: order.disputedMs + (order.disputedSince === null ? 0 : Date.parse(settledAt) - Date.parse(order.disputedSince)),
});

const evolve = (order: TradeOrder, event: Recorded<TradeOrderEvent>): TradeOrder => {
  switch (event.type) {
    case 'TradeOrderDrafted':
      return { ...order, ...event.data };
    case 'TradeOrderRevised':
      return revised(order, event.data);
    case 'ContractAttached':
      return { ...order, contracts: [...order.contracts, { side: event.data.side, file: event.data.file }] };
    case 'BuyerMatched':
      return { ...order, buyer: { registration: event.data.registration } };
    case 'TradeOrderSubmitted':
      return { ...order, status: 'AWAITING_BUYER', submission: withoutNo(event.data) };
    case 'ShareLinkIssued':
      return { ...order, links: [...order.links, { ...withoutNo(event.data), revoked: false }] };
    case 'ShareLinkRevoked':
      return { ...order, links: order.links.map((link) => (link.linkId === event.data.linkId ? { ...link, revoked: true } : link)) };
    case 'TradeOrderConfirmed':
      return { ...order, status: 'AWAITING_PAYMENT', confirmation: withoutNo(event.data) };
    case 'TradeOrderCancelled':
      return { ...order, status: 'CANCELLED' };
    case 'PaymentRecorded':
      return { ...order, paidAmount: event.data.paidAmount, payments: [...order.payments, knownPayment(event.data, true)] };
    case 'PaymentSetAside':
      return { ...order, payments: [...order.payments, knownPayment(event.data, false)] };
    case 'FundsReceived':
      return { ...order, status: 'AWAITING_SHIPMENT' };
    case 'ReceiptDeadlineSet':
      return { ...order, receiptDeadline: withoutNo(event.data) };
    case 'DisputeOpened':
      return { ...order, status: 'DISPUTED', disputedSince: event.data.openedAt };
    case 'DisputeSettled':
      return settled(order, event.data.settledAt);
    case 'TradeOrderCompleted':
      return { ...order, status: 'COMPLETED' };
    case 'ReviewLeft':
      return { ...order, reviewed: true };
    case 'OrderPartiallyShipped':
      return { ...order, status: 'PARTIALLY_SHIPPED', batches: evolveBatches(order.batches, event) };
    case 'OrderShipped':
      return { ...order, status: 'SHIPPED', batches: evolveBatches(order.batches, event) };
    default:
      return { ...order, batches: evolveBatches(order.batches, event) };
  }
};

/** The streams `tradeOrder-<orderNo>`. */
export const tradeOrder: Aggregate<TradeOrder, TradeOrderEvent> = { category: 'tradeOrder', initialState: NO_ORDER, evolve };

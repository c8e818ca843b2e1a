import { ManualClock, Refusal, Refusals, companyId, systemActor, type Actor, type Decide, type Recorded, type Role } from '#event-sourcing';
import { creditLine, type CreditLine } from '../credit/credit-line.js';
import type { AssuranceService } from '../service/assurance-service.js';
import type { TradeOrderEvent } from './events.js';
import { confirmTradeOrder } from './confirm-trade-order.js';
import { draftTradeOrder, type DraftTradeOrderInput } from './draft-trade-order.js';
import { matchBuyer } from './match-buyer.js';
import type { OrderTermsInput } from './order-terms.js';
import { tradeOrder, type TradeOrder } from './order.js';
import { RECEIPT_DAYS } from './receipt-days.js';
import { submitTradeOrder } from './submit-trade-order.js';

const person = (id: string, role: Role, company: string, email?: string): Actor => ({ id: `user:${id}`, roles: [role], companyId: companyId(company), ...(email !== undefined && { email }) });

export const SUPPLIER = person('li', 'exporter', 'acme');
export const BUYER = person('smith', 'buyer', 'smith-imports', 'smith@example.com');
export const STRANGER = person('jones', 'buyer', 'jones-imports', 'jones@example.com');
export const OPS = person('chen', 'ops', 'platform');
export const SYSTEM = systemActor('test');

export const ORDER_NO = '38854287001026709';

/** A thousand dollars, in two lines. */
export const TERMS: OrderTermsInput = {
  buyerEmail: 'Smith@Example.com',
  lines: [
    { name: 'Table lamp', qty: '10', unit: 'pieces', unitPrice: '50' },
    { name: 'Lychee', qty: '2.5', unit: 'tons', unitPrice: '200' },
  ],
  amount: '1000.00',
  currency: 'USD',
  protection: 'UNTIL_RECEIPT',
  exportChannel: 'SELF_9710',
  transportMode: 'sea',
  agreedShipDate: { date: '2022-06-20', zone: 'America/Los_Angeles' },
};

interface World {
  readonly service: AssuranceService;
  readonly credit: CreditLine;
  readonly isRegistered: boolean;
}

/** One trade order: decisions are taken on the state that its events so far make, at the clock's time. */
export class OrderScenario {
  readonly clock = new ManualClock(new Date('2022-06-01T00:00:00.000Z'));
  readonly history: TradeOrderEvent[] = [];
  /** What the last decision answered. */
  last: readonly TradeOrderEvent[] = [];
  order: TradeOrder = tradeOrder.initialState;
  world: World = { service: { status: 'OPENED' }, credit: creditLine.initialState, isRegistered: true };

  /** Takes a decision and keeps its events. */
  when<Payload extends object>(decide: Decide<Payload, TradeOrder, TradeOrderEvent, World>, payload: Payload, actor: Actor): this {
    return this.given(...decide(payload, this.order, { now: this.clock.now(), actor, id: ORDER_NO, ...this.world }));
  }

  given(...events: readonly TradeOrderEvent[]): this {
    this.last = events;
    for (const event of events) {
      this.history.push(event);
      this.order = tradeOrder.evolve(this.order, event as Recorded<TradeOrderEvent>);
    }
    return this;
  }

  /** Takes a decision that must be refused, and answers the refusals; nothing is kept. */
  refusals<Payload extends object>(decide: Decide<Payload, TradeOrder, TradeOrderEvent, World>, payload: Payload, actor: Actor): readonly Refusal[] {
    try {
      decide(payload, this.order, { now: this.clock.now(), actor, id: ORDER_NO, ...this.world });
    } catch (error) {
      if (error instanceof Refusals) return error.refusals;
      if (error instanceof Refusal) return [error];
      throw error;
    }
    throw new Error('the decision was not refused');
  }

  /** Occupies the supplier's line for the order. */
  reserved(amount = '1000'): this {
    const reservedAt = this.clock.now().toISOString();
    this.world = { ...this.world, credit: { total: '5000', currency: 'USD', reservations: [{ orderNo: ORDER_NO, amount, reservedAt }] } };
    return this;
  }

  get types(): readonly string[] {
    return this.last.map(({ type }) => type);
  }
}

export const TICKS = { exportAcknowledged: true, guaranteeTermsAccepted: true };

export const drafted = (terms: Partial<DraftTradeOrderInput> = {}): OrderScenario => new OrderScenario().when(draftTradeOrder, { ...TERMS, ...terms }, SUPPLIER);

export const matched = (terms: Partial<DraftTradeOrderInput> = {}): OrderScenario => drafted(terms).when(matchBuyer, {}, SUPPLIER);

export const submitted = (terms: Partial<DraftTradeOrderInput> = {}): OrderScenario =>
  matched(terms)
    .reserved()
    .when(submitTradeOrder, { ...TICKS, receiptDays: RECEIPT_DAYS[terms.transportMode ?? 'sea'] }, SUPPLIER);

export const confirmed = (terms: Partial<DraftTradeOrderInput> = {}): OrderScenario => submitted(terms).when(confirmTradeOrder, {}, BUYER);

/** Shipped at the instant, the clock with it. */
export const shipped = (terms: Partial<DraftTradeOrderInput> = {}, shippedAt = '2022-06-21T03:00:00.000Z'): OrderScenario => {
  const scenario = confirmed(terms);
  scenario.clock.set(new Date(shippedAt));
  return scenario.given(
    { type: 'FundsReceived', data: { orderNo: ORDER_NO, receivedAt: '2022-06-02T00:00:00.000Z' } },
    { type: 'OrderShipped', data: { orderNo: ORDER_NO, shippedAt, releasedAmount: '800', decidedBy: '020220080525641690' } },
  );
};

import { describe, expect, it } from '@jest/globals';
import { companyId, fold, systemActor, type EventMetadata, type Recorded } from '#event-sourcing';
import type { TradeOrderEvent } from '../orders/events.js';
import { tradeOrder, type TradeOrder } from '../orders/order.js';
import { DRAFTED, EXPORTER } from '../shipping/shipping.scenarios.js';
import { isSigned, signPayment } from './payment-signature.js';
import { recordPayment, type ToldPayment } from './record-payment.js';

const ORDER: TradeOrder = { ...tradeOrder.initialState, ...DRAFTED, status: 'AWAITING_PAYMENT' };
const PAYMENT: ToldPayment = { paymentId: 'p-1', method: 'tt', amount: '600', currency: 'USD', bankCountry: 'DE', receivedAt: '2022-06-05T00:00:00.000Z' };

const record = (payment: Partial<ToldPayment>, order: TradeOrder = ORDER, actor = systemActor('payments')): readonly TradeOrderEvent[] =>
  recordPayment({ ...PAYMENT, ...payment }, order, { now: new Date('2022-06-06T00:00:00Z'), actor, id: order.orderNo });

const after = (order: TradeOrder, events: readonly TradeOrderEvent[]): TradeOrder =>
  fold(tradeOrder, events.map((event, revision): Recorded<TradeOrderEvent> => ({ ...event, id: `e-${revision}`, stream: 'x', revision, position: revision, metadata: { companyId: companyId('acme') } as EventMetadata })), order);

describe('payments', () => {
  it('TA-R15 TA-R7 make up the amount together; then the money is in', () => {
    const first = record({});
    expect(first).toMatchObject([{ type: 'PaymentRecorded', data: { amount: '600', paidAmount: '600' } }]);
    const second = record({ paymentId: 'p-2', amount: '399.99' }, after(ORDER, first));
    expect(second.map(({ type }) => type)).toEqual(['PaymentRecorded']);
    const third = record({ paymentId: 'p-3', amount: '0.01', receivedAt: '2022-06-07T00:00:00.000Z' }, after(ORDER, [...first, ...second]));
    expect(third).toMatchObject([{ type: 'PaymentRecorded', data: { paidAmount: '1000' } }, { type: 'FundsReceived', data: { receivedAt: '2022-06-07T00:00:00.000Z' } }]);
    expect(after(ORDER, [...first, ...second, ...third]).status).toBe('AWAITING_SHIPMENT');
  });

  it('TA-R15 beyond the amount are recorded too', () => {
    const paid = after(ORDER, record({ amount: '1200' }));
    expect(paid).toMatchObject({ status: 'AWAITING_SHIPMENT', paidAmount: '1200' });
    expect(record({ paymentId: 'p-2', amount: '1' }, paid)).toMatchObject([{ type: 'PaymentRecorded', data: { paidAmount: '1201' } }]);
  });

  it('TA-R15 are counted once however often they are told, and not with other facts', () => {
    const told = after(ORDER, record({}));
    expect(record({}, told)).toEqual([]);
    expect(() => record({ amount: '601' }, told)).toThrow('TA-R15');
  });

  it('TA-R15 by e-Checking come from banks of the United States only', () => {
    expect(record({ method: 'e-checking', bankCountry: 'US' })).toMatchObject([{ type: 'PaymentRecorded' }]);
    expect(record({ method: 'e-checking', bankCountry: 'CA' })).toMatchObject([{ type: 'PaymentSetAside', data: { reason: { en: 'e-Checking is for banks of the United States only' } } }]);
  });

  it('TA-R15 in another currency, or for an order that is not to be paid, are set aside and never lost', () => {
    expect(record({ currency: 'EUR' })).toMatchObject([{ type: 'PaymentSetAside' }]);
    for (const status of ['DRAFT', 'AWAITING_BUYER', 'CANCELLED', 'COMPLETED'] as const) expect(record({}, { ...ORDER, status })).toMatchObject([{ type: 'PaymentSetAside' }]);
    const aside = after({ ...ORDER, status: 'CANCELLED' }, record({}, { ...ORDER, status: 'CANCELLED' }));
    expect([aside.paidAmount, record({}, aside)]).toEqual(['0', []]);
  });

  it('are not people’s to record', () => {
    expect(() => record({}, ORDER, EXPORTER)).toThrow('for the system itself');
  });
});

describe('the signature of a callback', () => {
  const KEY = 'a key for nothing but this test, 32+';
  const FIELDS = { paymentId: 'p-1', amount: '600' };
  const shown = (timestamp = '1000', fields: Record<string, string> = FIELDS) => ({ timestamp, signature: signPayment(KEY, timestamp, fields) });

  it('TA-R15 is over every field and the time, in whatever order the fields come', () => {
    expect(isSigned(KEY, shown(), { amount: '600', paymentId: 'p-1' }, 1000)).toBe(true);
    expect(isSigned(KEY, shown(), { ...FIELDS, amount: '601' }, 1000)).toBe(false);
    expect(isSigned(KEY, shown(), { ...FIELDS, more: '1' }, 1000)).toBe(false);
    expect(isSigned(`${KEY}x`, shown(), FIELDS, 1000)).toBe(false);
    expect(isSigned(KEY, { ...shown(), timestamp: '1001' }, FIELDS, 1000)).toBe(false);
  });

  it('TA-R15 is good for five minutes', () => {
    expect([700, 1300].map((now) => isSigned(KEY, shown(), FIELDS, now))).toEqual([true, true]);
    expect([699, 1301].map((now) => isSigned(KEY, shown(), FIELDS, now))).toEqual([false, false]);
    expect([{ timestamp: undefined, signature: undefined }, { timestamp: 'now', signature: '' }].map((proof) => isSigned(KEY, proof, FIELDS, 1000))).toEqual([false, false]);
  });
});

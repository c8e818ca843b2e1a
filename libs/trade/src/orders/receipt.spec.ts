import { describe, expect, it } from '@jest/globals';
import { readConfig } from '#platform';
import type { BatchEvent } from '../shipping/batch-events.js';
import { recordCustomsRelease, type CustomsRelease } from '../shipping/record-customs-release.js';
import { tradeSettings } from '../trade-settings.js';
import { completeByTime, confirmReceipt, setReceiptDeadline } from './confirm-receipt.js';
import { openDispute, settleDispute } from './dispute.js';
import { BUYER, OPS, ORDER_NO, STRANGER, SYSTEM, confirmed, shipped, type OrderScenario } from './order.scenarios.js';
import { RECEIPT_DAYS } from './receipt-days.js';
import { leaveReview } from './review.js';

const counting = (terms: Parameters<typeof shipped>[0] = {}, at?: string): OrderScenario => shipped(terms, at).when(setReceiptDeadline, {}, SYSTEM);

const dueOf = (scenario: OrderScenario): string => scenario.order.receiptDeadline?.dueAt ?? '';

describe('receipt', () => {
  it('TA-R23 is confirmed by the buyer, who may leave a review, once', () => {
    expect(shipped().refusals(confirmReceipt, {}, STRANGER)[0]).toMatchObject({ rule: 'TA-R14', kind: 'forbidden' });
    expect(confirmed().refusals(confirmReceipt, {}, BUYER)[0]).toMatchObject({ rule: 'TA-R23' });
    const scenario = shipped().when(confirmReceipt, {}, BUYER);
    expect([scenario.types, scenario.order.status]).toEqual([['TradeOrderCompleted'], 'COMPLETED']);
    expect(scenario.when(leaveReview, { stars: 5 }, BUYER).types).toEqual(['ReviewLeft']);
    expect(scenario.refusals(leaveReview, { stars: 1 }, BUYER)[0]).toMatchObject({ code: 'already-reviewed' });
  });

  it('TA-R24 counts as confirmed once the days are over, not an instant before', () => {
    const scenario = counting();
    const dueAt = dueOf(scenario);
    scenario.clock.set(new Date(Date.parse(dueAt) - 1));
    expect(scenario.when(completeByTime, { dueAt }, SYSTEM).types).toEqual([]);
    scenario.clock.set(new Date(dueAt));
    expect(scenario.when(completeByTime, { dueAt }, SYSTEM).last).toMatchObject([{ type: 'TradeOrderCompleted', data: { by: 'TIME' } }]);
    expect(scenario.refusals(completeByTime, { dueAt }, BUYER)[0]).toMatchObject({ kind: 'forbidden' });
  });

  it('TA-R25 takes 15 days by air, 30 by land and 45 by sea', () => {
    const days = (['air', 'land', 'sea'] as const).map((transportMode) => counting({ transportMode }).order.receiptDeadline?.days);
    expect(days).toEqual([15, 30, 45]);
  });

  it('TA-C5 takes 15 by express, 30 by rail and 45 by multimodal transport, all configurable', () => {
    expect([RECEIPT_DAYS.express, RECEIPT_DAYS.rail, RECEIPT_DAYS.multimodal]).toEqual([15, 30, 45]);
    expect(readConfig(tradeSettings, { PORTOLAN_RECEIPT_DAYS: 'rail=20, air=7' }).receiptDays).toEqual({ ...RECEIPT_DAYS, rail: 20, air: 7 });
    expect(() => readConfig(tradeSettings, { PORTOLAN_RECEIPT_DAYS: 'zeppelin=20' })).toThrow('PORTOLAN_RECEIPT_DAYS');
    expect(() => readConfig(tradeSettings, { PORTOLAN_RECEIPT_DAYS: 'air=0' })).toThrow('PORTOLAN_RECEIPT_DAYS');
  });

  it('TA-R26 ends with day N in the order’s zone', () => {
    // 03:00 UTC on 21 June is still the 20th in Los Angeles; its day 15 is 5 July, which ends at 07:00 UTC on the 6th.
    expect(dueOf(counting({ transportMode: 'air' }, '2022-06-21T03:00:00.000Z'))).toBe('2022-07-06T07:00:00.000Z');
    expect(dueOf(counting({ transportMode: 'air', agreedShipDate: { date: '2022-06-20', zone: 'Asia/Shanghai' } }, '2022-06-21T03:00:00.000Z'))).toBe('2022-07-06T16:00:00.000Z');
  });

  it('TA-R26 stops for a dispute, and goes on with the days that were left', () => {
    const scenario = counting({ transportMode: 'air' }, '2022-06-21T03:00:00.000Z');
    const first = dueOf(scenario);
    scenario.clock.set(new Date('2022-06-30T00:00:00.000Z'));
    scenario.when(openDispute, { reason: 'broken' }, BUYER);
    scenario.clock.set(new Date('2022-07-10T00:00:00.000Z'));
    expect(scenario.when(completeByTime, { dueAt: first }, SYSTEM).types).toEqual([]);
    expect(scenario.when(setReceiptDeadline, {}, SYSTEM).types).toEqual([]);
    scenario.when(settleDispute, { outcome: 'RESUMED', note: 'replaced' }, OPS);
    expect([scenario.types, scenario.order.status, dueOf(scenario)]).toEqual([['DisputeSettled', 'ReceiptDeadlineSet'], 'SHIPPED', '2022-07-16T07:00:00.000Z']);
    expect(scenario.when(completeByTime, { dueAt: first }, SYSTEM).types).toEqual([]);
  });

  it('TA-R26 may be settled with the dispute', () => {
    const scenario = shipped().when(openDispute, { reason: 'broken' }, BUYER).when(settleDispute, { outcome: 'COMPLETED', note: 'refunded in part' }, OPS);
    expect(scenario.last).toMatchObject([{ type: 'DisputeSettled' }, { type: 'TradeOrderCompleted', data: { by: 'SETTLEMENT' } }]);
    expect(scenario.order.status).toBe('COMPLETED');
  });

  it('TA-C6 counts from shipping, and anew when that turns out to be another date', () => {
    const scenario = counting({ transportMode: 'air' }, '2022-06-21T03:00:00.000Z');
    scenario.given({ type: 'ShipmentDateCorrected', data: { orderNo: ORDER_NO, shippedAt: '2022-06-18T03:00:00.000Z', releasedAmount: '900', decidedBy: '020220080525641691' } });
    scenario.when(setReceiptDeadline, {}, SYSTEM);
    expect(dueOf(scenario)).toBe('2022-07-03T07:00:00.000Z');
    expect(scenario.when(setReceiptDeadline, {}, SYSTEM).types).toEqual([]);
  });

  it('TA-R19 is never had of an order without a linked consignment that customs has let go, by nobody and by no time', () => {
    const release = { batchNo: 1, declarationNo: '020220080525641690', declaredAmount: '1000', currency: 'USD', releasedAt: '2022-05-31T00:00:00.000Z' };
    const outside = { rates: { entries: [] } };
    const scenario = confirmed().given({ type: 'FundsReceived', data: { orderNo: ORDER_NO, receivedAt: '2022-06-02T00:00:00.000Z' } });
    const decided = (payload: CustomsRelease): readonly BatchEvent[] => recordCustomsRelease(payload, scenario.order, { now: scenario.clock.now(), actor: SYSTEM, id: ORDER_NO, ...outside });
    scenario.given(...decided(release));
    expect([scenario.types, scenario.order.status]).toEqual([['ReleaseSetAside'], 'AWAITING_SHIPMENT']);
    expect(scenario.refusals(confirmReceipt, {}, BUYER)[0]).toMatchObject({ rule: 'TA-R23', code: 'action-not-allowed' });
    scenario.clock.advance(365 * 86_400);
    expect(scenario.when(setReceiptDeadline, {}, SYSTEM).types).toEqual([]);
    expect(scenario.when(completeByTime, { dueAt: '2022-07-01T00:00:00.000Z' }, SYSTEM).types).toEqual([]);
    scenario.given(...decided({ ...release, declarationNo: '020220080525641691', releasedAt: '2022-06-21T00:00:00.000Z' }));
    expect(scenario.when(confirmReceipt, {}, BUYER).types).toEqual(['TradeOrderCompleted']);
  });

  it('TA-C7 does not count for an order that is partly shipped', () => {
    const scenario = confirmed().given({ type: 'OrderPartiallyShipped', data: { orderNo: ORDER_NO, releasedAmount: '500' } });
    expect(scenario.when(setReceiptDeadline, {}, SYSTEM).types).toEqual([]);
  });
});

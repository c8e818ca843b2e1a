import { describe, expect, it } from '@jest/globals';
import { orderHistory, rowAfter } from './queries/order-history.fixture.js';
import { orderBook } from './order-book.js';
import { supplierRecords } from './supplier-record.js';
import { daysUntil, todoText } from './todos.js';

const at = '2022-06-05T00:00:00.000Z';
const MATCHED = { type: 'BuyerMatched', data: { buyerEmail: 'buyer@example.com', registration: 'REGISTERED', matchedAt: at } } as const;
const SUBMITTED = { type: 'TradeOrderSubmitted', data: { submittedAt: at, exportAcknowledgement: '1', collectionAccount: '62', receiptDays: 45 } } as const;
const CONFIRMED = { type: 'TradeOrderConfirmed', data: { buyerAccount: 'user:b', buyerCompanyId: 'home', confirmedAt: at } } as const;
const FUNDS = { type: 'FundsReceived', data: { receivedAt: at } } as const;
const PARTIAL = { type: 'OrderPartiallyShipped', data: { releasedAmount: '500' } } as const;
const SHIPPED = { type: 'OrderShipped', data: { shippedAt: at, releasedAmount: '800', decidedBy: '1' } } as const;
const DEADLINE = { type: 'ReceiptDeadlineSet', data: { dueAt: '2022-07-21T07:00:00.000Z', days: 45, zone: 'America/Los_Angeles' } } as const;
const DISPUTED = { type: 'DisputeOpened', data: { reason: 'broken', openedAt: at } } as const;
const CANCELLED = { type: 'TradeOrderCancelled', data: { side: 'SUPPLIER', reason: 'mistake', cancelledAt: at } } as const;
const COMPLETED = { type: 'TradeOrderCompleted', data: { by: 'TIME', completedAt: at } } as const;

const JOURNEY = [MATCHED, SUBMITTED, CONFIRMED, FUNDS, PARTIAL, SHIPPED, DEADLINE, COMPLETED];

const todosAfter = (steps: Parameters<typeof orderHistory>[0]) => {
  const row = rowAfter(orderBook, orderHistory(steps));
  return [row?.supplierTodo, row?.buyerTodo, row?.dueAt.slice(0, 10)];
};

describe('to-dos of a trade order', () => {
  it.each([
    ['the supplier matches the buyer', [], 'MATCH_BUYER', null, '9999-12-31'],
    ['nobody is waited for once the buyer is matched', [MATCHED], null, null, '9999-12-31'],
    ['the supplier reminds the buyer, who confirms', JOURNEY.slice(0, 2), 'REMIND_BUYER', 'CONFIRM_ORDER', '9999-12-31'],
    ['the buyer pays', JOURNEY.slice(0, 3), null, 'PAY', '9999-12-31'],
    ['the supplier ships before the agreed date', JOURNEY.slice(0, 4), 'SHIP', null, '2022-06-21'],
    ['the rest is shipped too', JOURNEY.slice(0, 5), 'SHIP', null, '2022-06-21'],
    ['receipt is confirmed until the deadline', JOURNEY.slice(0, 7), 'AWAIT_RECEIPT', 'CONFIRM_RECEIPT', '2022-07-21'],
    ['a dispute stops the countdown', [...JOURNEY.slice(0, 7), DISPUTED], null, null, '9999-12-31'],
    ['nothing is left of a completed order', JOURNEY, null, null, '9999-12-31'],
    ['nothing is left of a cancelled order', [...JOURNEY.slice(0, 2), CANCELLED], null, null, '9999-12-31'],
  ] as const)('TA-R27 %s', (_, steps, supplier, buyer, due) => {
    expect(todosAfter(steps)).toEqual([supplier, buyer, due]);
  });

  it('TA-R27 are as old as what brought them, however often events are delivered', () => {
    const events = orderHistory(JOURNEY.slice(0, 5)).map((event, index) => ({ ...event, metadata: { ...event.metadata, occurredAt: `2022-06-0${index + 1}T00:00:00.000Z` } }));
    expect(rowAfter(orderBook, events)?.todoSince).toBe('2022-06-05T00:00:00.000Z');
    expect(rowAfter(orderBook, events, 2)).toEqual(rowAfter(orderBook, events));
  });

  it('TA-R27 count down in both languages, and say since when something is overdue', () => {
    const now = new Date('2022-07-20T08:00:00.000Z');
    expect(todoText('CONFIRM_RECEIPT', '1', daysUntil('2022-07-21T07:00:00.000Z', now))).toEqual({ en: 'order 1: confirm receipt, 1 day left', zh: '订单1：确认收货，还剩 1 天' });
    expect(todoText('SHIP', '1', daysUntil('2022-07-17T07:00:00.000Z', now))).toEqual({ en: 'order 1: ship before the agreed date, overdue for 4 days', zh: '订单1：按约定时间发货，已逾期 4 天' });
    expect(todoText('PAY', '1', null).zh).toBe('订单1：付款至收款账号');
  });
});

describe('the order book', () => {
  it('is searched by the buyer’s name too', () => {
    expect(rowAfter(orderBook, orderHistory([], { drafted: { buyerName: 'Anna Smith' } }))?.keywords).toContain('anna smith');
    expect(rowAfter(orderBook, orderHistory())?.keywords).not.toContain('');
  });

  it('hides from its buyer what was cancelled as a draft, and keeps showing what was cancelled later (TA-R13)', () => {
    expect(rowAfter(orderBook, orderHistory([CANCELLED]))?.buyer).toBeNull();
    expect(rowAfter(orderBook, orderHistory([MATCHED, SUBMITTED, CANCELLED]))?.buyer).toBe('buyer@example.com');
  });
});

describe('the record of a supplier', () => {
  it('TA-R30 counts an order once, however often its completion is delivered', () => {
    expect(rowAfter(supplierRecords, orderHistory(JOURNEY), 3)?.completedOrders).toBe(1);
  });
});

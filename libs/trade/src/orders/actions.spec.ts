import { describe, expect, it } from '@jest/globals';
import { attachContract } from '../contracts/attach-contract.js';
import { allowedTradeActions, type TradeAction } from './actions.js';
import { cancelTradeOrder } from './cancel-trade-order.js';
import { confirmReceipt } from './confirm-receipt.js';
import { confirmTradeOrder } from './confirm-trade-order.js';
import { openDispute, settleDispute } from './dispute.js';
import { reviseTradeOrder } from './draft-trade-order.js';
import type { TradeOrderEvent } from './events.js';
import { matchBuyer } from './match-buyer.js';
import { BUYER, OPS, ORDER_NO, STRANGER, SUPPLIER, TERMS, TICKS, confirmed, drafted, matched, shipped, submitted, type OrderScenario } from './order.scenarios.js';
import { leaveReview } from './review.js';
import { issueShareLink, newShareToken } from './share-link.js';
import { submitTradeOrder } from './submit-trade-order.js';

const FILE = { fileId: 'file-1', name: '合同.pdf', contentType: 'application/pdf' as const, bytes: 1024, sha256: 'a'.repeat(64) };
const PAYMENT = { orderNo: ORDER_NO, paymentId: 'p1', method: 'tt', amount: '1', currency: 'USD', receivedAt: '2022-06-02T00:00:00.000Z' } as const;

const contracts = (count: number): readonly TradeOrderEvent[] =>
  Array.from({ length: count }, (_, index) => ({ type: 'ContractAttached', data: { orderNo: ORDER_NO, side: 'SUPPLIER', file: { ...FILE, fileId: `old-${index}` }, searched: true, attachedAt: '2022-06-01T00:00:00.000Z' } }));

const links = (count: number): readonly TradeOrderEvent[] =>
  Array.from({ length: count }, (_, index) => ({ type: 'ShareLinkIssued', data: { orderNo: ORDER_NO, linkId: String(index + 1), tokenHash: 'b'.repeat(64), expiresAt: '2022-07-01T00:00:00.000Z' } }));

/** Orders that stand in every way that makes a difference. */
const ORDERS: Readonly<Record<string, () => OrderScenario>> = {
  'a draft': drafted,
  'a matched draft': matched,
  'a draft from a contract': () => matched({ mode: 'ATTACHMENT' }),
  'a draft with its contract': () => matched({ mode: 'ATTACHMENT' }).given(...contracts(1)),
  'a draft with twenty contracts': () => matched().given(...contracts(20)),
  'an order that was submitted': submitted,
  'an order with a hundred links': () => submitted().given(...links(100)),
  'a confirmed order': confirmed,
  'an order that is paid in part': () => confirmed().given({ type: 'PaymentRecorded', data: { ...PAYMENT, paidAmount: '1' } }),
  'a shipped order': shipped,
  'an order in dispute': () => shipped().when(openDispute, { reason: 'broken' }, BUYER),
  'a completed order': () => shipped().when(confirmReceipt, {}, BUYER),
  'a reviewed order': () => shipped().when(confirmReceipt, {}, BUYER).when(leaveReview, { stars: 5 }, BUYER),
  'a cancelled order': () => submitted().when(cancelTradeOrder, { reason: 'mistake' }, SUPPLIER),
};

const ACTORS = [SUPPLIER, BUYER, STRANGER, OPS, { ...BUYER, email: 'jones@example.com', companyId: SUPPLIER.companyId, roles: ['exporter', 'buyer'] as const }];

const DO: Readonly<Record<TradeAction, (scenario: OrderScenario, actor: (typeof ACTORS)[number]) => unknown>> = {
  revise: (scenario, actor) => scenario.when(reviseTradeOrder, TERMS, actor),
  'match-buyer': (scenario, actor) => scenario.when(matchBuyer, {}, actor),
  submit: (scenario, actor) => scenario.reserved().when(submitTradeOrder, { ...TICKS, receiptDays: 45 }, actor),
  'attach-contract': (scenario, actor) => scenario.when(attachContract, { file: FILE, searched: true }, actor),
  'share-link': (scenario, actor) => scenario.when(issueShareLink, { token: newShareToken(ORDER_NO), validDays: 1 }, actor),
  confirm: (scenario, actor) => scenario.when(confirmTradeOrder, {}, actor),
  cancel: (scenario, actor) => scenario.when(cancelTradeOrder, { reason: 'mistake' }, actor),
  'confirm-receipt': (scenario, actor) => scenario.when(confirmReceipt, {}, actor),
  'open-dispute': (scenario, actor) => scenario.when(openDispute, { reason: 'broken' }, actor),
  'settle-dispute': (scenario, actor) => scenario.when(settleDispute, { outcome: 'RESUMED', note: 'replaced' }, actor),
  review: (scenario, actor) => scenario.when(leaveReview, { stars: 4 }, actor),
};

const isDone = (attempt: () => unknown): boolean => {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
};

describe('what may be done with a trade order', () => {
  it.each(Object.entries(ORDERS))('is offered if and only if it is not refused: %s', (_, begun) => {
    for (const actor of ACTORS) {
      const taken = (Object.keys(DO) as TradeAction[]).filter((action) => isDone(() => DO[action](begun(), actor)));
      expect([actor.id, allowedTradeActions(begun().order, actor)]).toEqual([actor.id, taken]);
    }
  });
});

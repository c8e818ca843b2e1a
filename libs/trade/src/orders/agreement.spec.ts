import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '#platform';
import { cancelTradeOrder } from './cancel-trade-order.js';
import { collectionAccountOf } from './collection-account.js';
import { confirmTradeOrder } from './confirm-trade-order.js';
import { draftTradeOrder, reviseTradeOrder } from './draft-trade-order.js';
import { matchBuyer } from './match-buyer.js';
import { BUYER, ORDER_NO, OrderScenario, STRANGER, SUPPLIER, TERMS, TICKS, confirmed, drafted, matched, submitted } from './order.scenarios.js';
import { OrderTermsInput } from './order-terms.js';
import { issueShareLink, newShareToken, opensOrder, orderNoOfToken, revokeShareLink } from './share-link.js';
import { submitTradeOrder } from './submit-trade-order.js';
import { EXPORT_CHANNELS } from './values.js';

const SUBMIT = { ...TICKS, receiptDays: 45 };

describe('drafting a trade order', () => {
  it('TA-R29 asks for an opened assurance service', () => {
    for (const status of ['NOT_OPENED', 'REFUSED'] as const) {
      const scenario = new OrderScenario();
      scenario.world = { ...scenario.world, service: { status } };
      expect(scenario.refusals(draftTradeOrder, TERMS, SUPPLIER)).toMatchObject([{ rule: 'TA-R29', code: 'service-not-opened' }]);
    }
    expect(drafted().order).toMatchObject({ orderNo: ORDER_NO, status: 'DRAFT', buyerEmail: 'smith@example.com', amount: '1000', draftedAt: '2022-06-01T00:00:00.000Z' });
  });

  it('TA-R7 requires the total to be collected, which is the sum of the lines', () => {
    const { amount: _, ...withoutAmount } = TERMS;
    expect(compileValidator(OrderTermsInput)(withoutAmount)).toMatchObject([{ field: 'amount', rule: 'TA-R7' }]);
    expect(drafted().refusals(reviseTradeOrder, { ...TERMS, amount: '999.99999' }, SUPPLIER)).toMatchObject([{ rule: 'TA-R7', details: { field: 'amount', facts: { expected: '1000', actual: '999.99999' } } }]);
  });

  it('TA-C1 takes the export channels of the policy and no others', () => {
    for (const exportChannel of EXPORT_CHANNELS) expect(drafted({ exportChannel }).order.exportChannel).toBe(exportChannel);
    expect(compileValidator(OrderTermsInput)({ ...TERMS, exportChannel: 'POST' })).toMatchObject([{ field: 'exportChannel', rule: 'TA-C1' }]);
  });

  it('TA-R3 TA-R4 is revised as a whole: what the new terms leave out is gone', () => {
    const named = drafted({ buyerName: 'Anna Smith' });
    expect(named.order.buyerName).toBe('Anna Smith');
    expect(named.when(reviseTradeOrder, TERMS, SUPPLIER).order).not.toHaveProperty('buyerName');
  });

  it('names every field that is wrong, and keeps nothing', () => {
    const wrong = { ...TERMS, currency: 'XXX', agreedShipDate: { date: '2022-02-30', zone: 'Mars/Olympus' } };
    expect(drafted().refusals(reviseTradeOrder, wrong, SUPPLIER).map(({ details }) => details.field)).toEqual(['agreedShipDate.date', 'agreedShipDate.zone', 'currency']);
  });
});

describe('matching and submitting', () => {
  it('TA-R4 matches the buyer as a step of its own before submitting, and anew for another address', () => {
    expect(drafted().reserved().refusals(submitTradeOrder, SUBMIT, SUPPLIER)).toMatchObject([{ rule: 'TA-R4', code: 'buyer-not-matched' }]);
    const other = matched().when(reviseTradeOrder, { ...TERMS, buyerEmail: 'other@example.com' }, SUPPLIER);
    expect(other.refusals(submitTradeOrder, SUBMIT, SUPPLIER)[0]?.rule).toBe('TA-R4');
    expect(matched().when(reviseTradeOrder, TERMS, SUPPLIER).reserved().when(submitTradeOrder, SUBMIT, SUPPLIER).types).toEqual(['TradeOrderSubmitted']);
  });

  it('TA-C8 answers whether the buyer is registered, and lets both be submitted to', () => {
    for (const isRegistered of [true, false]) {
      const scenario = drafted();
      scenario.world = { ...scenario.world, isRegistered };
      scenario.when(matchBuyer, {}, SUPPLIER);
      expect(scenario.last).toMatchObject([{ type: 'BuyerMatched', data: { registration: isRegistered ? 'REGISTERED' : 'UNREGISTERED' } }]);
      expect(scenario.reserved().when(submitTradeOrder, SUBMIT, SUPPLIER).order.status).toBe('AWAITING_BUYER');
    }
  });

  it('TA-R12 submits only with the export acknowledgement ticked, whose wording goes by the channel (TA-C1)', () => {
    expect(matched().reserved().refusals(submitTradeOrder, { guaranteeTermsAccepted: true, receiptDays: 45 }, SUPPLIER)).toMatchObject([{ rule: 'TA-R12', details: { field: 'exportAcknowledged' } }]);
    expect(submitted({ exportChannel: 'AGENT' }).order.submission?.exportAcknowledgement).toBe('export-agent-1');
    expect(submitted().order.submission?.exportAcknowledgement).toBe('export-9710-1');
  });

  it('TA-R8 asks for neither guarantee terms nor credit without protection', () => {
    const scenario = matched({ protection: 'NONE' }).when(submitTradeOrder, { exportAcknowledged: true, receiptDays: 45 }, SUPPLIER);
    expect(scenario.order.submission).not.toHaveProperty('guaranteeTerms');
    expect(scenario.order.status).toBe('AWAITING_BUYER');
  });

  it('TA-C2 asks for two different ticks with protection', () => {
    const fields = matched().reserved().refusals(submitTradeOrder, { receiptDays: 45 }, SUPPLIER).map(({ rule, details }) => [rule, details.field]);
    expect(fields).toEqual([['TA-R12', 'exportAcknowledged'], ['TA-C2', 'guaranteeTermsAccepted']]);
  });

  it('TA-R11 submits a protected order only while its credit is reserved, for its amount and lately', () => {
    expect(matched().refusals(submitTradeOrder, SUBMIT, SUPPLIER)).toMatchObject([{ rule: 'TA-R11', code: 'credit-not-reserved' }]);
    expect(matched().reserved('999').refusals(submitTradeOrder, SUBMIT, SUPPLIER)[0]?.rule).toBe('TA-R11');
    const late = matched().reserved();
    late.clock.advance(30 * 60);
    expect(late.refusals(submitTradeOrder, SUBMIT, SUPPLIER)[0]?.rule).toBe('TA-R11');
  });

  it('generates a collection account that is the order’s alone', () => {
    expect(submitted().order.submission?.collectionAccount).toBe(collectionAccountOf(ORDER_NO));
  });
});

describe('the link to an order', () => {
  it('TA-R13 is issued once the order is submitted', () => {
    expect(matched().refusals(issueShareLink, { token: newShareToken(ORDER_NO), validDays: 1 }, SUPPLIER)[0]?.rule).toBe('TA-R13');
    const token = newShareToken(ORDER_NO);
    const scenario = submitted().when(issueShareLink, { token, validDays: 1 }, SUPPLIER);
    expect(JSON.stringify(scenario.history)).not.toContain(token.split('.')[1]);
    expect(orderNoOfToken(token)).toBe(ORDER_NO);
  });

  it('TA-R13 opens the order until it expires or is revoked, and for nobody else', () => {
    const token = newShareToken(ORDER_NO);
    const scenario = submitted().when(issueShareLink, { token, validDays: 1 }, SUPPLIER);
    const opens = (offered = token): boolean => opensOrder(scenario.order, offered, scenario.clock.now());
    expect([opens(), opens(newShareToken(ORDER_NO))]).toEqual([true, false]);
    scenario.clock.advance(24 * 3600 - 1);
    expect(opens()).toBe(true);
    scenario.clock.advance(1);
    expect(opens()).toBe(false);
    scenario.clock.advance(-60);
    scenario.when(revokeShareLink, { linkId: '1' }, SUPPLIER);
    expect(opens()).toBe(false);
  });
});

describe('the buyer', () => {
  it('TA-R14 confirms with the matched account only', () => {
    expect(submitted().refusals(confirmTradeOrder, {}, STRANGER)).toMatchObject([{ rule: 'TA-R14', kind: 'forbidden', code: 'not-the-buyer' }]);
    expect(submitted().refusals(confirmTradeOrder, {}, { ...BUYER, roles: ['exporter'] })[0]).toMatchObject({ rule: 'TA-R14', kind: 'forbidden' });
    expect(submitted().when(confirmTradeOrder, {}, BUYER).last).toMatchObject([{ type: 'TradeOrderConfirmed', data: { buyerAccount: 'user:smith', buyerCompanyId: 'smith-imports' } }]);
  });

  it('TA-C10 confirms order and contract in one act', () => {
    const scenario = submitted().when(confirmTradeOrder, {}, BUYER);
    expect(scenario.order.status).toBe('AWAITING_PAYMENT');
    expect(scenario.refusals(confirmTradeOrder, {}, BUYER)[0]).toMatchObject({ code: 'action-not-allowed' });
  });

  it('cancels like the supplier, until money is in', () => {
    expect(confirmed().when(cancelTradeOrder, { reason: 'too late' }, BUYER).last).toMatchObject([{ type: 'TradeOrderCancelled', data: { side: 'BUYER' } }]);
    expect(drafted().when(cancelTradeOrder, { reason: 'wrong' }, SUPPLIER).last).toMatchObject([{ data: { side: 'SUPPLIER' } }]);
    const payment = { orderNo: ORDER_NO, paymentId: 'p1', method: 'tt', amount: '1', currency: 'USD', receivedAt: '2022-06-02T00:00:00.000Z' } as const;
    const partly = confirmed().given({ type: 'PaymentRecorded', data: { ...payment, paidAmount: '1' } });
    expect(partly.refusals(cancelTradeOrder, { reason: 'no' }, SUPPLIER)[0]).toMatchObject({ code: 'partly-paid' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '#event-sourcing';
import { draftedOrder, paidOrder, SHOP, submittedOrder, TICKS, TRADE_TERMS, type TradeParties } from '../support/trade-orders.js';
import { expectProblem as expectSuchProblem, type Problem } from './expect-problem.js';
import { LocalSystem, succeeded, type Answer, type Caller } from './local-system.js';

const ORDERS = '/v1/trade-orders';

let system: LocalSystem;
let parties: TradeParties;
let supplier: Caller;
let buyer: Caller;
let ops: Caller;
let log: EventLog;
/** Orders that nothing in these tests changes. */
const orders = { draft: '', matched: '', submitted: '', paid: '', packed: '' };

beforeAll(async () => {
  system = await LocalSystem.start();
  ({ supplierCaller: supplier, buyerCaller: buyer, ...parties } = await system.tradeParties('acme'));
  ops = await system.caller(['ops']);
  log = system.api.nest.get(EventLog);
  orders.draft = `${ORDERS}/${await draftedOrder(parties)}`;
  orders.matched = `${ORDERS}/${await draftedOrder(parties)}`;
  succeeded(await supplier.post(`${orders.matched}/match-buyer`));
  orders.submitted = `${ORDERS}/${await submittedOrder(parties)}`;
  orders.paid = `${ORDERS}/${await paidOrder(parties)}`;
  orders.packed = `${ORDERS}/${await paidOrder(parties)}`;
  succeeded(await supplier.post(`${orders.packed}/batches`));
  succeeded(await supplier.put(`${orders.packed}/batches/1/goods`, { goods: [{ lineNo: 1, qty: '5' }] }));
  succeeded(await supplier.put(`${orders.packed}/batches/1/logistics`, { provider: 'DEPPON', trackingNo: 'DPK210001' }));
});

afterAll(() => system.close());

const expectProblem = (request: () => Promise<Answer>, problem: Problem): Promise<void> => expectSuchProblem(log, request, problem);

type Method = 'post' | 'put';

const [LINE] = TRADE_TERMS.lines;
const withLine = (changes: object): object => ({ ...TRADE_TERMS, lines: [{ ...LINE, ...changes }] });
const withTerms = (changes: object): object => ({ ...TRADE_TERMS, ...changes });

const invalid = (field: string, rule?: string, code?: string): Problem => ({ status: 422, field, ...(rule !== undefined && { rule }), ...(code !== undefined && { code }) });

describe('bad input: the terms of a trade order', () => {
  it.each<[string, object, Problem]>([
    ['an unknown field', withTerms({ colour: 'red' }), invalid('colour', undefined, 'unknown-field')],
    ['a status of the caller’s choice', withTerms({ status: 'COMPLETED' }), invalid('status', undefined, 'unknown-field')],
    ['an order number of the caller’s choice', withTerms({ orderNo: '90021645010167099' }), invalid('orderNo', undefined, 'unknown-field')],
    ['a list where an order is asked for', [TRADE_TERMS], { status: 422 }],
    ['TA-R3 a mode that does not exist', withTerms({ mode: 'FAX' }), invalid('mode', 'TA-R3')],
    ['TA-R4 no address', withTerms({ buyerEmail: 'smith' }), invalid('buyerEmail', 'TA-R4')],
    ['TA-R4 two addresses', withTerms({ buyerEmail: 'a@example.com,b@example.com' }), invalid('buyerEmail', 'TA-R4')],
    ['TA-R4 an address with a line break', withTerms({ buyerEmail: 'a@example.com\nbcc:b@example.com' }), invalid('buyerEmail', 'TA-R4')],
    ['TA-R4 an address of 10 000 characters', withTerms({ buyerEmail: `${'a'.repeat(10_000)}@example.com` }), invalid('buyerEmail', 'TA-R4')],
    ['TA-R4 a name of 101 characters', withTerms({ buyerName: 'x'.repeat(101) }), invalid('buyerName', 'TA-R4')],
    ['TA-R7 a number where a decimal text is asked for', withTerms({ amount: 1000 }), invalid('amount', 'TA-R7')],
    ['TA-R7 a negative amount', withTerms({ amount: '-1000' }), invalid('amount', 'TA-R7')],
    ['TA-R7 nothing to collect', withTerms({ amount: '0' }), invalid('amount', 'TA-R7')],
    ['TA-R7 10^19', withTerms({ amount: '10000000000000000000' }), invalid('amount', 'TA-R7')],
    ['TA-R7 an exponent', withTerms({ amount: '1e3' }), invalid('amount', 'TA-R7')],
    ['TA-R7 infinity', withTerms({ amount: 'Infinity' }), invalid('amount', 'TA-R7')],
    ['TA-R7 six decimals', withTerms({ amount: '1000.000001' }), invalid('amount', 'TA-R7')],
    ['TA-R7 an amount that is not the sum of the lines', withTerms({ amount: '999.99' }), invalid('amount', 'TA-R7')],
    ['TA-R7 a currency in lower case', withTerms({ currency: 'usd' }), invalid('currency', 'TA-R7')],
    ['TA-R7 a currency that does not exist', withTerms({ currency: 'XQQ' }), invalid('currency', 'TA-R7')],
    ['TA-R7 no lines', withTerms({ lines: [] }), invalid('lines', 'TA-R7')],
    ['TA-R7 101 lines', withTerms({ lines: Array.from({ length: 101 }, () => LINE) }), invalid('lines', 'TA-R7')],
    ['TA-R7 a text where lines are asked for', withTerms({ lines: 'lamps' }), invalid('lines', 'TA-R7')],
    ['TA-R7 a line that is nothing', withTerms({ lines: [null] }), { status: 422 }],
    ['TA-R7 a negative quantity', withLine({ qty: '-10' }), invalid('lines[0].qty', 'TA-R7')],
    ['TA-R7 a quantity and a price whose product nothing holds', withLine({ qty: '99999999999999', unitPrice: '99999999999999' }), invalid('lines[0]', 'TA-R7')],
    ['TA-R7 a name of 251 characters', withLine({ name: '灯'.repeat(251) }), invalid('lines[0].name', 'TA-R7')],
    ['TA-R7 control characters', withLine({ name: 'la\u0000mp' }), invalid('lines[0].name', 'TA-R7')],
    ['TA-R7 an operator of the document store', withLine({ name: { $ne: '' } }), invalid('lines[0].name', 'TA-R7')],
    ['TA-R8 a protection that does not exist', withTerms({ protection: 'FOREVER' }), invalid('protection', 'TA-R8')],
    ['TA-C1 a channel that does not exist', withTerms({ exportChannel: 'POST' }), invalid('exportChannel', 'TA-C1')],
    ['TA-C1 the name of a method', withTerms({ exportChannel: 'constructor' }), invalid('exportChannel', 'TA-C1')],
    ['TA-R25 a transport that does not exist', withTerms({ transportMode: 'zeppelin' }), invalid('transportMode', 'TA-R25')],
    ['TA-R16 30 February', withTerms({ agreedShipDate: { date: '2026-02-30', zone: 'UTC' } }), invalid('agreedShipDate.date', 'TA-R16')],
    ['TA-R16 a zone that does not exist', withTerms({ agreedShipDate: { date: '2026-12-31', zone: 'Mars/Olympus' } }), invalid('agreedShipDate.zone', 'TA-R16')],
    ['TA-R16 a text where day and zone are asked for', withTerms({ agreedShipDate: '2026-12-31' }), invalid('agreedShipDate', 'TA-R16')],
  ])('%s', async (_, body, problem) => {
    await expectProblem(() => supplier.post(ORDERS, body), problem);
    if (!('mode' in body)) await expectProblem(() => supplier.put(`${orders.draft}/terms`, body), problem);
  });
});

describe('bad input: what is done with an order', () => {
  it.each<[string, Method, () => string, unknown, Problem]>([
    ['TA-R12 a text for a tick', 'post', () => `${orders.matched}/submit`, { ...TICKS, exportAcknowledged: 'yes' }, invalid('exportAcknowledged', 'TA-R12')],
    ['TA-R12 TA-C2 no ticks', 'post', () => `${orders.matched}/submit`, {}, invalid('guaranteeTermsAccepted', 'TA-C2')],
    ['TA-R25 days of the caller’s choice', 'post', () => `${orders.matched}/submit`, { ...TICKS, receiptDays: 1 }, invalid('receiptDays', undefined, 'unknown-field')],
    ['TA-R4 an order whose buyer was not matched', 'post', () => `${orders.draft}/submit`, TICKS, { status: 409, rule: 'TA-R4' }],
    ['fields for a command that takes none', 'post', () => `${orders.draft}/match-buyer`, { registration: 'REGISTERED' }, invalid('registration', undefined, 'unknown-field')],
    ['TA-R11 no reason', 'post', () => `${orders.submitted}/cancel`, {}, invalid('reason', 'TA-R11')],
    ['TA-R11 a reason of 501 characters', 'post', () => `${orders.submitted}/cancel`, { reason: 'x'.repeat(501) }, invalid('reason', 'TA-R11')],
    ['TA-R13 a link for no days', 'post', () => `${orders.submitted}/share-links`, { validDays: 0 }, invalid('validDays', 'TA-R13')],
    ['TA-R13 a link for half a day', 'post', () => `${orders.submitted}/share-links`, { validDays: 0.5 }, invalid('validDays', 'TA-R13')],
    ['TA-R13 a link for ever', 'post', () => `${orders.submitted}/share-links`, { validDays: 1e9 }, invalid('validDays', 'TA-R13')],
    ['TA-R13 a link to a draft', 'post', () => `${orders.draft}/share-links`, {}, { status: 409, rule: 'TA-R13' }],
    ['TA-R16 a batch before the money is in', 'post', () => `${orders.submitted}/batches`, undefined, { status: 409, rule: 'TA-R16' }],
    ['TA-R3 other terms of a submitted order', 'put', () => `${orders.submitted}/terms`, TRADE_TERMS, { status: 409, rule: 'TA-R3' }],
    ['TA-R11 cancelling what is paid', 'post', () => `${orders.paid}/cancel`, { reason: 'no' }, { status: 409, rule: 'TA-R11' }],
  ])('%s', async (_, method, path, body, problem) => {
    await expectProblem(() => supplier[method](path(), body as object), problem);
  });

  it.each<[string, () => string, object, Problem]>([
    ['TA-R23 receipt of what was not shipped', () => `${orders.paid}/confirm-receipt`, {}, { status: 409, rule: 'TA-R23' }],
    ['TA-R26 a dispute without a reason', () => `${orders.paid}/open-dispute`, {}, invalid('reason', 'TA-R26')],
    ['TA-R26 a dispute of a book’s length', () => `${orders.paid}/open-dispute`, { reason: 'x'.repeat(2001) }, invalid('reason', 'TA-R26')],
    ['TA-R26 a dispute over what was not shipped', () => `${orders.paid}/open-dispute`, { reason: 'late' }, { status: 409, rule: 'TA-R26' }],
    ['TA-R23 six stars', () => `${orders.paid}/review`, { stars: 6 }, invalid('stars', 'TA-R23')],
    ['TA-R23 half a star', () => `${orders.paid}/review`, { stars: 0.5 }, invalid('stars', 'TA-R23')],
    ['TA-R23 a review of what is not completed', () => `${orders.paid}/review`, { stars: 5 }, { status: 409, rule: 'TA-R23' }],
    ['TA-R14 confirming twice', () => `${orders.paid}/confirm`, {}, { status: 409, rule: 'TA-R14' }],
  ])('of the buyer: %s', async (_, path, body, problem) => {
    await expectProblem(() => buyer.post(path(), body), problem);
  });

  it('TA-R13 a link that nobody issued, or that is none', async () => {
    for (const token of ['x', `${orders.submitted.slice(-17)}.${'A'.repeat(43)}`, '../../etc/passwd', `99999999999999999.${'A'.repeat(43)}`]) {
      await expectProblem(() => supplier.get(`/v1/shared-orders?token=${encodeURIComponent(token)}`), { status: 404, code: 'not-found' });
    }
    await expectProblem(() => supplier.get(`/v1/shared-orders?token=${'x'.repeat(101)}`), invalid('token', 'TA-R13'));
    for (const link of ['99', '-1', 'x'.repeat(200)]) await expectProblem(() => supplier.delete(`${orders.submitted}/share-links/${link}`), { status: 404, code: 'not-found' });
  });
});

describe('bad input: the shipping desk', () => {
  const batch = (rest: string) => () => `${orders.packed}/batches/1/${rest}`;

  it.each<[string, Method, () => string, object, Problem]>([
    ['9710-R1 a line of another order', 'put', batch('goods'), { goods: [{ lineNo: 2, qty: '1' }] }, invalid('goods[0].lineNo', '9710-R1')],
    ['9710-R1 half a line', 'put', batch('goods'), { goods: [{ lineNo: 0.5, qty: '1' }] }, invalid('goods[0].lineNo', '9710-R1')],
    ['9710-R1 a negative quantity', 'put', batch('goods'), { goods: [{ lineNo: 1, qty: '-1' }] }, invalid('goods[0].qty', '9710-R1')],
    ['9710-R1 more than was ordered', 'put', batch('goods'), { goods: [{ lineNo: 1, qty: '9999999999999999' }] }, invalid('goods[0].qty', '9710-R1')],
    ['9710-R1 a line twice', 'put', batch('goods'), { goods: [{ lineNo: 1, qty: '1' }, { lineNo: 1, qty: '1' }] }, invalid('goods[1].lineNo', '9710-R1')],
    ['9710-R52 no goods', 'put', batch('goods'), { goods: [] }, invalid('goods', '9710-R52')],
    ['9710-R52 101 goods', 'put', batch('goods'), { goods: Array.from({ length: 101 }, (_, index) => ({ lineNo: index + 1, qty: '1' })) }, invalid('goods', '9710-R52')],
    ['9710-R52 a tracking number of 65 characters', 'put', batch('logistics'), { provider: 'DEPPON', trackingNo: 'x'.repeat(65) }, invalid('trackingNo', '9710-R52')],
    ['9710-R2 a way that does not exist', 'post', batch('export-way'), { way: 'smuggling' }, invalid('way', '9710-R2')],
    ['9710-R51 a country of three letters', 'post', batch('export-way'), { way: '9710-service', tradeCountry: 'USA' }, invalid('tradeCountry', '9710-R51')],
    ['9710-R1 tracking of tomorrow', 'post', batch('tracking'), { at: '2999-01-01T00:00:00Z', status: 'arrived' }, invalid('at', '9710-R1')],
    ['9710-R1 tracking at no time', 'post', batch('tracking'), { at: 'yesterday', status: 'arrived' }, invalid('at', '9710-R1')],
  ])('%s', async (_, method, path, body, problem) => {
    await expectProblem(() => supplier[method](path(), body), problem);
  });

  it('a batch that does not exist', async () => {
    for (const number of ['0', '2', '-1', '1e0', '999999999', '1%00']) await expectProblem(() => supplier.put(`${orders.packed}/batches/${number}/goods`, { goods: [{ lineNo: 1, qty: '1' }] }), { status: 404, code: 'not-found' });
  });
});

describe('bad input: service and credit line', () => {
  const forAcme = { 'x-company-id': 'acme' };

  it.each<[string, string, object, Problem]>([
    ['TA-R11 a negative total', '/v1/credit-line', { total: '-1', currency: 'USD' }, invalid('total', 'TA-R11')],
    ['TA-R11 a total that nothing holds', '/v1/credit-line', { total: '9'.repeat(20), currency: 'USD' }, invalid('total', 'TA-R11')],
    ['TA-R11 a number for a total', '/v1/credit-line', { total: 5000, currency: 'USD' }, invalid('total', 'TA-R11')],
    ['TA-R11 a currency that does not exist', '/v1/credit-line', { total: '1', currency: 'XQQ' }, invalid('currency', 'TA-R11')],
    ['TA-R11 another currency while orders occupy the line', '/v1/credit-line', { total: '1', currency: 'EUR' }, { status: 409, rule: 'TA-R11' }],
    ['TA-R2 a credit code with a wrong check character', '/v1/assurance-service/shop', { ...SHOP, uscc: '91330100799655058C' }, invalid('uscc', 'TA-R2')],
    ['TA-R1 a membership that does not exist', '/v1/assurance-service/shop', { ...SHOP, membership: 'GOLD' }, invalid('membership', 'TA-R1')],
    ['TA-R28 a text for a truth', '/v1/assurance-service/shop', { ...SHOP, operating: 'yes' }, invalid('operating', 'TA-R28')],
  ])('%s', async (_, path, body, problem) => {
    await expectProblem(() => ops.put(path, body, forAcme), problem);
  });

  it('TA-R11 TA-R28 from who may not, or for a company that is none', async () => {
    await expectProblem(() => supplier.put('/v1/credit-line', { total: '99999999', currency: 'USD' }), { status: 403 });
    await expectProblem(() => supplier.post('/v1/assurance-service/application', {}, { 'x-company-id': 'rival' }), { status: 403 });
    await expectProblem(() => supplier.get('/v1/credit-line', { 'x-company-id': 'rival' }), { status: 403 });
    await expectProblem(() => ops.put('/v1/credit-line', { total: '1', currency: 'USD' }, { 'x-company-id': '../acme' }), { status: 400, code: 'invalid-header' });
    await expectProblem(() => supplier.post('/v1/assurance-service/application', {}), { status: 409, code: 'already-opened' });
  });
});

describe('who asks', () => {
  const COMMANDS: readonly (readonly [Method | 'delete', string, object | undefined])[] = [
    ['put', 'terms', TRADE_TERMS],
    ['post', 'match-buyer', undefined],
    ['post', 'submit', TICKS],
    ['post', 'cancel', { reason: 'mine' }],
    ['post', 'share-links', {}],
    ['delete', 'share-links/1', undefined],
    ['post', 'batches', undefined],
    ['put', 'batches/1/goods', { goods: [{ lineNo: 1, qty: '1' }] }],
    ['put', 'batches/1/logistics', { provider: 'x', trackingNo: 'y' }],
    ['post', 'batches/1/export-way', { way: '9710-service' }],
    ['post', 'batches/1/tracking', { at: '2022-01-01T00:00:00Z', status: 'x' }],
    ['delete', 'batches/1', undefined],
  ];

  it('TA-R14 another company’s order is answered as one that does not exist, whatever is asked', async () => {
    const rival = await system.caller(['exporter'], 'rival');
    for (const order of [orders.draft, orders.packed, `${ORDERS}/99999999999999999`, `${ORDERS}/no-number`, `${ORDERS}/..%2F..%2Fetc`]) {
      for (const [method, what, body] of COMMANDS) await expectProblem(() => (method === 'delete' ? rival.delete(`${order}/${what}`) : rival[method](`${order}/${what}`, body as object)), { status: 404, code: 'not-found' });
    }
  });

  it('TA-R14 another buyer’s order does not exist, and the supplier is no buyer', async () => {
    const stranger = await system.buyer('jones', 'jones@example.com');
    for (const what of ['confirm', 'confirm-receipt', 'open-dispute', 'review', 'cancel']) {
      const body = { 'open-dispute': { reason: 'x' }, review: { stars: 1 }, cancel: { reason: 'x' } }[what] ?? {};
      await expectProblem(() => stranger.post(`${orders.submitted}/${what}`, body), { status: 404, code: 'not-found' });
      await expectProblem(() => buyer.post(`${orders.draft}/${what}`, body), { status: 404, code: 'not-found' });
      if (what !== 'cancel') await expectProblem(() => supplier.post(`${orders.submitted}/${what}`, body), { status: 403 });
    }
  });
});

describe('repeated and outdated requests', () => {
  const revisionOf = async (order: string): Promise<number> => (await log.readStream(`tradeOrder-${order.slice(-17)}`)).length - 1;

  it('TA-R29 a key that was used for another draft', async () => {
    succeeded(await supplier.post(ORDERS, TRADE_TERMS, { 'idempotency-key': 'used-1' }));
    await expectProblem(() => supplier.post(ORDERS, withTerms({ protection: 'NONE' }), { 'idempotency-key': 'used-1' }), { status: 422, code: 'idempotency-key-reused' });
  });

  it('TA-R11 a submission under a key that was used for something else: no credit is occupied', async () => {
    const order = `${ORDERS}/${await draftedOrder(parties)}`;
    succeeded(await supplier.post(`${order}/match-buyer`, undefined, { 'idempotency-key': 'used-2' }));
    await expectProblem(() => supplier.post(`${order}/submit`, TICKS, { 'idempotency-key': 'used-2' }), { status: 422, code: 'idempotency-key-reused' });
    succeeded(await supplier.post(`${order}/submit`, TICKS, { 'idempotency-key': 'used-3' }));
    await expectProblem(() => supplier.post(`${order}/submit`, { exportAcknowledged: true }, { 'idempotency-key': 'used-3' }), { status: 422, code: 'idempotency-key-reused' });
  });

  it('TA-R11 a submission of what was changed meanwhile: no credit is occupied', async () => {
    const stale = { 'if-match': `"${(await revisionOf(orders.matched)) - 1}"` };
    await expectProblem(() => supplier.post(`${orders.matched}/submit`, TICKS, stale), { status: 412, code: 'revision-conflict' });
    expect(await revisionOf(orders.matched)).toBe(1);
  });

  it('any command on what was changed meanwhile, or with a condition that is none', async () => {
    for (const [order, method, what, body] of [
      [orders.draft, 'put', 'terms', TRADE_TERMS],
      [orders.draft, 'post', 'match-buyer', undefined],
      [orders.submitted, 'post', 'cancel', { reason: 'x' }],
      [orders.packed, 'put', 'batches/1/goods', { goods: [{ lineNo: 1, qty: '1' }] }],
      [orders.packed, 'post', 'batches/1/export-way', { way: '9710-service' }],
    ] as const) {
      await expectProblem(() => supplier[method](`${order}/${what}`, body as object, { 'if-match': '"99"' }), { status: 412, code: 'revision-conflict' });
      await expectProblem(() => supplier[method](`${order}/${what}`, body as object, { 'if-match': 'W/"1"' }), { status: 400, code: 'invalid-header' });
    }
  });
});

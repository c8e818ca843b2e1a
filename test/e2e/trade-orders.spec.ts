import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { SHOP, TICKS, TRADE_TERMS } from '../support/trade-orders.js';
import { LocalSystem, succeeded as done, type Answer, type Caller } from './local-system.js';

const TERMS = { ...TRADE_TERMS, buyerEmail: 'Smith@Example.com', agreedShipDate: { date: '2026-12-31', zone: 'America/Los_Angeles' } };
const ORDERS = '/v1/trade-orders';

let system: LocalSystem;
let supplier: Caller;
let ops: Caller;

const forAcme = { 'x-company-id': 'acme' };

const drafted = async (terms: object = {}): Promise<string> => `${ORDERS}/${String(done(await supplier.post(ORDERS, { ...TERMS, ...terms }))['orderNo'])}`;

const submitted = async (terms: object = {}): Promise<string> => {
  const order = await drafted(terms);
  done(await supplier.post(`${order}/match-buyer`));
  done(await supplier.post(`${order}/submit`, TICKS));
  return order;
};

const credit = async (): Promise<Answer['body']> => done(await supplier.get('/v1/credit-line'));

beforeAll(async () => {
  system = await LocalSystem.start();
  await system.startWorker();
  supplier = await system.caller(['exporter'], 'acme');
  ops = await system.caller(['ops']);
});

afterAll(() => system.close());

describe('a trade order over HTTP', () => {
  it('TA-R29 TA-R28 TA-R1 is drafted once the service is opened, for which the platform knows the shop', async () => {
    expect(await supplier.post(ORDERS, TERMS)).toMatchObject({ status: 409, body: { rule: 'TA-R29' } });
    expect(await supplier.post('/v1/assurance-service/application', {})).toMatchObject({ status: 409, body: { rule: 'TA-R28' } });
    expect((await supplier.put('/v1/assurance-service/shop', SHOP))['status']).toBe(403);
    done(await ops.put('/v1/assurance-service/shop', SHOP, forAcme));
    expect(done(await supplier.post('/v1/assurance-service/application', {}))['status']).toBe('OPENED');
    const answer = await supplier.post(ORDERS, TERMS, { 'idempotency-key': 'draft-1' });
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `${ORDERS}/${String(answer.body['orderNo'])}`]);
    expect((await supplier.post(ORDERS, TERMS, { 'idempotency-key': 'draft-1' })).body).toEqual(answer.body);
  });

  it('TA-R7 names every field that will not do, with rule and reason', async () => {
    const { amount: _, ...withoutAmount } = TERMS;
    const answer = await supplier.post(ORDERS, withoutAmount, { 'accept-language': 'zh' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'amount', rule: 'TA-R7' }] } });
  });

  it('TA-R11 occupies the credit line at submission, once, and gives it back when the order is cancelled', async () => {
    const order = await drafted();
    done(await supplier.post(`${order}/match-buyer`));
    expect(await supplier.post(`${order}/submit`, TICKS)).toMatchObject({ status: 409, body: { rule: 'TA-R11', code: 'credit-insufficient' } });
    done(await ops.put('/v1/credit-line', { total: '1500', currency: 'USD' }, forAcme));
    const first = done(await supplier.post(`${order}/submit`, TICKS, { 'idempotency-key': 'submit-1' }));
    expect(done(await supplier.post(`${order}/submit`, TICKS, { 'idempotency-key': 'submit-1' }))).toEqual(first);
    expect(await credit()).toEqual({ currency: 'USD', total: '1500', occupied: '1000', available: '500', actions: [] });
    done(await supplier.post(`${order}/cancel`, { reason: 'mistake' }));
    await eventually('the credit to be free', async () => (await credit())['available'] === '1500');
  });

  it('TA-R11 never submits more than the line covers, of many orders at once', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, () => drafted({ lines: [{ ...TERMS.lines[0], unitPrice: '40' }], amount: '400' })));
    await Promise.all(orders.map(async (order) => done(await supplier.post(`${order}/match-buyer`))));
    const answers = await Promise.all(orders.map((order) => supplier.post(`${order}/submit`, TICKS)));
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ body }) => body['rule'] === 'TA-R11')).toHaveLength(9);
    expect(await credit()).toMatchObject({ occupied: '1200', available: '300' });
    await Promise.all(orders.map(async (order) => done(await supplier.post(`${order}/cancel`, { reason: 'enough' }))));
    await eventually('the credit to be free', async () => (await credit())['available'] === '1500');
  });

  it('TA-R14 TA-C8 is confirmed by the account that has registered with the matched address, by no other', async () => {
    const order = await submitted();
    const stranger = await system.buyer('jones', 'jones@example.com');
    expect((await stranger.post(`${order}/confirm`))['status']).toBe(404);
    expect((await supplier.post(`${order}/confirm`))['status']).toBe(403);
    const buyer = await system.buyer('smith', 'SMITH@example.com');
    expect(done(await buyer.post(`${order}/confirm`))['events']).toEqual(['TradeOrderConfirmed']);
    expect(await buyer.post(`${order}/confirm`)).toMatchObject({ status: 409, body: { rule: 'TA-R14' } });
    const next = await drafted();
    done(await supplier.post(`${next}/match-buyer`));
    expect((await buyer.post(`${next}/confirm`))['status']).toBe(404);
  });

  it('TA-R13 is opened by its link without a log-in, until that is revoked', async () => {
    const order = await submitted({ protection: 'NONE' });
    const link = String(done(await supplier.post(`${order}/share-links`, { validDays: 3 }))['path']);
    const another = `${link.slice(0, -1)}${link.endsWith('A') ? 'E' : 'A'}`;
    const nobody = supplier.asKey('');
    const open = (path: string): Promise<Answer> => nobody.get(path, { 'x-api-key': '' });
    expect(await open(link)).toMatchObject({ status: 200, body: { status: 'AWAITING_BUYER', amount: '1000' } });
    expect((await open(link)).body).not.toHaveProperty('buyerEmail');
    expect((await open(another))['status']).toBe(404);
    done(await supplier.delete(`${order}/share-links/1`));
    expect((await open(link))['status']).toBe(404);
  });
});

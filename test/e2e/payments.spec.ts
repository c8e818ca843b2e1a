import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '#event-sourcing';
import { signPayment } from '#trade';
import { collectionAccountOf } from '../../libs/trade/src/orders/collection-account.js';
import { confirmedOrder, type TradeParties } from '../support/trade-orders.js';
import { LocalSystem, PAYMENT_KEY, type Answer, type Caller } from './local-system.js';

let system: LocalSystem;
let parties: TradeParties;
let exporter: Caller;

beforeAll(async () => {
  system = await LocalSystem.start({ PORTOLAN_PAYMENT_METHODS: 'tt,e-checking' });
  ({ supplierCaller: exporter, ...parties } = await system.tradeParties('acme'));
});

afterAll(() => system.close());

type Fields = Readonly<Record<string, string>>;

const callback = (orderNo: string, fields: Fields = {}): Fields => ({
  ...{ paymentId: `p-${orderNo}`, method: 'tt', collectionAccount: collectionAccountOf(orderNo), amount: '600.00', currency: 'USD', bankCountry: 'DE', receivedAt: '2022-06-05T00:00:00Z' },
  ...fields,
});

/** Tells of a payment as the provider does; nobody is logged in. */
const tell = async (fields: Fields, signature?: string, timestamp = String(Math.floor(Date.now() / 1000))): Promise<Answer> => {
  const headers = { 'content-type': 'application/json', 'payment-timestamp': timestamp, 'payment-signature': signature ?? signPayment(PAYMENT_KEY, timestamp, fields) };
  const response = await fetch(`${system.address}/v1/payment-callbacks`, { method: 'POST', headers, body: JSON.stringify(fields) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
};

const eventsOf = async (orderNo: string): Promise<readonly string[]> => (await system.api.nest.get(EventLog).readStream(`tradeOrder-${orderNo}`)).slice(4).map(({ type }) => type);

describe('payment callbacks', () => {
  it('TA-R15 are counted once however often and at once they come; together they pay the order', async () => {
    const orderNo = await confirmedOrder(parties);
    const answers = await Promise.all(Array.from({ length: 8 }, () => tell(callback(orderNo))));
    for (const { status, body } of answers) expect([status, body]).toEqual([200, { orderNo, events: ['PaymentRecorded'] }]);
    expect(await tell(callback(orderNo, { paymentId: `q-${orderNo}`, amount: '400' }))).toMatchObject({ status: 200, body: { events: ['PaymentRecorded', 'FundsReceived'] } });
    expect(await eventsOf(orderNo)).toEqual(['PaymentRecorded', 'PaymentRecorded', 'FundsReceived']);
  });

  it('TA-R15 without the provider’s signature, or with an old one, are refused, and nothing is written', async () => {
    const orderNo = await confirmedOrder(parties);
    const fields = callback(orderNo);
    const old = String(Math.floor(Date.now() / 1000) - 301);
    for (const answer of [await tell(fields, 'forged'), await tell(fields, signPayment('another key, also of thirty-two bytes', old, fields)), await tell(fields, undefined, old), await tell({ ...fields, amount: '1' }, signPayment(PAYMENT_KEY, String(Math.floor(Date.now() / 1000)), fields))]) {
      expect(answer.status).toBe(401);
    }
    expect((await exporter.post('/v1/payment-callbacks', fields)).status).toBe(401);
    expect(await eventsOf(orderNo)).toEqual([]);
  });

  it('TA-R15 are counted for one order only, also told at once with the accounts of several', async () => {
    const orders = await Promise.all(Array.from({ length: 4 }, () => confirmedOrder(parties)));
    const answers = await Promise.all(orders.map((orderNo) => tell(callback(orderNo, { paymentId: 'p-shared' }))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    for (const { body } of answers.filter(({ status }) => status === 409)) expect(body).toMatchObject({ rule: 'TA-R15', code: 'payment-differs' });
    expect((await Promise.all(orders.map(eventsOf))).flat()).toEqual(['PaymentRecorded']);
  });

  it('TA-R15 TA-R6 say what is wrong with them', async () => {
    const orderNo = await confirmedOrder(parties);
    expect((await tell(callback(orderNo, { amount: '-1', method: 'cash' }))).body).toMatchObject({ status: 422, errors: [{ field: 'method', rule: 'TA-R15' }, { field: 'amount', rule: 'TA-R15' }] });
    expect((await tell(callback(orderNo, { method: 'credit-card' }))).body).toMatchObject({ status: 422, code: 'method-not-taken', rule: 'TA-R15' });
    for (const collectionAccount of ['62388542870010267', collectionAccountOf('99999999999999999')]) expect((await tell(callback(orderNo, { collectionAccount }))).status).toBe(404);
    expect(await tell(callback(orderNo, { currency: 'EUR' }))).toMatchObject({ status: 200, body: { events: ['PaymentSetAside'] } });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '#event-sourcing';
import { SAMPLES } from '../../libs/platform/src/uploads/samples.fixture.js';
import { eventually } from '../support/eventually.js';
import { paidOrder, type TradeParties } from '../support/trade-orders.js';
import { LocalSystem, succeeded as done, type Answer, type Caller } from './local-system.js';

const DAY = 86_400;

let system: LocalSystem;
let parties: TradeParties;
let supplier: Caller;
let buyer: Caller;
let reviewer: Caller;
let ops: Caller;
let declarations = 0;

beforeAll(async () => {
  system = await LocalSystem.start();
  await system.startWorker();
  ({ supplierCaller: supplier, buyerCaller: buyer, ...parties } = await system.tradeParties('acme'));
  [reviewer, ops] = [await system.caller(['reviewer']), await system.caller(['ops'])];
});

afterAll(() => system.close());

const advance = async (seconds: number): Promise<string> => String(done(await ops.post('/v1/ops/clock/advance', { seconds }))['now']);

interface Page {
  readonly status: { readonly value: string };
  readonly protected: boolean;
  readonly receiptDeadline: { readonly dueAt: string } | null;
  readonly actions: readonly string[];
}

/** What the buyer reads after everything that was written. */
const read = async (path: string): Promise<Answer['body']> => done(await buyer.get(path, { 'x-min-position': String(await system.api.nest.get(EventLog).lastPosition()) }));

const pageOf = async (orderNo: string): Promise<Page> => (await read(`/v1/purchases/${orderNo}`)) as unknown as Page;

const whenPage = (orderNo: string, what: string, holds: (page: Page) => boolean): Promise<Page> =>
  eventually(what, async () => ((page) => holds(page) && page)(await pageOf(orderNo)));

const occupied = async (): Promise<string> => String(done(await supplier.get('/v1/credit-line'))['occupied']);

/** An order of 1000 dollars that goes by sea, the whole of it declared by the exporter himself and released; answers its number once its receipt is awaited. */
const shippedOrder = async (terms: object = {}): Promise<string> => {
  const orderNo = await paidOrder(parties, { exportChannel: 'SELF_0110', ...terms });
  const batch = `/v1/trade-orders/${orderNo}/batches/1`;
  done(await supplier.post(`/v1/trade-orders/${orderNo}/batches`));
  done(await supplier.put(`${batch}/goods`, { goods: [{ lineNo: 1, qty: '10' }] }));
  done(await supplier.put(`${batch}/logistics`, { provider: 'DEPPON', trackingNo: 'DPK210001' }));
  done(await supplier.post(`${batch}/export-way`, { way: 'own-declaration' }));
  const declarationNo = `02022008052564${String((declarations += 1)).padStart(4, '0')}`;
  const form = new FormData();
  for (const [name, value] of Object.entries({ declarationNo, amount: '1000', currency: 'USD' })) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(SAMPLES.pdf)], { type: 'application/pdf' }), 'declaration.pdf');
  done(await supplier.post(`${batch}/declaration`, form));
  await eventually('the verification', async () => (await reviewer.post(`${batch}/declaration/verification`)).status === 200);
  done(await reviewer.post(`${batch}/declaration/release`, { declarationNo, releasedAt: await advance(1) }));
  await whenPage(orderNo, 'the deadline of the receipt', ({ receiptDeadline }) => receiptDeadline !== null);
  return orderNo;
};

describe('the receipt of a trade order over HTTP', () => {
  it('TA-R23 TA-R10 TA-R30 is confirmed by its buyer, who reviews it once; then its credit is free and the supplier has one more', async () => {
    const orderNo = await shippedOrder();
    expect(await pageOf(orderNo)).toMatchObject({ status: { value: 'SHIPPED' }, protected: true, actions: ['confirm-receipt', 'open-dispute'] });
    expect(await occupied()).toBe('1000');
    done(await buyer.post(`/v1/trade-orders/${orderNo}/confirm-receipt`));
    await eventually('the credit to be free', async () => (await occupied()) === '0');
    expect(await pageOf(orderNo)).toMatchObject({ status: { value: 'COMPLETED' }, protected: false, actions: ['review'] });
    done(await buyer.post(`/v1/trade-orders/${orderNo}/review`, { stars: 5, text: 'as described' }));
    expect((await pageOf(orderNo)).actions).toEqual([]);
    expect(await buyer.post(`/v1/trade-orders/${orderNo}/review`, { stars: 1 })).toMatchObject({ status: 409, body: { rule: 'TA-R23', code: 'already-reviewed' } });
    expect((await read('/v1/suppliers/acme/record'))['completedOrders']).toBe(1);
  });

  it('TA-R9 does not keep the credit of an order that was protected until shipment', async () => {
    const orderNo = await shippedOrder({ protection: 'UNTIL_SHIPMENT' });
    await eventually('the credit to be free', async () => (await occupied()) === '0');
    expect(await pageOf(orderNo)).toMatchObject({ status: { value: 'SHIPPED' }, protected: false });
    done(await buyer.post(`/v1/trade-orders/${orderNo}/confirm-receipt`));
  });

  it('TA-R26 TA-R24 waits while a dispute is open, and counts as confirmed when the days that were left are over', async () => {
    const [orderNo, undisputed] = [await shippedOrder(), await shippedOrder()];
    const before = (await pageOf(orderNo)).receiptDeadline?.dueAt ?? '';
    done(await buyer.post(`/v1/trade-orders/${orderNo}/open-dispute`, { reason: 'two lamps are broken' }));
    await advance(60 * DAY);
    await whenPage(undisputed, 'the completion of the other order', (page) => page.status.value === 'COMPLETED');
    expect(await pageOf(orderNo)).toMatchObject({ status: { value: 'DISPUTED' }, protected: true, actions: [] });
    expect((await supplier.post(`/v1/trade-orders/${orderNo}/settle-dispute`, { outcome: 'RESUMED', note: 'no' })).status).toBe(403);
    done(await ops.post(`/v1/trade-orders/${orderNo}/settle-dispute`, { outcome: 'RESUMED', note: 'replaced' }));
    const { status, receiptDeadline } = await pageOf(orderNo);
    expect(status.value).toBe('SHIPPED');
    expect(Date.parse(receiptDeadline?.dueAt ?? '') - Date.parse(before)).toBeGreaterThanOrEqual(59 * DAY * 1000);
    await advance(47 * DAY);
    await whenPage(orderNo, 'the completion', (page) => page.status.value === 'COMPLETED');
    await eventually('the credit to be free', async () => (await occupied()) === '0');
  });
});

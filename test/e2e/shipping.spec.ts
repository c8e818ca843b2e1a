import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '#event-sourcing';
import { SAMPLES } from '../../libs/platform/src/uploads/samples.fixture.js';
import { eventually } from '../support/eventually.js';
import { paidOrder as paidTradeOrder, type TradeParties } from '../support/trade-orders.js';
import { listening } from './listening.js';
import { LocalSystem, PLEDGE, PROFILE, succeeded as done, type Caller } from './local-system.js';
import { ceb304, messageNames } from './receipt-messages.js';

let system: LocalSystem;
let parties: TradeParties;
let exporter: Caller;
let rival: Caller;
let reviewer: Caller;
let customs: Caller;
let ops: Caller;

beforeAll(async () => {
  system = await LocalSystem.start();
  await system.startWorker();
  exporter = await system.exporter('acme');
  parties = await system.tradeParties('acme');
  rival = await system.caller(['exporter'], 'rival');
  reviewer = await system.caller(['reviewer']);
  customs = await system.caller(['customs-gateway']);
  ops = await system.caller(['ops']);
});

afterAll(() => system.close());

const paidOrder = (): Promise<string> => paidTradeOrder(parties);

/** Moves the clock on by a day; answers what it says then. */
const nextDay = async (): Promise<string> => String(done(await ops.post('/v1/ops/clock/advance', { seconds: 86_400 }))['now']);

interface DeskOrder {
  readonly shipStatus: { readonly value: string } | null;
  readonly shippedAt: string | null;
  readonly overdue: boolean;
  readonly actions: readonly string[];
  readonly batches: readonly { readonly batchNo: number; readonly customs: { readonly status: { readonly value: string }; readonly number: string | null }; readonly actions: readonly string[]; readonly ordinaryPath: boolean }[];
}

const deskOf = async (orderNo: string): Promise<DeskOrder> => (await exporter.get(`/v1/shipping-desk/${orderNo}`)).body as unknown as DeskOrder;

const whenDesk = (orderNo: string, what: string, holds: (order: DeskOrder) => boolean): Promise<DeskOrder> =>
  eventually(what, async () => ((order) => holds(order) && order)(await deskOf(orderNo)));

/** One more batch with goods and logistics; answers its path. */
const packedBatch = async (orderNo: string, qty = '5'): Promise<string> => {
  const { batchNo } = done(await exporter.post(`/v1/trade-orders/${orderNo}/batches`));
  const batch = `/v1/trade-orders/${orderNo}/batches/${String(batchNo)}`;
  done(await exporter.put(`${batch}/goods`, { goods: [{ lineNo: 1, qty }] }));
  done(await exporter.put(`${batch}/logistics`, { provider: 'DEPPON', trackingNo: 'DPK210001' }));
  return batch;
};

/** The batch gets its 9710 order; answers the order's number. */
const exportOrderFor = async (orderNo: string, batch: string): Promise<string> => {
  done(await exporter.post(`${batch}/export-way`, { way: '9710-service' }));
  const numberOf = ({ batches }: DeskOrder): string | null => batches.find(({ batchNo }) => batch.endsWith(`/${batchNo}`))?.customs.number ?? null;
  return numberOf(await whenDesk(orderNo, 'the 9710 order', (order) => numberOf(order) !== null)) ?? '';
};

const XML = { 'content-type': 'application/xml' };

const sendExportOrder = async (exportOrderNo: string, amount: string): Promise<void> => {
  const path = `/v1/customs-orders/${exportOrderNo}`;
  const lines = [{ name: 'Table lamp', qty: '1', unit: '001', unitPrice: amount, total: amount }];
  done(await exporter.put(`${path}/draft`, { currency: 'USD', ebcCode: PROFILE.ebcCode, lines }));
  done(await exporter.post(`${path}/send`, PLEDGE));
};

/** Takes a 9710 order through customs and has its declaration released. */
const release = async (exportOrderNo: string, amount: string, releasedAt: string): Promise<void> => {
  const path = `/v1/customs-orders/${exportOrderNo}`;
  await sendExportOrder(exportOrderNo, amount);
  done(await reviewer.post(`${path}/approve`));
  await eventually('the message to customs', () => Promise.resolve(system.port.messages.some((message) => messageNames(message, exportOrderNo))));
  done(await customs.post('/v1/customs-receipts', ceb304(exportOrderNo, '120'), XML));
  const declarationNo = `020220220${exportOrderNo.replace('-', '').slice(-9)}`;
  done(await exporter.post(`${path}/declaration`, form({ declarationNo, orderNo: exportOrderNo, supervisionMode: '9710', companyName: PROFILE.companyName, amount, currency: 'USD' })));
  done(await reviewer.post(`${path}/declaration/verification`));
  done(await customs.post(`${path}/declaration/release`, { declarationNo, amount, currency: 'USD', releasedAt }));
};

const form = (fields: Readonly<Record<string, string>>, file: Buffer = SAMPLES.pdf): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('file', new Blob([new Uint8Array(file)], { type: 'application/pdf' }), 'declaration.pdf');
  return data;
};

describe('the shipping desk over HTTP', () => {
  it('9710-R36 9710-R27 9710-R28 two batches with a 9710 order each, half released and then 80 %: partly, then shipped by the right date', async () => {
    const orderNo = await paidOrder();
    const first = await exportOrderFor(orderNo, await packedBatch(orderNo));
    await release(first, '500', await nextDay());
    await whenDesk(orderNo, 'the partial shipment', ({ shipStatus }) => shipStatus?.value === 'PARTIAL');
    const second = await exportOrderFor(orderNo, await packedBatch(orderNo));
    const releasedAt = await nextDay();
    await nextDay();
    await release(second, '300', releasedAt);
    const shipped = await whenDesk(orderNo, 'the shipment', ({ shipStatus }) => shipStatus?.value === 'SHIPPED');
    expect(shipped.shippedAt).toBe(releasedAt);
    expect(shipped.batches.map(({ customs: { status, number } }) => [status.value, number])).toEqual([['RELEASED', first], ['RELEASED', second]]);
    const page = (await exporter.get(`/v1/customs-orders/${first}`)).body as { basics: { batch: object } };
    expect(page.basics.batch).toMatchObject({ tradeOrderNo: orderNo, batchNo: 1 });
    const listed = (await exporter.get(`/v1/customs-orders?tradeAssurance=true&keyword=${orderNo}`)).body as { items: { orderNo: string }[] };
    expect(listed.items.map((item) => item.orderNo).sort()).toEqual([first, second].sort());
    const timeline = (await exporter.get(`/v1/trade-orders/${orderNo}/timeline`)).body as { items: { type: string; text: { zh: string } }[] };
    expect(timeline.items).toContainEqual(expect.objectContaining({ type: 'OrderShipped', text: expect.objectContaining({ zh: expect.stringContaining('已发货') as unknown }) as unknown }));
    const audit = (await exporter.get(`/v1/trade-orders/${orderNo}/audit?limit=100`)).body as { items: { event: string; actor: string }[] };
    expect(audit.items).toContainEqual(expect.objectContaining({ event: 'OrderShipped', actor: 'system:export-orders' }));
    expect((await rival.get(`/v1/trade-orders/${orderNo}/timeline`)).status).toBe(404);
  });

  it('9710-R24 cancelled, the batch goes on with an ordinary declaration, its file is kept, and its release ships the order', async () => {
    const orderNo = await paidOrder();
    const batch = await packedBatch(orderNo);
    const exportOrderNo = await exportOrderFor(orderNo, batch);
    await sendExportOrder(exportOrderNo, '500');
    done(await reviewer.post(`/v1/customs-orders/${exportOrderNo}/return`, { reason: '单价有误' }));
    done(await exporter.post(`/v1/customs-orders/${exportOrderNo}/cancel`));
    await whenDesk(orderNo, 'the ordinary path', ({ batches }) => batches[0]?.ordinaryPath === true);
    const fields = { declarationNo: '020220080525641690', amount: '800', currency: 'USD' };
    expect((await exporter.post(`${batch}/declaration`, form({ ...fields, declarationNo: '12345' }))).body).toMatchObject({ rule: '9710-R24', errors: [{ field: 'stated.declarationNo' }] });
    expect((await exporter.post(`${batch}/declaration`, form(fields, SAMPLES.exe))).body).toMatchObject({ code: 'file-kind' });
    expect((await exporter.post(`${batch}/declaration`, form({ ...fields, amount: '-1' }))).body).toMatchObject({ errors: [{ field: 'amount' }] });
    expect(done(await exporter.post(`${batch}/declaration`, form(fields)))).toMatchObject({ events: ['BatchDeclarationSubmitted'] });
    await whenDesk(orderNo, 'the review', ({ batches }) => batches[0]?.customs.status.value === 'UNDER_REVIEW');
    const file = await exporter.raw('GET', `${batch}/declaration/file`);
    expect(Buffer.from(await file.arrayBuffer()).equals(SAMPLES.pdf)).toBe(true);
    await eventually('the verification', async () => (await reviewer.post(`${batch}/declaration/verification`)).status === 200);
    expect((await customs.post(`${batch}/declaration/release`, { declarationNo: fields.declarationNo, releasedAt: '2022-05-31T00:00:00Z' })).body).toMatchObject({ rule: 'TA-R22', errors: [{ field: 'releasedAt' }] });
    const releasedAt = await nextDay();
    done(await customs.post(`${batch}/declaration/release`, { declarationNo: fields.declarationNo, releasedAt }));
    expect((await whenDesk(orderNo, 'the shipment', ({ shipStatus }) => shipStatus?.value === 'SHIPPED')).shippedAt).toBe(releasedAt);
  });

  it('9710-R52 9710-R1 refuses bad input with field, rule and reason in the language asked for, and writes nothing', async () => {
    const orderNo = await paidOrder();
    const { batchNo } = done(await exporter.post(`/v1/trade-orders/${orderNo}/batches`));
    const batch = `/v1/trade-orders/${orderNo}/batches/${String(batchNo)}`;
    const events = async (): Promise<number> => (await system.api.nest.get(EventLog).readStream(`tradeOrder-${orderNo}`)).length;
    const before = await events();
    const zh = { 'accept-language': 'zh' };
    expect(await exporter.post(`${batch}/export-way`, { way: '9710-service' }, zh)).toMatchObject({ status: 409, body: { rule: '9710-R52', detail: expect.stringContaining('请先保存') as unknown } });
    expect(await exporter.put(`${batch}/goods`, { goods: [{ lineNo: 1, qty: '10.00001' }] })).toMatchObject({ status: 422, body: { rule: '9710-R1', errors: [{ field: 'goods[0].qty' }] } });
    expect(await exporter.put(`${batch}/goods`, { goods: [{ lineNo: 1, qty: 5 }] })).toMatchObject({ status: 422, body: { errors: [{ field: 'goods[0].qty', rule: '9710-R1' }] } });
    expect(await exporter.put(`${batch}/logistics`, { provider: '', trackingNo: 'x', colour: 'red' })).toMatchObject({ status: 422 });
    expect(await exporter.post(`/v1/trade-orders/${orderNo}/batches`, { note: 'x' })).toMatchObject({ status: 422 });
    for (const path of [`/v1/trade-orders/${orderNo}/batches/9/goods`, `/v1/trade-orders/${orderNo}/batches/x/goods`]) expect((await exporter.put(path, { goods: [{ lineNo: 1, qty: '1' }] })).status).toBe(404);
    expect((await rival.put(`${batch}/goods`, { goods: [{ lineNo: 1, qty: '1' }] })).status).toBe(404);
    expect((await rival.get(`/v1/shipping-desk/${orderNo}`)).status).toBe(404);
    expect((await reviewer.put(`${batch}/goods`, { goods: [{ lineNo: 1, qty: '1' }] })).status).toBe(403);
    expect(await events()).toBe(before);
  });

  it('9710-R53 answers a repeated request as the first one, and adds one batch', async () => {
    const orderNo = await paidOrder();
    const key = { 'idempotency-key': `add-${orderNo}` };
    const answers = [await exporter.post(`/v1/trade-orders/${orderNo}/batches`, undefined, key), await exporter.post(`/v1/trade-orders/${orderNo}/batches`, undefined, key)];
    expect(answers.map(({ status, body }) => [status, body['batchNo']])).toEqual([[201, 1], [201, 1]]);
    expect(answers[1]?.headers.get('idempotent-replayed')).toBe('true');
    expect(answers[1]?.headers.get('location')).toBe(`/v1/trade-orders/${orderNo}/batches/1`);
  });

  it('9710-R58 lists what is overdue, with exact counters, and lets it be shipped all the same', async () => {
    const orderNo = await paidTradeOrder(parties, { buyerName: 'Anna Weber' });
    await whenDesk(orderNo, 'the order', ({ overdue }) => overdue);
    const { body } = await exporter.get(`/v1/shipping-desk?overdue=true&keyword=${orderNo}`);
    expect(body).toMatchObject({ total: 1, items: [{ orderNo, overdue: true, buyerName: 'Anna Weber', actions: ['add-batch'], agreedShipDate: { zone: 'America/Los_Angeles' } }] });
    expect((body['facets'] as { shipStatus: object[] }).shipStatus).toContainEqual(expect.objectContaining({ value: 'AWAITING', count: 1 }));
    expect((await exporter.get('/v1/shipping-desk?keyword=anna%20w')).body).toMatchObject({ total: 1, items: [{ orderNo }] });
    const all = (await exporter.get('/v1/shipping-desk?shipStatus=AWAITING')).body as { total: number; items: unknown[]; facets: { shipStatus: { value: string; count: number }[] } };
    expect(all.facets.shipStatus.find(({ value }) => value === 'AWAITING')?.count).toBe(all.total);
    expect((await exporter.get('/v1/shipping-desk?customs=GONE')).status).toBe(422);
    await packedBatch(orderNo);
  });

  it('9710-C12 keeps the register of exchange rates, for operations only', async () => {
    const rate = { rate: '1.1', effectiveFrom: '2022-06-01T00:00:00Z', source: '中国银行' };
    expect((await exporter.post('/v1/exchange-rates/EUR-USD', rate)).status).toBe(403);
    expect((await ops.post('/v1/exchange-rates/EUR-XXX', rate)).body).toMatchObject({ rule: '9710-C12', errors: [{ field: 'pair' }] });
    expect((await ops.post('/v1/exchange-rates/eur', rate)).body).toMatchObject({ rule: '9710-C12', errors: [{ field: 'pair' }] });
    expect((await ops.post('/v1/exchange-rates/EUR-USD', { ...rate, rate: '0' })).body).toMatchObject({ errors: [{ field: 'rate' }] });
    const { position } = done(await ops.post('/v1/exchange-rates/EUR-USD', rate));
    const { body } = await ops.get(`/v1/exchange-rates?minPosition=${String(position)}`);
    expect(body).toMatchObject({ total: 1, items: [{ pair: 'EUR-USD', rate: '1.1', source: '中国银行' }] });
  });

  it('tells live of an order on the desk', async () => {
    const orderNo = await paidOrder();
    await whenDesk(orderNo, 'the order', ({ shipStatus }) => shipStatus?.value === 'AWAITING');
    const { hear, leave } = await listening(exporter, `/v1/shipping-desk/${orderNo}/live`);
    await hear('event: sync');
    done(await exporter.post(`/v1/trade-orders/${orderNo}/batches`));
    await hear('"batchNo":1');
    leave();
  });
});

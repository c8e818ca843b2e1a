import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import { ManualClock } from '#event-sourcing';
import type { Counter, ListAnswer } from '#platform';
import { ReadSide } from '../../../../platform/src/reads/read-side.fixture.js';
import { orderHistory, type HistoryOptions } from './order-history.fixture.js';
import type { OrderPage } from './order-item.js';
import { OrderReadsModule, orderProjections } from './order-reads.module.js';
import type { OrderList } from './order.queries.js';
import type { TodoItem } from './todo-item.js';

const BUYER = 'buyer.home.buyer~example.com';
const OTHER_BUYER = 'buyer.home.else~example.com';
const FUNDS = { type: 'FundsReceived', data: { receivedAt: '2022-06-10T00:00:00.000Z' } } as const;

const numbered = (serial: number): string => `3885428700102670${serial}`;

describe('reads of trade orders over HTTP', () => {
  let directory: string;
  let events: EmbeddedEventStore;
  let documents: EmbeddedMongo;
  let side: ReadSide;
  let position: number;

  const order = (serial: number, steps: Parameters<typeof orderHistory>[0], options: HistoryOptions = {}) =>
    side.append(orderHistory(steps, { orderNo: numbered(serial), ...options, drafted: { draftedAt: `2022-06-0${serial}T00:00:00.000Z`, ...options.drafted } }));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'trade-reads-'));
    events = await EmbeddedEventStore.start({ dataDir: join(directory, 'events'), port: 0 });
    documents = await EmbeddedMongo.start({ dataDir: join(directory, 'documents'), port: 0 });
    const clock = new ManualClock(new Date('2022-06-21T08:00:00.000Z'));
    side = await ReadSide.start({ eventStoreUrl: events.connectionString, mongoUrl: documents.connectionString }, { reads: OrderReadsModule, projections: orderProjections, clock });
    await order(1, []);
    await order(2, [FUNDS], { drafted: { protection: 'NONE', transportMode: 'air', agreedShipDate: { date: '2022-06-25', zone: 'UTC' } } });
    await order(3, [FUNDS, { type: 'OrderPartiallyShipped', data: { releasedAmount: '500' } }], { drafted: { agreedShipDate: { date: '2022-06-20', zone: 'UTC' } } });
    await order(4, [FUNDS], { drafted: { buyerEmail: 'else@example.com', exportChannel: 'SELF_0110' } });
    position = await order(5, [FUNDS], { companyId: 'other' });
  });

  afterAll(async () => {
    await side.stop();
    await documents.stop();
    await events.stop();
    await rm(directory, { recursive: true });
  });

  const get = <Body = object>(path: string, as?: string) => side.get<Body>(`${path}${path.includes('?') ? '&' : '?'}minPosition=${position}`, as);
  const list = async (query = '', as?: string): Promise<OrderList> => (await get<OrderList>(`/v1/trade-orders${query}`, as)).body;
  const purchases = async (query = '', as = BUYER): Promise<OrderList> => (await get<OrderList>(`/v1/purchases${query}`, as)).body;
  const page = (serial: number, as?: string) => get<OrderPage>(`/v1/trade-orders/${numbered(serial)}`, as);
  const purchase = (serial: number, as = BUYER) => get<OrderPage>(`/v1/purchases/${numbered(serial)}`, as);
  const serials = ({ items }: OrderList): number[] => items.map(({ orderNo }) => Number(orderNo.slice(-1)));
  const counts = (counters: readonly Counter[]): Record<string, number> => Object.fromEntries(counters.filter(({ count }) => count > 0).map(({ value, count }) => [value, count]));

  describe('order lists', () => {
    it('shows suppliers their own orders, drafts too, newest first; the platform all (TA-R13)', async () => {
      expect(serials(await list())).toEqual([4, 3, 2, 1]);
      expect(serials(await list('', 'exporter.other'))).toEqual([5]);
      expect(serials(await list('', 'auditor.platform'))).toEqual([5, 4, 3, 2, 1]);
      expect(serials(await list('?companyId=other', 'auditor.platform'))).toEqual([5]);
    });

    it('shows buyers the submitted orders that name their address, of every supplier, in any case of letters (TA-R14)', async () => {
      expect(serials(await purchases())).toEqual([5, 3, 2]);
      expect(serials(await purchases('', OTHER_BUYER))).toEqual([4]);
      expect(serials(await purchases('?companyId=acme'))).toEqual([3, 2]);
      expect(await purchases('', 'buyer.acme')).toMatchObject({ total: 0, items: [] });
    });

    it('refuses what is the other side’s (TA-R14)', async () => {
      expect(await get('/v1/trade-orders', BUYER)).toMatchObject({ status: 403 });
      expect(await get('/v1/purchases', 'exporter.acme')).toMatchObject({ status: 403 });
      expect(await get('/v1/trade-orders?companyId=other')).toMatchObject({ status: 403, body: { errors: [{ field: 'companyId' }] } });
    });

    it('counts each facet exactly under the filters of the others, for both sides', async () => {
      const own = await list('?protection=UNTIL_RECEIPT&limit=1');
      expect([own.total, counts(own.facets.status), counts(own.facets.protection)]).toEqual([3, { DRAFT: 1, AWAITING_SHIPMENT: 1, PARTIALLY_SHIPPED: 1 }, { UNTIL_RECEIPT: 3, NONE: 1 }]);
      const bought = await purchases('?protection=UNTIL_RECEIPT&limit=1');
      expect([bought.total, counts(bought.facets.status), counts(bought.facets.protection), counts(bought.facets.exportChannel)]).toEqual([
        2,
        { AWAITING_SHIPMENT: 1, PARTIALLY_SHIPPED: 1 },
        { UNTIL_RECEIPT: 2, NONE: 1 },
        { SELF_9710: 2 },
      ]);
    });

    it.each([
      ['by status', '?status=DRAFT&status=PARTIALLY_SHIPPED', [3, 1]],
      ['TA-R8 by protection', '?protection=NONE', [2]],
      ['TA-C1 by export channel', '?exportChannel=SELF_0110', [4]],
      ['TA-R25 by transport mode', '?transportMode=air', [2]],
      ['by the beginning of the order number', `?keyword=${numbered(2)}`, [2]],
      ['by the beginning of the buyer’s address', '?keyword=ELSE@', [4]],
      ['by the beginning of the name of goods', '?keyword=table', [4, 3, 2, 1]],
      ['by date of drafting', '?draftedFrom=2022-06-02T00:00:00Z&draftedTo=2022-06-04T00:00:00Z', [3, 2]],
    ])('filters %s', async (_, query, expected) => {
      const found = await list(query);
      expect([serials(found), found.total]).toEqual([expected, expected.length]);
    });

    it('sorts by the agreed ship date, soonest first (TA-R16)', async () => {
      expect(serials(await purchases('?sort=shipBy'))).toEqual([3, 5, 2]);
      expect(serials(await purchases('?sort=-shipBy'))).toEqual([2, 5, 3]);
    });

    it('walks forward by cursor, neither repeating nor skipping', async () => {
      const seen: number[] = [];
      let page = await purchases('?limit=1');
      for (; page.nextCursor !== null; page = await purchases(`?limit=1&cursor=${page.nextCursor}`)) seen.push(...serials(page));
      expect([...seen, ...serials(page)]).toEqual([5, 3, 2]);
    });

    it('refuses a filter it does not know, a value it does not have and a cursor that it did not give, in the caller’s language', async () => {
      expect(await get('/v1/trade-orders?colour=red')).toMatchObject({ status: 422, body: { errors: [{ field: 'colour', code: 'unknown-field' }] } });
      expect(await get('/v1/purchases?exportChannel=PIGEON', BUYER)).toMatchObject({ status: 422, body: { errors: [{ field: 'exportChannel[0]', rule: 'TA-C1', message: 'must be one of AGENT, SELF_9710, SELF_0110' }] } });
      expect(await side.get('/v1/purchases?exportChannel=PIGEON', BUYER, { 'accept-language': 'zh' })).toMatchObject({ body: { errors: [{ message: expect.stringMatching(/^必须是/) as unknown }] } });
      expect(await get('/v1/purchases?cursor=nonsense', BUYER)).toMatchObject({ status: 422, body: { code: 'invalid-cursor', errors: [{ field: 'cursor' }] } });
    });
  });

  describe('order page', () => {
    it('shows parties, terms, goods and how far shipping is, its revision as ETag', async () => {
      const { headers, body } = await page(3);
      expect(headers.get('etag')).toBe('"2"');
      expect(body).toMatchObject({
        supplier: { companyId: 'acme' },
        buyer: { email: 'Buyer@example.com' },
        status: { value: 'PARTIALLY_SHIPPED', label: { zh: '部分发货' } },
        protection: { label: { zh: '保障到收货后' } },
        amount: { exact: '1000', display: '1000.00', currency: 'USD' },
        agreedShipDate: { date: '2022-06-20', zone: 'UTC' },
        goods: [{ name: 'Table lamp', qty: '10' }, { name: 'Lychee' }],
        batches: [],
        actions: ['add-batch'],
      });
    });

    it('shows the buyer the same order without the supplier’s actions (TA-R14)', async () => {
      expect((await purchase(3)).body).toMatchObject({ orderNo: numbered(3), status: { value: 'PARTIALLY_SHIPPED' }, actions: [] });
    });

    it.each([
      ['another company’s order', () => page(5)],
      ['TA-R14 another buyer’s order', () => purchase(4)],
      ['TA-R13 a draft, to its buyer', () => purchase(1)],
      ['TA-R14 a purchase, to somebody without a verified address', () => purchase(3, 'buyer.acme')],
      ['a number that is none', () => get('/v1/purchases/1', BUYER)],
    ])('does not know %s', async (_, ask) => {
      expect(await ask()).toMatchObject({ status: 404, body: { code: 'not-found' } });
    });
  });

  describe('to-dos', () => {
    const todos = async (path: string, as?: string) => (await get<ListAnswer<TodoItem>>(path, as)).body;

    it('TA-R27 tell suppliers what is due, the first first, with its countdown', async () => {
      const { items, total } = await todos('/v1/trade-orders/todos');
      expect(total).toBe(4);
      expect(items.map(({ orderNo, topic, daysLeft }) => [orderNo.slice(-1), topic.value, daysLeft])).toEqual([
        ['3', 'SHIP', -1],
        ['4', 'SHIP', -1],
        ['2', 'SHIP', 5],
        ['1', 'MATCH_BUYER', null],
      ]);
      expect(items[2]).toMatchObject({ dueAt: '2022-06-26T00:00:00.000Z', text: { zh: `订单${numbered(2)}：按约定时间发货，还剩 5 天` } });
      expect((await todos('/v1/trade-orders/todos?topic=MATCH_BUYER')).total).toBe(1);
      expect(await get('/v1/trade-orders/todos?topic=REST')).toMatchObject({ status: 422, body: { errors: [{ field: 'topic[0]', rule: 'TA-R27' }] } });
    });

    it('TA-R27 tell buyers what they are to do with their own orders only', async () => {
      await side.append(orderHistory([{ type: 'TradeOrderSubmitted', data: { submittedAt: '2022-06-05T00:00:00.000Z', exportAcknowledgement: '1', collectionAccount: '62', receiptDays: 45 } }], { orderNo: numbered(8), companyId: 'third' }));
      const submitted = await side.append(orderHistory([], { orderNo: numbered(9), companyId: 'third' }));
      const { body } = await side.get<ListAnswer<TodoItem>>(`/v1/purchases/todos?minPosition=${submitted}`, BUYER);
      expect(body).toMatchObject({ total: 1, items: [{ orderNo: numbered(8), topic: { value: 'CONFIRM_ORDER', label: { zh: '确认订单和合同' } }, daysLeft: null }] });
      expect(await todos('/v1/purchases/todos', OTHER_BUYER)).toMatchObject({ total: 0 });
      expect((await purchase(8)).body.actions).toEqual(['attach-contract', 'confirm', 'cancel']);
      expect((await page(8, 'exporter.third')).body.actions).toEqual(['attach-contract', 'share-link', 'cancel']);
    });
  });

  it('TA-R30 counts the completed orders of each supplier, for everybody who is signed in', async () => {
    const completed = { type: 'TradeOrderCompleted', data: { by: 'TIME', completedAt: '2022-07-01T00:00:00.000Z' } } as const;
    for (const no of ['38854287001026801', '38854287001026802']) await side.append(orderHistory([completed], { orderNo: no, companyId: 'proven' }));
    const last = await side.append(orderHistory([], { orderNo: '38854287001026803', companyId: 'proven' }));
    expect((await side.get(`/v1/suppliers/proven/record?minPosition=${last}`, BUYER)).body).toEqual({ companyId: 'proven', completedOrders: 2, lastCompletedAt: '2022-07-01T00:00:00.000Z' });
    expect((await get('/v1/suppliers/fresh/record', BUYER)).body).toEqual({ companyId: 'fresh', completedOrders: 0, lastCompletedAt: null });
  });

  describe('live updates', () => {
    it('tell a buyer of his orders as they change, and of no others (TA-R14)', async () => {
      const stream = await side.watch('/v1/purchases/live', BUYER);
      expect(await stream.next()).toMatchObject({ type: 'sync' });
      await order(6, [FUNDS], { drafted: { buyerEmail: 'else@example.com' } });
      await order(7, [FUNDS]);
      expect(await stream.next()).toMatchObject({ type: 'order', data: { orderNo: numbered(7), actions: [] } });
      stream.leave();
    });

    it('begin for orders only that the caller may see', async () => {
      expect((await side.watch(`/v1/purchases/${numbered(4)}/live`, BUYER)).response.status).toBe(404);
      const stream = await side.watch(`/v1/trade-orders/${numbered(3)}/live`);
      expect(await stream.next()).toMatchObject({ type: 'sync' });
      stream.leave();
    });
  });
});

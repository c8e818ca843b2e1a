import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import type { NumberedPage } from '#event-sourcing';
import type { Counter, ListAnswer } from '#platform';
import type { NoticeRow } from '../notices.js';
import type { TodoRow } from '../notices-todos.js';
import type { TimelineRow } from '../customs-timeline.js';
import type { DraftItem } from './draft-box.queries.js';
import type { OrderList } from './order-list.queries.js';
import { FAILED, FINISHED, SENT, history, type Step } from './testing/order-history.js';
import { ReadSide } from '../../../../platform/src/reads/read-side.fixture.js';
import { orderProjections } from './order-projections.adapter.js';
import { OrderReadsModule } from './order-reads.module.js';
import { SAMPLES } from './testing/samples.js';

const { content } = SAMPLES.OrderSubmitted;
const submittedAt = (orderedAt: string): Step => ['OrderSubmitted', { orderedAt }];

describe('reads of customs orders over HTTP', () => {
  let directory: string;
  let events: EmbeddedEventStore;
  let documents: EmbeddedMongo;
  let side: ReadSide;
  let position: number;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-reads-'));
    events = await EmbeddedEventStore.start({ dataDir: join(directory, 'events'), port: 0 });
    documents = await EmbeddedMongo.start({ dataDir: join(directory, 'documents'), port: 0 });
    side = await ReadSide.start({ eventStoreUrl: events.connectionString, mongoUrl: documents.connectionString }, { reads: OrderReadsModule, projections: orderProjections });
    await side.append(history([['OrderDrafted'], submittedAt('2022-06-20T01:00:00.000Z')], { orderNo: '185002-00001' }));
    await side.append(history([['OrderDrafted'], submittedAt('2022-06-21T01:00:00.000Z'), ...SENT.slice(2)], { orderNo: '185002-00002' }));
    await side.append(history([['OrderDrafted'], submittedAt('2022-06-22T01:00:00.000Z'), ...FAILED.slice(2)], { orderNo: '185002-00003' }));
    const { tradeAssuranceNo: _, ...crossBorder } = { ...content, scene: 'cross-border' as const, tradeCountry: 'AU', remarkNo: 'special-1' };
    await side.append(history([['OrderDrafted'], ['OrderSubmitted', { orderedAt: '2022-06-23T01:00:00.000Z', content: crossBorder }], ...FINISHED.slice(2)], { orderNo: '185002-00004' }));
    await side.append(history([['OrderDrafted'], submittedAt('2022-06-24T01:00:00.000Z'), ...SENT.slice(2, 5), ['SupportCaseOpened']], { orderNo: '185002-00005' }));
    await side.append(history([['OrderDrafted'], submittedAt('2022-06-25T01:00:00.000Z')], { orderNo: '200000-00001', companyId: 'other' }));
    for (let draft = 1; draft <= 7; draft++) {
      await side.append(history([['OrderDrafted', { draftNo: `300000000${draft}` }]], { orderNo: `130000-0000${draft}`, from: `2022-06-0${draft}T00:00:00.000Z` }));
    }
    position = await side.append(history([['OrderDrafted'], ['DraftDeleted']], { orderNo: '140000-00001' }));
  });

  afterAll(async () => {
    await side.stop();
    await documents.stop();
    await events.stop();
    await rm(directory, { recursive: true });
  });

  const get = <Body = object>(path: string, as?: string) => side.get<Body>(`${path}${path.includes('?') ? '&' : '?'}minPosition=${position}`, as);
  const list = async (query = '', as?: string): Promise<OrderList> => (await get<OrderList>(`/v1/customs-orders${query}`, as)).body;
  const feed = async <Item = object>(path: string, as?: string): Promise<ListAnswer<Item>> => (await get<ListAnswer<Item>>(path, as)).body;
  const drafts = async (query = ''): Promise<NumberedPage<DraftItem>> => (await get<NumberedPage<DraftItem>>(`/v1/drafts${query}`)).body;
  const lastDigits = ({ items }: OrderList): string[] => items.map(({ orderNo }) => orderNo.slice(-1));
  const counts = (counters: readonly Counter[]): Record<string, number> => Object.fromEntries(counters.filter(({ count }) => count > 0).map(({ value, count }) => [value, count]));

  describe('order list', () => {
    it('9710-R50 sorts by order date, newest first, or oldest first if asked', async () => {
      expect(lastDigits(await list())).toEqual(['5', '4', '3', '2', '1']);
      expect(lastDigits(await list('?sort=orderedAt'))).toEqual(['1', '2', '3', '4', '5']);
    });

    it('9710-R38 9710-R39 9710-R40 9710-R41 answers exact counters with the page', async () => {
      const body = await list('?limit=1');
      expect(body.total).toBe(5);
      expect(counts(body.facets.tab)).toEqual({ ALL: 5, IN_REVIEW: 1, COMPLETED: 1 });
      expect(counts(body.facets.progress)).toEqual({ SENDING: 2, TO_DECLARE: 1 });
      expect(counts(body.facets.transmission)).toEqual({ PENDING: 1, PROCESSING: 1, SUCCEEDED: 2, FAILED: 1 });
      expect(counts(body.facets.exportMode)).toEqual({ 'self-export': 5 });
      expect(counts(body.facets.service)).toEqual({ '9710-fulfilment': 5, 'customer-declaration': 5 });
      expect(counts(body.facets.scene)).toEqual({ 'trade-assurance': 4, 'cross-border': 1 });
    });

    it('counts each facet under the filters of the others', async () => {
      const body = await list('?transmission=SUCCEEDED');
      expect(body.total).toBe(2);
      expect(counts(body.facets.transmission)).toEqual({ PENDING: 1, PROCESSING: 1, SUCCEEDED: 2, FAILED: 1 });
      expect(counts(body.facets.status)).toEqual({ COMPLETED: 1, TO_DECLARE: 1 });
    });

    it.each([
      ['9710-R59 by tab', '?tab=IN_REVIEW', ['1']],
      ['9710-R41 by progress', '?progress=SENDING&progress=TO_DECLARE', ['5', '3', '2']],
      ['by transmission', '?transmission=FAILED', ['3']],
      ['by declaration', '?declaration=VERIFIED', ['4']],
      ['9710-R39 by export mode', '?exportMode=agent-export', []],
      ['9710-R40 by service', '?service=customer-declaration&transmission=PENDING', ['1']],
      ['9710-R41 by trade assurance', '?tradeAssurance=false', ['4']],
      ['9710-R42 by the beginning of the order number', '?keyword=185002-00002', ['2']],
      ['9710-R42 by remark number', '?keyword=SPECIAL', ['4']],
      ['9710-R42 by trade-assurance number', '?keyword=1446012', ['5', '3', '2', '1']],
      ['9710-R42 by trade country', `?keyword=${encodeURIComponent('澳大利亚')}`, ['4']],
      ['9710-R43 by order date', '?orderedFrom=2022-06-21T01:00:00Z&orderedTo=2022-06-23T01:00:00Z', ['3', '2']],
    ])('filters %s', async (_, query, expected) => {
      expect(lastDigits(await list(query))).toEqual(expected);
      expect((await list(query)).total).toBe(expected.length);
    });

    it('9710-R42 9710-R43 counts what keyword and dates let through, exactly', async () => {
      const body = await list('?keyword=185002&orderedFrom=2022-06-22T00:00:00Z&tab=COMPLETED');
      expect(body.total).toBe(1);
      expect(counts(body.facets.tab)).toEqual({ ALL: 3, COMPLETED: 1 });
      expect(counts(body.facets.declaration)).toEqual({ VERIFIED: 1 });
    });

    it('walks forward by cursor, neither repeating nor skipping', async () => {
      const seen: string[] = [];
      let page = await list('?limit=2');
      for (; page.nextCursor !== null; page = await list(`?limit=2&cursor=${page.nextCursor}`)) seen.push(...lastDigits(page));
      seen.push(...lastDigits(page));
      expect(seen).toEqual(['5', '4', '3', '2', '1']);
    });

    it('refuses a cursor that it did not give, a filter it does not know, a value it does not have', async () => {
      expect(await get('/v1/customs-orders?cursor=nonsense')).toMatchObject({ status: 422, body: { code: 'invalid-cursor', errors: [{ field: 'cursor' }] } });
      expect(await get('/v1/customs-orders?colour=red')).toMatchObject({ status: 422, body: { errors: [{ field: 'colour', code: 'unknown-field' }] } });
      expect(await get('/v1/customs-orders?tab=DRAFT')).toMatchObject({ status: 422, body: { errors: [{ field: 'tab', rule: '9710-R38' }] } });
      expect(await get('/v1/customs-orders?limit=101')).toMatchObject({ status: 422, body: { errors: [{ field: 'limit' }] } });
      expect(await get('/v1/customs-orders?transmission[$ne]=FAILED')).toMatchObject({ status: 422 });
    });

    it('9710-C7 offers the actions that state and caller allow, row by row', async () => {
      const actions = async (as: string) => Object.fromEntries((await list('', as)).items.map((item) => [item.orderNo.slice(-1), item.actions]));
      expect(await actions('exporter.acme')).toMatchObject({ 4: ['copy'], 3: ['resend', 'return-for-modification', 'copy'], 2: ['return-for-modification', 'copy', 'upload-declaration'] });
      expect((await actions('broker.acme'))['3']).toEqual([]);
    });

    it('shows a company its own orders only, and the platform all of them or those of one', async () => {
      expect(lastDigits(await list('', 'exporter.other'))).toEqual(['1']);
      expect((await list('', 'exporter.other')).total).toBe(1);
      expect(await list('', 'reviewer.platform')).toMatchObject({ total: 6, items: { length: 6 } });
      expect(lastDigits(await list('?companyId=other', 'auditor.platform'))).toEqual(['1']);
      expect((await list('?companyId=other', 'auditor.platform')).total).toBe(1);
      expect(await get('/v1/customs-orders?companyId=other')).toMatchObject({ status: 403 });
      expect(await list('?keyword=200000')).toMatchObject({ total: 0, items: [] });
    });

    it('is closed to roles without business here', async () => {
      expect(await get('/v1/customs-orders', 'customs-gateway.platform')).toMatchObject({ status: 403 });
    });

    it('answers 503 with Retry-After rather than something older than asked for', async () => {
      const { status, headers } = await side.get('/v1/customs-orders', 'exporter.acme', { 'x-min-position': '999999999999' });
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    });
  });

  describe('order page', () => {
    it('shows the sections of an order, its actions, and its revision as ETag', async () => {
      const { status, headers, body } = await get('/v1/customs-orders/185002-00003');
      expect([status, headers.get('etag')]).toEqual([200, '"6"']);
      expect(body).toMatchObject({
        actions: ['resend', 'return-for-modification', 'copy'],
        basics: { status: { value: 'SENDING', label: { zh: '电商订单发送中' } }, transmission: { value: 'FAILED' }, stage: { value: 'REVIEW' }, declaration: null },
        order: { amount: { exact: '10002.005', display: '10002.01', currency: 'USD' }, tradeCountry: { label: { zh: '美国' } } },
        clearance: { transmission: { failure: { reason: '电商企业未注册' } }, declaration: null },
        placed: { pledge: { by: 'user:li' } },
        log: { href: '/v1/customs-orders/185002-00003/timeline' },
      });
    });

    it('shows a draft too, with what can be done with it', async () => {
      expect((await get('/v1/customs-orders/130000-00001')).body).toMatchObject({ placed: null, actions: ['save-draft', 'replace-lines', 'delete-draft', 'send', 'copy'] });
    });

    it.each(['', '/timeline', '/audit'])('answers 404 for another company’s order%s, as for one that does not exist', async (path) => {
      const [foreign, absent, malformed] = await Promise.all([get(`/v1/customs-orders/200000-00001${path}`), get(`/v1/customs-orders/199999-99999${path}`), get(`/v1/customs-orders/1${path}`)]);
      expect([foreign.status, absent.status, malformed.status]).toEqual([404, 404, 404]);
      expect({ ...foreign.body, instance: '', correlationId: '' }).toEqual({ ...absent.body, instance: '', correlationId: '' });
    });

    it('9710-R46 has the whole customs log, oldest entry first, with receipts', async () => {
      const body = await feed<TimelineRow>('/v1/customs-orders/185002-00002/timeline');
      expect(body.items.map(({ type }) => type)).toEqual(SENT.map(([type]) => type));
      expect(body.items[5]).toMatchObject({ receipt: { returnStatus: '120', effect: 'succeeded' }, companyId: 'acme' });
      expect(body).toMatchObject({ total: 7, nextCursor: null });
    });

    it('says who did what, newest first, to exporters of the company and auditors but not to brokers', async () => {
      const { body } = await get('/v1/customs-orders/185002-00002/audit?limit=1');
      expect(body).toMatchObject({ total: 7, items: [{ event: 'CustomsOrderSent', actor: 'user:li', changes: [{ field: 'status', before: 'SENDING', after: 'TO_DECLARE' }, {}, {}] }] });
      expect(await get('/v1/customs-orders/185002-00002/audit', 'auditor.platform')).toMatchObject({ status: 200 });
      expect(await get('/v1/customs-orders/185002-00002/audit', 'broker.acme')).toMatchObject({ status: 403 });
    });
  });

  describe('draft box', () => {
    it('9710-R34 9710-R49 has six drafts a page, last modified first, with total and pages to jump to', async () => {
      const [first, second, beyond] = await Promise.all([drafts(), drafts('?page=2'), drafts('?page=9')]);
      expect(first).toMatchObject({ total: 7, page: 1, pages: 2 });
      expect(first.items.map(({ draftNo }) => draftNo.slice(-1))).toEqual(['7', '6', '5', '4', '3', '2']);
      expect(second).toMatchObject({ page: 2, items: [{ draftNo: '3000000001' }] });
      expect(beyond).toMatchObject({ page: 9, items: [] });
    });

    it('9710-R33 9710-R35 shows each draft to the minute, with continue and delete', async () => {
      const [draft] = (await drafts()).items;
      expect(draft).toMatchObject({ lastModifiedAt: '2022-06-07T00:00Z', exitCustoms: null, services: [{ label: { zh: '9710履约服务' } }] });
      expect(draft?.actions).toEqual(expect.arrayContaining(['save-draft', 'send', 'delete-draft']));
    });
  });

  describe('feeds', () => {
    it('9710-R56 keeps every notice, newest first', async () => {
      const body = await feed<NoticeRow>('/v1/notices?orderNo=185002-00004');
      expect(body.items.map(({ text }) => text.zh).slice(0, 2)).toEqual(['您的服务已完结，谢谢！', '报关信息验证通过']);
      expect(body.total).toBe(6);
      expect((await feed('/v1/notices', 'exporter.other')).total).toBe(0);
    });

    it('9710-R18 9710-R25 lists what is still to be done', async () => {
      const { items } = await feed<TodoRow>('/v1/todos');
      expect(items.map(({ orderNo, action }) => [orderNo.slice(-1), action]).sort()).toEqual([
        ['2', 'upload-declaration'],
        ['3', 'resend'],
      ]);
    });

    it('9710-R21 lists the support cases', async () => {
      expect((await feed('/v1/support-cases', 'ops.platform'))).toMatchObject({ total: 1, items: [{ orderNo: '185002-00005', caseNo: 'CASE-1', companyId: 'acme' }] });
    });

    it('searches the audit log by event, actor, request and time', async () => {
      expect((await feed('/v1/audit-log?event=SendFailed', 'auditor.platform'))).toMatchObject({ total: 1, items: [{ stream: 'customsOrder-185002-00003' }] });
      expect((await feed('/v1/audit-log?actor=user:nobody')).total).toBe(0);
      expect((await feed('/v1/audit-log?correlationId=correlation-1', 'exporter.other')).total).toBe(2);
      expect((await feed('/v1/audit-log?from=2022-06-01T00:00:00Z&to=2022-06-02T00:00:00Z')).total).toBe(1);
    });
  });
});

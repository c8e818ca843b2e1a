import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '#event-sourcing';
import { mongoClient } from '#platform';
import { minimalPdf } from '../demo/minimal-pdf.js';
import { eventually } from '../support/eventually.js';
import { draftedOrder, openTrade, submittedOrder, type TradeParties } from '../support/trade-orders.js';
import { listening } from './listening.js';
import { LocalSystem, succeeded, type Answer, type Caller } from './local-system.js';

const MOVEMENTS = '/v1/credit-line/movements';

let system: LocalSystem;
let parties: TradeParties;
let supplier: Caller;
let buyer: Caller;
let stranger: Caller;
let rival: Caller;
let ops: Caller;
let log: EventLog;

beforeAll(async () => {
  system = await LocalSystem.start();
  await system.startWorker();
  ({ supplierCaller: supplier, buyerCaller: buyer, ...parties } = await system.tradeParties('acme'));
  stranger = await system.buyer('jones', 'jones@example.com');
  rival = await system.caller(['exporter'], 'rival');
  await openTrade({ supplier: rival.command, ops: parties.ops, company: 'rival' }, '500');
  ops = await system.caller(['ops']);
  log = system.api.nest.get(EventLog);
});

afterAll(() => system.close());

interface Movement {
  readonly kind: string;
  readonly orderNo: string | null;
  readonly companyId: string;
  readonly available: string;
  readonly actions: readonly string[];
}

interface List<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly nextCursor: string | null;
}

/** Reads a list that reflects everything written so far. */
const read = async <Item>(caller: Caller, path: string): Promise<List<Item>> =>
  succeeded(await caller.get(path, { 'x-min-position': String(await log.lastPosition()) })) as unknown as List<Item>;

describe('the statement of a credit line', () => {
  it('TA-R11 TA-R9 tells the company’s movements, newest first, with the line after each and what the caller may do', async () => {
    const orderNo = await submittedOrder(parties);
    succeeded(await supplier.post(`/v1/trade-orders/${orderNo}/cancel`, { reason: 'mistake' }));
    const released = await eventually('the release', async () => ((list) => list.total === 2 && list)(await read<Movement>(supplier, `${MOVEMENTS}?orderNo=${orderNo}`)));
    expect(released.items).toMatchObject([
      { kind: 'RELEASED', amount: '1000', reason: 'CANCELLED', currency: 'USD', total: '1000000', occupied: '0', available: '1000000', actions: [] },
      { kind: 'RESERVED', amount: '1000', reason: null, occupied: '1000', available: '999000', actions: [] },
    ]);
    const set = await read<Movement>(ops, `${MOVEMENTS}?kind=SET`);
    expect(set.items.map(({ companyId, actions }) => [companyId, actions])).toEqual([['rival', ['set-total']], ['acme', ['set-total']]]);
    expect(succeeded(await supplier.get('/v1/credit-line'))['actions']).toEqual([]);
    expect(succeeded(await ops.get('/v1/credit-line', { 'x-company-id': 'acme' }))['actions']).toEqual(['set-total']);
  });

  it('TA-R11 is walked by cursor, neither repeating nor skipping', async () => {
    await Promise.all([submittedOrder(parties), submittedOrder(parties), submittedOrder(parties)]);
    const all = await read<Movement>(supplier, `${MOVEMENTS}?limit=100`);
    const seen: Movement[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: List<Movement> = await read<Movement>(supplier, `${MOVEMENTS}?limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      expect([page.total, page.items.length <= 2]).toEqual([all.total, true]);
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all.items);
  });

  it('TA-R11 is one’s own company’s: the rest does not exist, and filters that do not hold are refused', async () => {
    expect((await read<Movement>(rival, MOVEMENTS)).items.map(({ kind, companyId }) => [kind, companyId])).toEqual([['SET', 'rival']]);
    expect(new Set((await read<Movement>(ops, `${MOVEMENTS}?companyId=acme`)).items.map(({ companyId }) => companyId))).toEqual(new Set(['acme']));
    expect(await rival.get(`${MOVEMENTS}?companyId=acme`)).toMatchObject({ status: 403, body: { errors: [{ field: 'companyId' }] } });
    expect((await buyer.get(MOVEMENTS)).status).toBe(403);
    expect(await supplier.get(`${MOVEMENTS}?kind=LOST`)).toMatchObject({ status: 422, body: { errors: [{ field: 'kind', rule: 'TA-R11' }] } });
    expect(await supplier.get(`${MOVEMENTS}?orderNo=1`)).toMatchObject({ status: 422, body: { errors: [{ field: 'orderNo', rule: 'TA-R11' }] } });
    expect(await supplier.get(`${MOVEMENTS}?cursor=nonsense`)).toMatchObject({ status: 422, body: { code: 'invalid-cursor' } });
  });

  it('TA-R11 is told live, to its company and the platform only', async () => {
    const [own, others] = [await listening(supplier, `${MOVEMENTS}/live`), await listening(rival, `${MOVEMENTS}/live`)];
    await Promise.all([own.hear('event: sync'), others.hear('event: sync')]);
    const orderNo = await submittedOrder(parties);
    expect(await own.hear(orderNo)).toMatch(/event: movement\n.*\n.*"kind":"RESERVED".*"actions":\[\]/);
    succeeded(await ops.put('/v1/credit-line', { total: '600', currency: 'USD' }, { 'x-company-id': 'rival' }));
    expect(await others.hear('"total":"600"')).not.toContain(orderNo);
    own.leave();
    others.leave();
    expect((await rival.raw('GET', `${MOVEMENTS}/live?companyId=acme`, { headers: { accept: 'text/event-stream' } })).status).toBe(403);
  });
});

interface Entry {
  readonly type: string;
  readonly text: { readonly en: string; readonly zh: string };
}

describe('what became of an order, for its buyer', () => {
  it('TA-R14 TA-R13 tells the timeline from the submission on, to the matched buyer only', async () => {
    const orderNo = await submittedOrder(parties);
    succeeded(await buyer.post(`/v1/trade-orders/${orderNo}/confirm`));
    const own = await read<Entry>(buyer, `/v1/purchases/${orderNo}/timeline`);
    expect(own.items.map(({ type }) => type)).toEqual(['TradeOrderSubmitted', 'TradeOrderConfirmed']);
    expect(own.items[0]?.text).toEqual({ en: 'submitted, awaiting the buyer', zh: '提交订单，等待买家确认' });
    expect((await read<Entry>(buyer, `/v1/purchases/${orderNo}/timeline?limit=1`)).nextCursor).not.toBeNull();
    expect((await read<Entry>(supplier, `/v1/trade-orders/${orderNo}/timeline`)).items.map(({ type }) => type)).toEqual(['TradeOrderDrafted', 'BuyerMatched', 'TradeOrderSubmitted', 'TradeOrderConfirmed']);
    const draft = await draftedOrder(parties);
    await read(supplier, `/v1/trade-orders/${draft}/timeline`);
    for (const ask of [stranger.get(`/v1/purchases/${orderNo}/timeline`), buyer.get(`/v1/purchases/${draft}/timeline`), buyer.get('/v1/purchases/1/timeline')]) {
      expect(await ask).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    for (const ask of [supplier.get(`/v1/purchases/${orderNo}/timeline`), buyer.get(`/v1/trade-orders/${orderNo}/timeline`)]) expect((await ask).status).toBe(403);
  });
});

interface Audited {
  readonly event: string;
  readonly actor: string;
  readonly stream: string;
  readonly origin?: object;
  readonly reason?: string | null;
  readonly changes: readonly object[];
}

describe('the audit log of trade', () => {
  it('TA-R14 tells the supplier who did what to an order and why, with before and after, and others nothing', async () => {
    const orderNo = await submittedOrder(parties, { protection: 'NONE' });
    succeeded(await supplier.post(`/v1/trade-orders/${orderNo}/cancel`, { reason: 'mistake' }, { 'x-reason': 'wrong%20price' }));
    const { items } = await read<Audited>(supplier, `/v1/trade-orders/${orderNo}/audit`);
    expect(items.map(({ event }) => event)).toEqual(['TradeOrderCancelled', 'TradeOrderSubmitted', 'BuyerMatched', 'TradeOrderDrafted']);
    expect(items[0]).toMatchObject({ actor: expect.stringMatching(/^apiKey:/) as unknown, command: 'CancelTradeOrder', reason: 'wrong price', origin: { via: 'http' }, changes: [{ field: 'status', before: 'AWAITING_BUYER', after: 'CANCELLED' }] });
    expect((await rival.get(`/v1/trade-orders/${orderNo}/audit`)).status).toBe(404);
    expect((await buyer.get(`/v1/trade-orders/${orderNo}/audit`)).status).toBe(403);
  });

  it('TA-R14 tells the buyer from the submission on, without where it came from and why', async () => {
    const orderNo = await submittedOrder(parties, { protection: 'NONE' });
    succeeded(await buyer.post(`/v1/trade-orders/${orderNo}/confirm`));
    const { items, total } = await read<Audited>(buyer, `/v1/purchases/${orderNo}/audit`);
    expect([total, items.map(({ event, actor }) => [event, actor.split(':')[0]])]).toEqual([2, [['TradeOrderConfirmed', 'user'], ['TradeOrderSubmitted', 'apiKey']]]);
    for (const field of ['origin', 'reason', 'correlationId', 'commandId', 'buyer']) expect(items[1]).not.toHaveProperty(field);
    expect((await stranger.get(`/v1/purchases/${orderNo}/audit`)).status).toBe(404);
    expect((await supplier.get(`/v1/purchases/${orderNo}/audit`)).status).toBe(403);
  });

  it('TA-R11 TA-R1 covers credit lines and services too, searched by what, who and when', async () => {
    const orderNo = await submittedOrder(parties);
    const [first] = (await read<Audited>(supplier, '/v1/trade-audit-log?about=credit-line&event=CreditReserved&limit=1')).items;
    expect(first).toMatchObject({ stream: 'creditLine-acme', facts: { orderNo, amount: '1000' } });
    expect((await read<Audited>(supplier, '/v1/trade-audit-log?about=assurance-service')).items.map(({ event }) => event)).toEqual(['AssuranceServiceOpened', 'ShopRecorded']);
    expect((await read<Audited>(rival, '/v1/trade-audit-log')).items.map(({ stream }) => stream)).toEqual(expect.not.arrayContaining(['creditLine-acme']));
    expect((await read<Audited>(ops, `/v1/trade-audit-log?orderNo=${orderNo}`)).total).toBe(3);
    expect((await read<Audited>(ops, `/v1/trade-audit-log?orderNo=${orderNo}&about=credit-line`)).total).toBe(0);
    expect((await read<Audited>(ops, '/v1/trade-audit-log?to=2022-01-01T00:00:00Z')).total).toBe(0);
    expect(await supplier.get('/v1/trade-audit-log?about=everything')).toMatchObject({ status: 422, body: { errors: [{ field: 'about' }] } });
    expect((await buyer.get('/v1/trade-audit-log')).status).toBe(403);
  });
});

describe('a contract that the buyer uploads', () => {
  const upload = (path: string, content: string): Promise<Answer> => {
    const form = new FormData();
    form.append('file', new Blob([content]), 'contract.pdf');
    return buyer.post(`${path}/contracts`, form);
  };

  /** Copies of contracts in the document store. */
  const copies = async (): Promise<number> => {
    const client = mongoClient({ url: system.mongo.connectionString, appName: 'test' });
    try {
      return await client.db('portolan').collection('trade-contracts.files').countDocuments();
    } finally {
      await client.close();
    }
  };

  it('TA-R5 is attached, noted as the buyer’s, and read back by both', async () => {
    const orderNo = await submittedOrder(parties, { protection: 'NONE' });
    const contract = minimalPdf('Ten table lamps, USD 1000 in all');
    expect(succeeded(await upload(`/v1/trade-orders/${orderNo}`, contract))['events']).toEqual(['ContractAttached']);
    const page = succeeded(await buyer.get(`/v1/purchases/${orderNo}`, { 'x-min-position': String(await log.lastPosition()) })) as unknown as { contracts: { side: string; file: { fileId: string } }[] };
    expect(page.contracts).toMatchObject([{ side: 'BUYER', file: { name: 'contract.pdf' } }]);
    for (const caller of [buyer, supplier]) expect(await (await caller.raw('GET', `/v1/trade-orders/${orderNo}/contracts/${page.contracts[0]!.file.fileId}`)).text()).toBe(contract);
    expect((await stranger.raw('GET', `/v1/trade-orders/${orderNo}/contracts/${page.contracts[0]!.file.fileId}`)).status).toBe(404);
    expect((await read<Entry>(buyer, `/v1/purchases/${orderNo}/timeline`)).items.map(({ text }) => text.en)).toContain('the buyer attached a contract');
  });

  it('TA-R6 with a collection account, or TA-R5 for an order that has not come to the buyer, is refused, and nothing is written or kept', async () => {
    const [orderNo, draft] = [await submittedOrder(parties, { protection: 'NONE' }), await draftedOrder(parties)];
    const before = [await log.lastPosition(), await copies()];
    expect(await upload(`/v1/trade-orders/${orderNo}`, minimalPdf('Pay to Account No. 6222 0213 0400 1234 567'))).toMatchObject({ status: 422, body: { rule: 'TA-R6', code: 'contract-names-account', errors: [{ field: 'file' }] } });
    expect((await upload(`/v1/trade-orders/${draft}`, minimalPdf('Ten lamps'))).status).toBe(404);
    expect([await log.lastPosition(), await copies()]).toEqual(before);
  });
});

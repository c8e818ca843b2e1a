import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '#event-sourcing';
import { CONTENT, LocalSystem, PLEDGE, type Caller } from './local-system.js';

let system: LocalSystem;
let exporter: Caller;
let reviewer: Caller;

beforeAll(async () => {
  system = await LocalSystem.start();
  exporter = await system.exporter('acme');
  reviewer = await system.caller(['reviewer']);
});

afterAll(() => system.close());

const draft = async (content: object = CONTENT, by = exporter): Promise<string> => (await by.post('/v1/customs-orders', content)).body['orderNo'] as string;

describe('a command over HTTP', () => {
  it('9710-R12 9710-C17 is preceded by the pledge texts that sending accepts', async () => {
    const { status, body } = await exporter.get('/v1/pledge-texts');
    expect(status).toBe(200);
    for (const { version, text } of body['items'] as { version: string; text: { zh: string } }[]) {
      expect(text.zh).toContain('完全一致');
      expect((await exporter.post(`/v1/customs-orders/${await draft()}/send`, { pledge: { accepted: true, textVersion: version } })).status).toBe(200);
    }
  });

  it('9710-R13 9710-R49 begins a draft with a number and answers where it is', async () => {
    const { status, headers, body } = await exporter.post('/v1/customs-orders', {});
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/customs-orders/${body['orderNo'] as string}`);
    expect(headers.get('etag')).toBe('"0"');
    expect(Number(headers.get('portolan-position'))).toBe(body['position']);
    expect(body).toMatchObject({ revision: 0, events: ['OrderDrafted'], draftNo: (body['orderNo'] as string).replace('-', '').slice(1) });
  });

  it('sent twice under one key is done once and answered alike, also when both arrive together', async () => {
    const send = () => exporter.post('/v1/customs-orders', CONTENT, { 'idempotency-key': 'once' });
    const [one, two] = await Promise.all([send(), send()]);
    const three = await send();
    expect(new Set([one, two, three].map(({ body }) => body['orderNo'])).size).toBe(1);
    expect(three).toMatchObject({ status: 201, body: one.body });
    expect([one, two].filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
  });

  it('is refused under a key that was used for another body', async () => {
    await exporter.post('/v1/customs-orders', CONTENT, { 'idempotency-key': 'other-body' });
    const { status, body } = await exporter.post('/v1/customs-orders', { currency: 'AUD' }, { 'idempotency-key': 'other-body' });
    expect({ status, code: body['code'] }).toEqual({ status: 422, code: 'idempotency-key-reused' });
  });

  it('changes nothing that its sender has not seen', async () => {
    const orderNo = await draft();
    const saved = await exporter.put(`/v1/customs-orders/${orderNo}/draft`, { ...CONTENT, currency: 'AUD' }, { 'if-match': '"0"' });
    expect(saved).toMatchObject({ status: 200, body: { revision: 1, events: ['DraftSaved'] } });
    const late = await exporter.put(`/v1/customs-orders/${orderNo}/draft`, CONTENT, { 'if-match': '"0"' });
    expect(late).toMatchObject({ status: 412, body: { code: 'revision-conflict', actualRevision: 1 } });
  });

  it('9710-R11 replaces the lines by what was pasted from a spreadsheet, as text or in JSON', async () => {
    const orderNo = await draft();
    const pasted = '荔枝\t100\t007\t100\t10000\r\n桂圆\t2\t007\t1.5\t3';
    const byText = await exporter.put(`/v1/customs-orders/${orderNo}/lines`, pasted, { 'content-type': 'text/tab-separated-values; charset=utf-8' });
    expect(byText).toMatchObject({ status: 200, body: { events: ['LinesReplaced'] } });
    const byJson = await exporter.put(`/v1/customs-orders/${orderNo}/lines`, { text: pasted });
    expect(byJson.status).toBe(200);
    const [, first, second] = await system.api.nest.get(EventLog).readStream(`customsOrder-${orderNo}`);
    expect(first?.data).toMatchObject({ lines: [{ seq: 1, name: '荔枝' }, { seq: 2, name: '桂圆', total: '3' }], totals: { qty: '102', amount: '10003' } });
    expect(second?.data).toEqual(first?.data);
  });

  it('9710-R57 copies an order to a draft of its own', async () => {
    const orderNo = await draft();
    const { status, body, headers } = await exporter.post(`/v1/customs-orders/${orderNo}/copy`);
    expect({ status, location: headers.get('location') }).toEqual({ status: 201, location: `/v1/customs-orders/${body['orderNo'] as string}` });
    expect(body['orderNo']).not.toBe(orderNo);
  });

  it('9710-R35 deletes a draft', async () => {
    const orderNo = await draft();
    expect(await exporter.delete(`/v1/customs-orders/${orderNo}/draft`)).toMatchObject({ status: 200, body: { events: ['DraftDeleted'] } });
    expect(await exporter.post(`/v1/customs-orders/${orderNo}/send`, PLEDGE)).toMatchObject({ status: 409 });
  });

  it('9710-R17 is open to the role that it is for', async () => {
    const orderNo = await draft();
    expect(await exporter.post(`/v1/customs-orders/${orderNo}/send`, PLEDGE)).toMatchObject({ status: 200, body: { events: ['OrderSubmitted'] } });
    expect(await exporter.post(`/v1/customs-orders/${orderNo}/approve`)).toMatchObject({ status: 403 });
    expect(await reviewer.post(`/v1/customs-orders/${orderNo}/confirmation-request`, { question: '单价是否含税？' })).toMatchObject({ status: 200 });
    expect(await exporter.post(`/v1/customs-orders/${orderNo}/confirmation-answer`, { answer: '不含税' })).toMatchObject({ status: 200 });
    expect(await reviewer.post(`/v1/customs-orders/${orderNo}/approve`)).toMatchObject({ status: 200, body: { events: ['OrderApproved'] } });
  });

  it('9710-R22 9710-R23 returns an order with a reason, to be modified or cancelled', async () => {
    const orderNo = await draft();
    await exporter.post(`/v1/customs-orders/${orderNo}/send`, PLEDGE);
    expect(await reviewer.post(`/v1/customs-orders/${orderNo}/return`, {})).toMatchObject({ status: 422, body: { errors: [{ field: 'reason', rule: '9710-R22' }] } });
    expect(await reviewer.post(`/v1/customs-orders/${orderNo}/return`, { reason: '请核对单价' })).toMatchObject({ status: 200 });
    expect(await exporter.put(`/v1/customs-orders/${orderNo}/modification`, CONTENT)).toMatchObject({ status: 200, body: { events: ['OrderModified'] } });
    expect(await exporter.post(`/v1/customs-orders/${orderNo}/cancel`, {})).toMatchObject({ status: 200, body: { events: ['OrderCancelled'] } });
  });

  it('9710-R5 9710-C16 finds customs profiles kept by operations only', async () => {
    const ops = await system.caller(['ops']);
    const { companyName, ...rest } = { companyName: '另一公司', ebcCode: '4403169D3W', uscc: '91330100799655058B', channel: 'FoshanEport', service9710Active: true, eportDataAuthorised: false };
    expect(await exporter.post('/v1/customs-profiles/acme', { companyName, ...rest })).toMatchObject({ status: 403 });
    expect(await ops.post('/v1/customs-profiles/other', { companyName, ...rest })).toMatchObject({ status: 201, body: { companyId: 'other', events: ['CustomsProfileRegistered'] } });
    expect(await ops.put('/v1/customs-profiles/other', { companyName, ...rest })).toMatchObject({ status: 200, body: { events: ['CustomsProfileChanged'] } });
  });

  it('costs one append and no read once its order is known', async () => {
    const orderNo = await draft();
    const { calls } = system.api.nest.get(EventLog);
    const before = { ...calls };
    await exporter.put(`/v1/customs-orders/${orderNo}/draft`, CONTENT);
    expect({ appends: calls.appends - before.appends, reads: calls.reads - before.reads }).toEqual({ appends: 1, reads: 0 });
  });
});

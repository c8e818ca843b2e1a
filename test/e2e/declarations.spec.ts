import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Db } from 'mongodb';
import { SAMPLES } from '../../libs/platform/src/uploads/samples.fixture.js';
import { EventLog } from '#event-sourcing';
import { eventually } from '../support/eventually.js';
import { CONTENT, LocalSystem, PLEDGE, PROFILE, type Caller } from './local-system.js';
import { ceb304, messageNames } from './receipt-messages.js';

const LIMIT_BYTES = 100_000;

let system: LocalSystem;
let exporter: Caller;
let reviewer: Caller;
let customs: Caller;

beforeAll(async () => {
  system = await LocalSystem.start({ PORTOLAN_UPLOAD_LIMIT: String(LIMIT_BYTES) });
  await system.startWorker();
  exporter = await system.exporter('acme');
  reviewer = await system.caller(['reviewer']);
  customs = await system.caller(['customs-gateway']);
});

afterAll(() => system.close());

/** An order that customs has taken. */
const sentOrder = async (): Promise<string> => {
  const orderNo = (await exporter.post('/v1/customs-orders', CONTENT)).body['orderNo'] as string;
  await exporter.post(`/v1/customs-orders/${orderNo}/send`, PLEDGE);
  await reviewer.post(`/v1/customs-orders/${orderNo}/approve`);
  await eventually('the message to customs', () => Promise.resolve(system.port.messages.some((message) => messageNames(message, orderNo))));
  await customs.post('/v1/customs-receipts', ceb304(orderNo, '120'), XML);
  return orderNo;
};

const XML = { 'content-type': 'application/xml' };

const form = (orderNo: string, file: Buffer | undefined, { name = 'declaration.pdf', ...changes }: Record<string, string> = {}): FormData => {
  const stated = { declarationNo: '220020260123456789', orderNo, supervisionMode: '9710', companyName: PROFILE.companyName, amount: '10000', currency: 'USD', ...changes };
  const data = new FormData();
  for (const [field, value] of Object.entries(stated)) if (value !== '') data.append(field, value);
  if (file) data.append('file', new Blob([new Uint8Array(file)], { type: 'application/pdf' }), name);
  return data;
};

const stored = async (): Promise<{ files: number; chunks: number; pending: number }> => {
  const db = system.api.nest.get(Db);
  const count = (collection: string) => db.collection(collection).countDocuments();
  return { files: await count('declarations.files'), chunks: await count('declarations.chunks'), pending: await count('declarations.pending') };
};

describe('a declaration', () => {
  it('9710-R25 9710-R26 is uploaded, verified, and finishes the service', async () => {
    const orderNo = await sentOrder();
    const uploaded = await exporter.post(`/v1/customs-orders/${orderNo}/declaration`, form(orderNo, SAMPLES.pdf, { name: '../报关单\u202Efdp.pdf' }));
    expect(uploaded).toMatchObject({ status: 200, body: { events: ['DeclarationUploaded'] } });
    const [event] = (await system.api.nest.get(EventLog).readStream(`customsOrder-${orderNo}`)).filter(({ type }) => type === 'DeclarationUploaded');
    expect(event?.data).toMatchObject({
      file: { name: '报关单fdp.pdf', contentType: 'application/pdf', bytes: SAMPLES.pdf.length, sha256: createHash('sha256').update(SAMPLES.pdf).digest('hex') },
    });
    const verified = await reviewer.post(`/v1/customs-orders/${orderNo}/declaration/verification`, {});
    expect(verified).toMatchObject({ status: 200, body: { events: ['DeclarationVerified', 'ServiceCompleted'] } });
    expect(await exporter.post(`/v1/customs-orders/${orderNo}/declaration`, form(orderNo, SAMPLES.pdf))).toMatchObject({ status: 409, body: { rule: '9710-R26' } });
  });

  it('is downloaded by those who may see the order, as an attachment', async () => {
    const orderNo = await sentOrder();
    const path = `/v1/customs-orders/${orderNo}/declaration/file`;
    expect((await exporter.get(path)).status).toBe(404);
    await exporter.post(`/v1/customs-orders/${orderNo}/declaration`, form(orderNo, SAMPLES.png, { name: 'a.png' }));
    const answer = await reviewer.raw('GET', path);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(SAMPLES.png);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `attachment; filename="a.png"; filename*=UTF-8''a.png`,
      'x-content-type-options': 'nosniff',
      'content-length': String(SAMPLES.png.length),
    });
    expect((await (await system.exporter('stranger')).get(path)).status).toBe(404);
  });

  it('sent twice under one key is one declaration and one file', async () => {
    const orderNo = await sentOrder();
    const before = await stored();
    const send = () => exporter.post(`/v1/customs-orders/${orderNo}/declaration`, form(orderNo, SAMPLES.jpeg), { 'idempotency-key': `upload-${orderNo}` });
    const first = await send();
    const second = await send();
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(await stored()).toEqual({ files: before.files + 1, chunks: before.chunks + 1, pending: 0 });
    const other = await exporter.post(`/v1/customs-orders/${orderNo}/declaration`, form(orderNo, SAMPLES.pdf), { 'idempotency-key': `upload-${orderNo}` });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(await stored()).toEqual({ files: before.files + 1, chunks: before.chunks + 1, pending: 0 });
  });

  describe('that is refused leaves nothing behind', () => {
    let orderNo: string;

    beforeAll(async () => {
      orderNo = await sentOrder();
    });

    it.each([
      ['9710-R25 a PDF that is a renamed EXE', () => form(orderNo, SAMPLES.exe), 422, 'file-kind'],
      ['9710-R25 a PDF cut off', () => form(orderNo, SAMPLES.pdf.subarray(0, 30)), 422, 'file-damaged'],
      ['9710-R25 XML with an entity bomb', () => form(orderNo, SAMPLES.entityBomb, { name: 'a.xml' }), 422, 'file-damaged'],
      ['9710-R25 no file', () => form(orderNo, undefined), 422, 'required'],
      ['9710-R25 an empty file', () => form(orderNo, Buffer.alloc(0)), 422, 'required'],
      ['a file larger than the limit', () => form(orderNo, Buffer.concat([SAMPLES.pdf, Buffer.alloc(LIMIT_BYTES), SAMPLES.pdf])), 413, 'body-too-large'],
      ['9710-R25 a missing field', () => form(orderNo, SAMPLES.pdf, { declarationNo: '' }), 422, 'invalid-input'],
      ['an unknown field', () => form(orderNo, SAMPLES.pdf, { channel: 'mine' }), 422, 'invalid-input'],
      ['9710-R25 a number of an import declaration', () => form(orderNo, SAMPLES.pdf, { declarationNo: '220020261123456789' }), 422, 'invalid'],
    ])('%s', async (_, body, status, code) => {
      const before = await stored();
      expect(await exporter.post(`/v1/customs-orders/${orderNo}/declaration`, body())).toMatchObject({ status, body: { code } });
      expect(await stored()).toEqual(before);
    });

    it("somebody else's order", async () => {
      const before = await stored();
      const stranger = await system.exporter('stranger-2');
      expect((await stranger.post(`/v1/customs-orders/${orderNo}/declaration`, form(orderNo, SAMPLES.pdf))).status).toBe(404);
      expect(await stored()).toEqual(before);
    });

    it('9710-R55 an order that customs has not taken yet', async () => {
      const before = await stored();
      const draft = (await exporter.post('/v1/customs-orders', CONTENT)).body['orderNo'] as string;
      expect(await exporter.post(`/v1/customs-orders/${draft}/declaration`, form(draft, SAMPLES.pdf))).toMatchObject({ status: 409, body: { rule: '9710-R55' } });
      expect(await stored()).toEqual(before);
    });

    it('JSON instead of a form', async () => {
      expect(await exporter.post(`/v1/customs-orders/${orderNo}/declaration`, { declarationNo: '1' })).toMatchObject({ status: 415 });
    });
  });
});

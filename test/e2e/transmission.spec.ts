import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventLog, type Recorded } from '#event-sourcing';
import { eventually } from '../support/eventually.js';
import { CONTENT, LocalSystem, PLEDGE, type Caller } from './local-system.js';
import { businessMessageOf, ceb304, ceb900, messageNames } from './receipt-messages.js';

const XML = { 'content-type': 'application/xml' };

let system: LocalSystem;
let exporter: Caller;
let reviewer: Caller;
let customs: Caller;
let ops: Caller;

beforeAll(async () => {
  system = await LocalSystem.start();
  await system.startWorker();
  exporter = await system.exporter('acme');
  reviewer = await system.caller(['reviewer']);
  customs = await system.caller(['customs-gateway']);
  ops = await system.caller(['ops']);
});

afterAll(() => system.close());

const facts = (orderNo: string): Promise<Recorded[]> => system.api.nest.get(EventLog).readStream(`customsOrder-${orderNo}`);
const has = async (orderNo: string, type: string): Promise<Recorded | undefined> => (await facts(orderNo)).find((fact) => fact.type === type);
const approved = async (by = exporter): Promise<string> => {
  const orderNo = (await by.post('/v1/customs-orders', CONTENT)).body['orderNo'] as string;
  await by.post(`/v1/customs-orders/${orderNo}/send`, PLEDGE);
  await reviewer.post(`/v1/customs-orders/${orderNo}/approve`);
  return orderNo;
};
const messageFor = (orderNo: string): Promise<string> =>
  eventually('the message to customs', () => Promise.resolve(system.port.messages.findLast((message) => messageNames(message, orderNo))));
const receipt = (message: string) => customs.post('/v1/customs-receipts', message, XML);

describe('a transmission', () => {
  it('9710-R17 starts by itself after approval, with the message that the event describes', async () => {
    const orderNo = await approved();
    const message = await messageFor(orderNo);
    const dispatched = await eventually('the dispatch', () => has(orderNo, 'TransmissionDispatched'));
    const requested = (await has(orderNo, 'TransmissionRequested'))?.data as Record<string, string>;
    expect(message).toContain(`<dxp:CopMsgId>${requested['copMsgId']}</dxp:CopMsgId>`);
    expect(businessMessageOf(message)).toContain(`guid="${requested['messageGuid']}"`);
    expect(businessMessageOf(message)).toContain('<ceb:orderType>B</ceb:orderType>');
    expect(dispatched.metadata).toMatchObject({ actor: 'system:customs-transmission', companyId: 'acme', origin: { via: 'effect' } });
  });

  it('9710-R15 9710-R16 9710-C3 succeeds by the receipt of customs; the same one again is recorded and changes nothing', async () => {
    const orderNo = await approved();
    await messageFor(orderNo);
    const message = ceb304(orderNo, '120', { returnInfo: '新增申报成功' });
    expect(await receipt(message)).toMatchObject({ status: 202, body: { receipts: [{ orderNo, outcome: 'recorded', events: ['ReceiptRecorded', 'CustomsOrderSent'] }] } });
    expect(await receipt(message)).toMatchObject({ status: 202, body: { receipts: [{ orderNo, events: ['ReceiptRecorded'] }] } });
    expect((await facts(orderNo)).filter(({ type }) => type === 'CustomsOrderSent')).toHaveLength(1);
    expect((await facts(orderNo)).at(-1)?.data).toMatchObject({ effect: 'repeated' });
  });

  it('sets a receipt aside that names the order of another enterprise', async () => {
    const orderNo = await approved();
    await messageFor(orderNo);
    const message = ceb304(orderNo, '120').replace('123456789X', '123456789Q');
    expect(await receipt(message)).toMatchObject({ status: 202, body: { receipts: [{ outcome: 'unmatched' }] } });
    expect(await has(orderNo, 'ReceiptRecorded')).toBeUndefined();
  });

  it('delivers a receipt once if the delivery is tried again under its key', async () => {
    const orderNo = await approved();
    await messageFor(orderNo);
    const message = ceb304(orderNo, '3');
    const deliver = () => customs.post('/v1/customs-receipts', message, { ...XML, 'idempotency-key': `delivery-${orderNo}` });
    const first = await deliver();
    expect((await deliver()).body).toEqual(first.body);
    expect((await facts(orderNo)).filter(({ type }) => type === 'ReceiptRecorded')).toHaveLength(1);
  });

  it('9710-R18 9710-R20 fails with the reason of customs and is sent again ten minutes after the last time, not a second before', async () => {
    const orderNo = await approved();
    await messageFor(orderNo);
    await eventually('the dispatch', () => has(orderNo, 'TransmissionDispatched'));
    expect(await receipt(ceb304(orderNo, '-301013', { returnInfo: '系统异常' }))).toMatchObject({ body: { receipts: [{ events: ['ReceiptRecorded', 'SendFailed'] }] } });
    const early = await exporter.post(`/v1/customs-orders/${orderNo}/resend`);
    expect(early).toMatchObject({ status: 429, body: { rule: '9710-R20' } });
    const secondsLeft = Number(early.headers.get('retry-after'));
    expect(secondsLeft).toBeGreaterThan(590);
    expect(secondsLeft).toBeLessThanOrEqual(600);
    expect(await ops.post('/v1/ops/clock/advance', { seconds: secondsLeft })).toMatchObject({ status: 200 });
    const sent = system.port.messages.length;
    expect(await exporter.post(`/v1/customs-orders/${orderNo}/resend`)).toMatchObject({ status: 200, body: { events: ['TransmissionRequested'] } });
    await eventually('the second message', () => Promise.resolve(system.port.messages.slice(sent).some((message) => messageNames(message, orderNo))));
  });

  it('9710-R18 fails with what the format check of customs says of the message', async () => {
    const orderNo = await approved();
    await messageFor(orderNo);
    const { copMsgId } = (await has(orderNo, 'TransmissionRequested'))?.data as Record<string, string>;
    expect(await receipt(ceb900(copMsgId ?? ''))).toMatchObject({ status: 202, body: { receipts: [{ orderNo, events: ['ReceiptRecorded', 'SendFailed'] }] } });
  });

  it('9710-R18 fails when the channel refuses the message', async () => {
    system.port.status = 400;
    try {
      const orderNo = await approved();
      expect((await eventually('the failure', () => has(orderNo, 'SendFailed'))).data).toMatchObject({ source: 'channel', attempt: 1 });
    } finally {
      system.port.status = 202;
    }
  });

  it('9710-R21 that takes more than an hour opens one support case by itself', async () => {
    const orderNo = await approved();
    await eventually('the dispatch', () => has(orderNo, 'TransmissionDispatched'));
    await eventually('the deadline', async () => (await system.api.nest.get(EventLog).readStream(`deadline-${orderNo}/stuck/1`)).length > 0);
    await ops.post('/v1/ops/clock/advance', { seconds: 3601 });
    expect((await eventually('the support case', () => has(orderNo, 'SupportCaseOpened'))).data).toMatchObject({ openedBy: 'deadline' });
    expect(await exporter.post(`/v1/customs-orders/${orderNo}/support-case`)).toMatchObject({ status: 200, body: { events: [] } });
    expect((await facts(orderNo)).filter(({ type }) => type === 'SupportCaseOpened')).toHaveLength(1);
  });

  it('goes by files where the channel exchanges files, both ways', async () => {
    const byFiles = await system.exporter('filed', 'FoshanEport');
    const orderNo = await approved(byFiles);
    const outbox = join(system.directory, 'outbox');
    const inbox = join(system.directory, 'inbox');
    const [name = ''] = await eventually('the file', async () => ((files) => files.length > 0 && files)((await readdir(outbox)).filter((file) => file.endsWith('.xml'))));
    expect(messageNames(await readFile(join(outbox, name), 'utf8'), orderNo)).toBe(true);
    await mkdir(inbox, { recursive: true });
    await writeFile(join(inbox, 'receipt.tmp'), ceb304(orderNo, '120'));
    await rename(join(inbox, 'receipt.tmp'), join(inbox, 'receipt.xml'));
    const sent = await eventually('the success', () => has(orderNo, 'CustomsOrderSent'));
    expect(sent.metadata).toMatchObject({ actor: 'system:file-drop', origin: { via: 'file-drop' }, companyId: 'filed' });
    await eventually('the filed receipt', async () => (await readdir(join(inbox, 'processed'))).includes('receipt.xml'));
  });
});

describe('a receipt', () => {
  it('for an order that nobody knows is kept for operations, once', async () => {
    const message = ceb304('199999-99999', '120');
    for (let delivery = 1; delivery <= 2; delivery += 1) {
      expect(await receipt(message)).toMatchObject({ status: 202, body: { receipts: [{ outcome: 'unmatched' }] } });
    }
    const list = await eventually('the row', async () => {
      const { body } = await ops.get('/v1/unmatched-receipts');
      const rows = (body['items'] as Record<string, unknown>[]).filter(({ orderNo }) => orderNo === '199999-99999');
      return rows.length > 0 && rows;
    });
    expect(list).toEqual([expect.objectContaining({ reason: 'unknown-order', messageType: 'CEB304', returnStatus: '120' })]);
    expect((await exporter.get('/v1/unmatched-receipts')).status).toBe(403);
  });

  it('for a message that was never sent is kept for operations', async () => {
    const orderNo = (await exporter.post('/v1/customs-orders', CONTENT)).body['orderNo'] as string;
    expect(await receipt(ceb304(orderNo, '120'))).toMatchObject({ status: 202, body: { receipts: [{ outcome: 'unmatched' }] } });
    expect(await facts(orderNo)).toHaveLength(1);
  });

  it.each([
    ['malformed XML', '<a><b></a>', 'unreadable-malformed'],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>', 'unreadable-doctype'],
    ['another message', '<?xml version="1.0"?><CEB303Message/>', 'unreadable-unknown-message'],
    ['a status that is no number', ceb304('199999-99999', 'ok'), 'unreadable-invalid-field'],
  ])('that cannot be read (%s) is refused', async (_, message, code) => {
    expect(await receipt(message)).toMatchObject({ status: 422, body: { code, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  it('comes from the gateway only, as XML, and not larger than a megabyte', async () => {
    expect((await exporter.post('/v1/customs-receipts', ceb304('199999-99999', '120'), XML)).status).toBe(403);
    expect((await customs.post('/v1/customs-receipts', { a: 1 })).status).toBe(415);
    expect((await receipt(`<a>${'x'.repeat(1_100_000)}</a>`)).status).toBe(413);
  });
});

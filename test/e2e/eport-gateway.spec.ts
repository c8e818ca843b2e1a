import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startReceiver, startSimulator } from '../../apps/eport/src/eport.fixture.js';
import {
  ceb303Message,
  CustomsGateway,
  Inbox,
  outcomeOf,
  readChannels,
  readReceipts,
  type Ceb303Order,
  type CustomsReceipt,
  type ReceiptOutcome,
} from '../../libs/customs/src/gateway/index.js';

const never = new AbortController().signal;
const node = { dxpId: 'DXPTEST000000001', copCode: '123456789X', copName: '测试出口公司' };

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let eport: Awaited<ReturnType<typeof startSimulator>>;
let directory: string;
let gateway: CustomsGateway;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-e2e-'));
  const drop = { outbox: join(directory, 'out'), inbox: join(directory, 'in') };
  receiver = await startReceiver();
  eport = await startSimulator({ EPORT_RECEIPT_URL: receiver.url, EPORT_OUTBOX: drop.outbox, EPORT_INBOX: drop.inbox });
  const channels = [
    { code: 'SiChuanEport', name: { zh: '四川电子口岸', en: 'Sichuan e-port' }, ...node, transport: { kind: 'http', url: `${eport.url}/messages` } },
    { code: 'FoshanEport', name: { zh: '佛山电子口岸', en: 'Foshan e-port' }, ...node, transport: { kind: 'file-drop', ...drop } },
  ];
  gateway = new CustomsGateway(readChannels(channels), { initialDelayMs: 5, maxDelayMs: 20 });
});

afterEach(async () => {
  await eport.close();
  await receiver.close();
  await rm(directory, { recursive: true, force: true });
});

const order = (changes: Partial<Ceb303Order> = {}): Ceb303Order => ({
  messageGuid: randomUUID(),
  orderGuid: randomUUID(),
  appType: 1,
  appTime: new Date(),
  orderNo: '185002-46889',
  ebpCode: '3301960000',
  ebpName: '测试平台',
  ebcCode: '123456789X',
  ebcName: '测试出口公司 & <伙伴>',
  currency: 'AUD',
  goodsValue: '10002.00001',
  freight: '12.5',
  insurance: '0.00001',
  lines: [
    { seq: 1, name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '10000' },
    { seq: 2, itemNo: 'SKU-2', name: '𠮷 "茶"', qty: '1.00000', unit: '035', unitPrice: '2.00001', total: '2.00001' },
  ],
  ...changes,
});

/** Sends over HTTP and gives the receipts of this message, up to the one that decides. */
const answerTo = async (changes: Partial<Ceb303Order> = {}): Promise<readonly CustomsReceipt[]> => {
  const before = receiver.receipts.length;
  const receipts = () => receiver.receipts.slice(before).flatMap(({ raw }) => readReceipts(raw));
  await gateway.send('SiChuanEport', ceb303Message(order(changes), node), never);
  await eventually(() => receipts().some((receipt) => receipt.returnStatus === '120' || outcomeOf(receipt) === 'failed'));
  return receipts();
};
const outcomes = (receipts: readonly CustomsReceipt[]): readonly ReceiptOutcome[] => receipts.map((receipt) => outcomeOf(receipt));

describe('gateway and e-port', () => {
  it('CEB303 as written is what customs accepts, and its receipts are understood', async () => {
    const appTime = new Date(Date.now() + 86_400_000);
    const receipts = await answerTo({ appTime });
    expect(outcomes(receipts)).toEqual(['processing', 'processing', 'succeeded', 'succeeded']);
    expect(receipts[0]).toMatchObject({ kind: 'order', orderNo: '185002-46889', ebpCode: '3301960000', ebcCode: '123456789X' });
    expect(receipts.every(({ returnTime }) => returnTime !== undefined && returnTime.getTime() >= Math.floor(appTime.getTime() / 1000) * 1000)).toBe(true);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(4);
  });

  it('9710-C9 an order is changed, deleted and made anew, and a second new one is refused', async () => {
    expect(outcomes(await answerTo()).at(-1)).toBe('succeeded');
    expect(await answerTo()).toMatchObject([{ returnStatus: '-301010' }]);
    expect(outcomes(await answerTo({ appType: 2 })).at(-1)).toBe('succeeded');
    expect(outcomes(await answerTo({ appType: 3 })).at(-1)).toBe('succeeded');
    expect(outcomes(await answerTo()).at(-1)).toBe('succeeded');
  });

  it('CEB303 sent again in the same attempt is the same message, and its receipts are recognised as the same', async () => {
    const message = ceb303Message(order(), node);
    await gateway.send('SiChuanEport', message, never);
    await gateway.send('SiChuanEport', message, never);
    await eventually(() => receiver.receipts.length === 8);
    const ids = receiver.receipts.flatMap(({ raw }) => readReceipts(raw).map(({ id }) => id));
    expect(ids.slice(4)).toEqual(ids.slice(0, 4));
  });

  it('CEB900 names the message by its guid', async () => {
    await eport.behave('185002-46889', { mode: 'ceb900' });
    const messageGuid = randomUUID();
    expect(await answerTo({ messageGuid })).toMatchObject([{ kind: 'format-error', oriCopMsgId: messageGuid.toUpperCase(), oriMessageType: 'CEB303Message' }]);
  });

  it('a port that drops connections gets the message when it no longer does', async () => {
    await eport.behave('123456789X', { mode: 'refuse-connections', times: 3 });
    expect(outcomes(await answerTo()).at(-1)).toBe('succeeded');
  });

  it('9710-C8 the same order goes by a channel of files as by one of HTTP', async () => {
    const receipts: CustomsReceipt[] = [];
    const failures: unknown[] = [];
    const inbox = new Inbox({
      directory: join(directory, 'in'),
      onReceipt: (content) => Promise.resolve(void receipts.push(...readReceipts(content))),
      onFailure: (error) => failures.push(error),
      pollMs: 5,
    });
    inbox.start();
    try {
      await gateway.send('FoshanEport', ceb303Message(order(), node), never);
      await eventually(() => receipts.length === 4);
      expect(receipts.map(({ returnStatus }) => returnStatus)).toEqual(['1', '2', '3', '120']);
      expect(await eport.order('185002-46889')).toBe('held');
      expect(failures).toEqual([]);
    } finally {
      await inbox.stop();
    }
  });
});

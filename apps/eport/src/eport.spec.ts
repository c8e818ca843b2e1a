import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ceb303, enveloped, eventually, newGuid, RECEIPT_KEY, seen, startReceiver, startSimulator, type MessageChanges } from './eport.fixture.js';
import { readEportSettings } from './settings.js';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let eport: Awaited<ReturnType<typeof startSimulator>>;

beforeEach(async () => {
  receiver = await startReceiver();
  eport = await startSimulator({ EPORT_RECEIPT_URL: receiver.url });
});

afterEach(async () => {
  await eport.close();
  await receiver.close();
});

const statuses = () => receiver.receipts.map(({ status }) => status);
const received = (count: number) => eventually(() => receiver.receipts.length >= count);
/** Sends a message and gives the statuses of the answer to it alone, up to its last. */
const answerTo = async (changes: MessageChanges): Promise<readonly string[]> => {
  const before = receiver.receipts.length;
  expect((await eport.post(ceb303(changes))).status).toBe(202);
  const isLast = (status: string) => status.startsWith('-') || status === '120';
  await eventually(() => statuses().slice(before).some(isLast));
  return statuses().slice(before);
};

describe('messages customs accepts', () => {
  it('CEB303 is taken and answered by a chain of receipts, in order, with the key', async () => {
    expect(await answerTo({})).toEqual(['1', '2', '3', '120']);
    expect(receiver.receipts.map(({ message, about }) => `${message} ${about}`)).toEqual(Array(4).fill('CEB304Message 185002-46889'));
    expect(receiver.headers[0]).toMatchObject({ authorization: `Bearer ${RECEIPT_KEY}`, 'content-type': 'application/xml; charset=utf-8' });
    expect(await eport.order('185002-46889')).toBe('held');
  });

  it('DxpMsg is answered in an envelope, a bare message barely', async () => {
    await eport.post(enveloped(ceb303()));
    await received(4);
    expect(receiver.receipts.every((receipt) => receipt.enveloped)).toBe(true);
    await answerTo({ head: { orderNo: 'bare' } });
    expect(receiver.receipts.at(-1)).toMatchObject({ about: 'bare', enveloped: false });
  });

  it('CEB304 times rise along the chain and never lie before the message, whatever clock the sender has', async () => {
    await answerTo({ head: { appTime: '20990101000000' } });
    const times = receiver.receipts.map(({ time }) => time);
    expect(times.every((time) => /^20990101000000\d{3}$/.test(time))).toBe(true);
    expect(times).toEqual([...new Set(times)].sort());
  });

  it('CEB303 sent again under the same guid is no duplicate: the same receipts come again', async () => {
    const message = { guid: newGuid(), head: { guid: newGuid() } };
    await answerTo(message);
    await eport.post(ceb303({ ...message, guid: message.guid.toLowerCase() }));
    await received(8);
    expect(receiver.receipts.slice(4).map(({ raw }) => raw)).toEqual(receiver.receipts.slice(0, 4).map(({ raw }) => raw));
  });

  it('CEB303 with 100 lines is taken', async () => {
    expect(await answerTo({ lines: 100 })).toContain('120');
  });

  it('CEB303 that is only stored (appStatus 1) goes no further than the e-port', async () => {
    await eport.post(ceb303({ head: { orderNo: 'stored', appStatus: '1' } }));
    await answerTo({ head: { orderNo: 'next' } });
    expect(receiver.receipts.filter(({ about }) => about === 'stored').map(({ status }) => status)).toEqual(['1']);
    expect(await eport.order('stored')).toBe(404);
  });
});

describe('what customs holds', () => {
  it('CEB303 refuses a second new order of the same number with -301010', async () => {
    await answerTo({});
    expect(await answerTo({})).toEqual(['-301010']);
  });

  it('9710-C9 takes a change and a deletion of an order it holds, and a new one after the deletion', async () => {
    await answerTo({});
    expect(await answerTo({ head: { appType: '2', ebcName: '新名称' } })).toContain('120');
    expect(receiver.receipts.find(({ info }) => info.startsWith('变更申报成功'))).toBeDefined();
    expect(await answerTo({ head: { appType: '3' } })).toContain('120');
    expect(await eport.order('185002-46889')).toBe('deleted');
    expect(await answerTo({ head: { appType: '2' } })).toEqual(['-301009']);
    expect(await answerTo({})).toContain('120');
  });

  it('9710-C9 refuses to change or delete what it does not hold with -301009', async () => {
    expect(await answerTo({ head: { appType: '2' } })).toEqual(['-301009']);
    expect(await answerTo({ head: { appType: '3' } })).toEqual(['-301009']);
  });

  it('9710-C9 refuses to change or delete what a declared list uses with -301011', async () => {
    await answerTo({});
    const marked = await fetch(`${eport.url}/orders/185002-46889/declared`, { method: 'POST' });
    expect([marked.status, await eport.order('185002-46889')]).toEqual([200, 'declared']);
    expect(await answerTo({ head: { appType: '2' } })).toEqual(['-301011']);
    expect(await answerTo({ head: { appType: '3' } })).toEqual(['-301011']);
    expect(await answerTo({})).toEqual(['-301010']);
  });

  it('answers 404 for an order customs never held', async () => {
    expect(await eport.order('nothing')).toBe(404);
    expect((await fetch(`${eport.url}/orders/nothing/declared`, { method: 'POST' })).status).toBe(404);
  });

  it('remembers orders, messages and behaviours over a restart', async () => {
    await answerTo({ guid: '0F8FAD5B-D9CB-469F-A165-70867728950E' });
    await eport.behave('K', { mode: 'silent' });
    await eport.restart();
    expect(await eport.order('185002-46889')).toBe('held');
    expect(await (await fetch(`${eport.url}/behaviours`)).json()).toEqual([{ key: 'K', behaviour: { mode: 'silent' } }]);
    expect(await answerTo({ guid: '0F8FAD5B-D9CB-469F-A165-70867728950E' })).toEqual(['1', '2', '3', '120']);
    expect(await answerTo({})).toEqual(['-301010']);
  });
});

describe('what customs objects to', () => {
  it.each<[string, MessageChanges, string]>([
    ['an unknown application type', { head: { appType: '9' } }, '-301009'],
    ['an unknown order type', { head: { orderType: 'Q' } }, '-301008'],
    ['an unknown status', { head: { appStatus: '7' } }, '-301008'],
    ['a lower-case guid', { head: { guid: newGuid().toLowerCase() } }, '-301008'],
    ['30 February', { head: { appTime: '20220230111649' } }, '-301008'],
    ['25 o’clock', { head: { appTime: '20220621251649' } }, '-301008'],
    ['an enterprise code in lower case', { head: { ebcCode: '123456789x' } }, '-10102'],
    ['a platform code that is none', { head: { ebpCode: 'X' } }, '-10102'],
    ['USD instead of 502', { head: { currency: 'USD' }, line: { currency: 'USD' } }, '-301008'],
    ['a line in another currency', { line: { currency: '142' } }, '-301008'],
    ['no lines', { lines: 0 }, '-301001'],
    ['a line number twice', { lines: 2, line: { gnum: '1' } }, '-301002'],
    ['line numbers that do not begin with 1', { line: { gnum: '2' } }, '-301008'],
    ['an unknown unit', { line: { unit: '999' } }, '-301008'],
    ['a quantity of nothing', { line: { qty: '0' } }, '-301008'],
    ['a negative price', { line: { price: '-1' } }, '-301008'],
    ['a sum that differs from the lines', { head: { goodsValue: '9999.99' } }, '-301008'],
  ])('CEB303 with %s is refused by a receipt', async (_, changes, code) => {
    expect(await answerTo(changes)).toEqual([code]);
    expect(await eport.order('185002-46889')).toBe(404);
  });

  it.each<[string, MessageChanges]>([
    ['without freight', { head: { freight: '-' } }],
    ['without itemNo', { line: { itemNo: '-' } }],
    ['with an empty order number', { head: { orderNo: '' } }],
    ['with 6 decimals', { head: { goodsValue: '10000.000001' } }],
    ['with 15 digits before the point', { line: { qty: '123456789012345' } }],
    ['with a name of 101 characters', { head: { ebcName: '名'.repeat(101) } }],
    ['with 101 lines', { lines: 101 }],
    ['with an element customs does not know', { head: { insurance: '1' } }],
    ['without exchange node', { transfer: { dxpId: '-' } }],
    ['without a guid', { guid: 'none' }],
  ])('CEB900 answers a message %s, naming it by its id', async (_, changes) => {
    await eport.post(enveloped(ceb303(changes), { copMsgId: 'COP-7' }));
    await received(1);
    expect(receiver.receipts[0]).toMatchObject({ message: 'CEB900Message', about: 'COP-7', status: '-0002' });
  });

  it('CEB900 answers a message with its elements out of order', async () => {
    const inOrder = ['<ceb:appType>1</ceb:appType>', '<ceb:appTime>20220621111649</ceb:appTime>'];
    await eport.post(enveloped(ceb303().replace(inOrder.join(''), inOrder.toReversed().join(''))));
    await received(1);
    expect(receiver.receipts[0]).toMatchObject({ status: '-0002', info: expect.stringContaining('OrderHead/appType: element out of order') });
  });

  it.each([
    ['for an unknown receiver', enveloped(ceb303(), { receiver: 'DXPNOWHERE' }), '-2001'],
    ['whose data is not base64', enveloped('', { data: '%%%' }), '-0002'],
    ['whose data is not XML', enveloped('<a>'), '-0001'],
    ['of another type', enveloped('<ceb:CEB603Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" guid="x" version="1.0"/>'), '-0001'],
  ])('CEB900 answers an envelope %s', async (_, message, status) => {
    expect((await eport.post(message)).status).toBe(202);
    await received(1);
    expect(receiver.receipts[0]).toMatchObject({ message: 'CEB900Message', about: 'COP-1', status });
  });

  it.each([
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY x "lol">]><a>&x;</a>', 'application/xml', 400],
    ['half a document', '<ceb:CEB303Message', 'application/xml', 400],
    ['nothing', '', 'application/xml', 400],
    ['JSON', '{}', 'application/json', 415],
    ['another type', 'x', 'text/csv', 415],
    ['33 MB', ' '.repeat(33 * 1024 * 1024), 'application/xml', 413],
  ])('refuses %s at the door', async (_, body, contentType, status) => {
    const response = await eport.post(body, contentType).then(
      ({ status: answered }) => answered,
      // A server that stops reading an oversized body may close before its answer is read.
      () => 413,
    );
    expect(response).toBe(status);
  });
});

describe('behaviours on demand', () => {
  it('rejects with the code and words it was given, and holds nothing', async () => {
    await eport.behave('123456789X', { mode: 'reject', code: '100', info: '海关退单: 企业未注册' });
    await eport.post(ceb303());
    await received(3);
    expect(receiver.receipts.at(-1)).toMatchObject({ status: '100', info: '海关退单: 企业未注册' });
    expect(statuses()).toEqual(['1', '2', '100']);
    expect(await eport.order('185002-46889')).toBe(404);
    await eport.behave('123456789X', { mode: 'reject', code: '-301013', info: '系统错误' });
    expect(await answerTo({})).toEqual(['-301013']);
  });

  it('stays silent as often as asked, then accepts', async () => {
    await eport.behave('123456789X', { mode: 'silent', times: 2 });
    await eport.post(ceb303({ head: { orderNo: 'one' } }));
    await eport.post(ceb303({ head: { orderNo: 'two' } }));
    await answerTo({ head: { orderNo: 'three' } });
    expect(new Set(receiver.receipts.map(({ about }) => about))).toEqual(new Set(['three']));
    expect(await eport.order('one')).toBe(404);
    expect(await (await fetch(`${eport.url}/behaviours`)).json()).toEqual([]);
  });

  it('answers late when told to be slow', async () => {
    await eport.behave('slow', { mode: 'slow', delayMs: 400 });
    const sent = Date.now();
    await eport.post(ceb303({ head: { orderNo: 'slow' } }));
    await answerTo({ head: { orderNo: 'quick' } });
    expect(receiver.receipts.some(({ about }) => about === 'slow')).toBe(false);
    await eventually(() => receiver.receipts.some(({ about }) => about === 'slow'));
    expect(Date.now() - sent).toBeGreaterThanOrEqual(400);
  });

  it('sends every receipt twice', async () => {
    await eport.behave('123456789X', { mode: 'twice' });
    await eport.post(ceb303());
    await received(8);
    expect(statuses()).toEqual(['1', '1', '2', '2', '3', '3', '120', '120']);
    expect(receiver.receipts[0]?.raw).toBe(receiver.receipts[1]?.raw);
  });

  it('sends receipts out of order, with the times of the right order', async () => {
    await eport.behave('123456789X', { mode: 'out-of-order' });
    await eport.post(ceb303());
    await received(4);
    expect(statuses()).toEqual(['120', '3', '2', '1']);
    const times = receiver.receipts.map(({ time }) => time);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('answers CEB900', async () => {
    await eport.behave('185002-46889', { mode: 'ceb900' });
    await eport.post(enveloped(ceb303(), { copMsgId: 'COP-9' }));
    await received(1);
    expect(receiver.receipts[0]).toMatchObject({ message: 'CEB900Message', about: 'COP-9' });
  });

  it('refuses connections as often as asked', async () => {
    await eport.behave('123456789X', { mode: 'refuse-connections', times: 2 });
    const message = ceb303();
    await expect(eport.post(message)).rejects.toThrow('fetch failed');
    await expect(eport.post(message)).rejects.toThrow('fetch failed');
    expect((await eport.post(message)).status).toBe(202);
  });

  it('heeds the order number before the enterprise, until it is taken back', async () => {
    await eport.behave('123456789X', { mode: 'reject', code: '-301013' });
    await eport.behave('185002-46889', { mode: 'accept' });
    expect(await answerTo({})).toContain('120');
    expect(await answerTo({ head: { orderNo: 'other' } })).toEqual(['-301013']);
    expect((await fetch(`${eport.url}/behaviours/123456789X`, { method: 'DELETE' })).status).toBe(204);
    expect(await answerTo({ head: { orderNo: 'other' } })).toContain('120');
  });

  it.each([
    ['an unknown mode', { mode: 'explode' }],
    ['no mode', {}],
    ['a rejection without code', { mode: 'reject' }],
    ['a rejection by a code of success', { mode: 'reject', code: '120' }],
    ['slowness without measure', { mode: 'slow' }],
    ['no times at all', { mode: 'silent', times: 0 }],
    ['an unknown field', { mode: 'silent', forever: true }],
  ])('refuses %s', async (_, behaviour) => {
    expect((await eport.behave('K', behaviour)).status).toBe(422);
  });
});

describe('delivery of receipts', () => {
  it('goes on until the application takes them, without losing the order', async () => {
    receiver.answer = () => (receiver.tries < 4 ? 503 : receiver.tries === 4 ? 401 : 202);
    await eport.post(ceb303());
    await received(4);
    expect(statuses()).toEqual(['1', '2', '3', '120']);
    expect(receiver.tries).toBe(8);
  });

  it('loses none while the application is away and the simulator itself restarts', async () => {
    receiver.answer = () => 503;
    await eport.post(ceb303());
    await eventually(() => receiver.tries >= 1);
    await eport.restart();
    receiver.answer = () => 202;
    await received(4);
    expect(statuses()).toEqual(['1', '2', '3', '120']);
  });
});

describe('file drop', () => {
  it('takes messages from the outbox and puts receipts into the inbox, whole and in order', async () => {
    const files = await startSimulator({ EPORT_OUTBOX: join(eport.directory, 'out'), EPORT_INBOX: join(eport.directory, 'in') });
    try {
      const [outbox, inbox] = [join(eport.directory, 'out'), join(eport.directory, 'in')];
      await mkdir(outbox, { recursive: true });
      await writeFile(join(outbox, 'unfinished.xml.tmp'), 'x');
      await writeFile(join(outbox, 'bad.xml'), '<bad');
      await writeFile(join(outbox, 'good.tmp'), enveloped(ceb303()));
      await rename(join(outbox, 'good.tmp'), join(outbox, 'good.xml'));
      const arrived = async () => (await readdir(inbox).catch(() => [])).filter((name) => name.endsWith('.xml')).sort();
      await eventually(async () => (await arrived()).length === 4);
      const receipts = await Promise.all((await arrived()).map(async (name) => seen(await readFile(join(inbox, name), 'utf8'))));
      expect(receipts.map(({ status }) => status)).toEqual(['1', '2', '3', '120']);
      expect((await readdir(outbox)).sort()).toEqual(['unfinished.xml.tmp', 'unreadable']);
      expect(receiver.receipts).toEqual([]);
    } finally {
      await files.close();
    }
  });

  it('leaves the file lying while told to refuse connections', async () => {
    const [outbox, inbox] = [join(eport.directory, 'out'), join(eport.directory, 'in')];
    const files = await startSimulator({ EPORT_OUTBOX: outbox, EPORT_INBOX: inbox });
    try {
      await files.behave('A', { mode: 'refuse-connections' });
      await mkdir(outbox, { recursive: true });
      await writeFile(join(outbox, 'a.xml'), ceb303({ head: { orderNo: 'A' } }));
      await writeFile(join(outbox, 'b.xml'), ceb303({ head: { orderNo: 'B' } }));
      await eventually(async () => (await files.order('B')) === 'held');
      expect(await readdir(outbox)).toContain('a.xml');
      await fetch(`${files.url}/behaviours/A`, { method: 'DELETE' });
      await eventually(async () => (await files.order('A')) === 'held');
    } finally {
      await files.close();
    }
  });
});

describe('settings', () => {
  it('stays on loopback', () => {
    expect(() => readEportSettings({ EPORT_HOST: '0.0.0.0' })).toThrow('EPORT_HOST must be loopback');
  });

  it('asks for both ends of a file drop', () => {
    expect(() => readEportSettings({ EPORT_OUTBOX: '/out' })).toThrow('belong together');
  });

  it('says that it is there', async () => {
    expect(await (await fetch(`${eport.url}/health`)).json()).toEqual({ status: 'live' });
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compactBeijingTime, parseBeijingTime } from './beijing-time.js';
import { EXPORT_CUSTOMS_NODE, readDxpMsg, writeDxpMsg } from './dxp-envelope.js';
import { outcomeOf, readReceipts, type OrderReceipt } from './receipts.js';
import { UnreadableMessage } from './unreadable-message.js';

const orderReturn = (fields: Record<string, string>, prefix = 'ceb:'): string =>
  `<${prefix}OrderReturn>${Object.entries(fields).map(([name, value]) => `<${prefix}${name}>${value}</${prefix}${name}>`).join('')}</${prefix}OrderReturn>`;
const ceb304 = (...returns: string[]): string =>
  `<ceb:CEB304Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" guid="4CDE1CFD-EDED-46B1-946C-B8022E42FC94" version="1.0">${returns.join('')}</ceb:CEB304Message>`;
const full = {
  guid: '4cde1cfd-eded-46b1-946c-b8022e42fc94',
  ebpCode: '3301960000',
  ebcCode: '123456789X',
  orderNo: '185002-46889',
  returnStatus: '2',
  returnTime: '20180507153001001',
  returnInfo: '新增申报成功[4CDE1CFD]',
};
const ceb900 = (body: string): string =>
  `<CEB900Message xmlns="http://www.chinaport.gov.cn/ceb"><MessageReturn><guid>4CDE1CFD-EDED-46B1-946C-B8022E42FC94</guid>${body}</MessageReturn></CEB900Message>`;
const reasonOf = (source: string | Uint8Array): string | undefined => {
  try {
    readReceipts(source);
  } catch (error) {
    if (error instanceof UnreadableMessage) return error.reason;
    throw error;
  }
  return undefined;
};
const receiptWith = (returnStatus: string): OrderReceipt => ({ kind: 'order', id: '1', orderNo: '1', returnStatus, returnInfo: '' });

describe('receipt reader', () => {
  it('CEB304 reads every field, the guid in upper case and the time as UTC', () => {
    expect(readReceipts(ceb304(orderReturn(full)))).toEqual([
      {
        kind: 'order',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        guid: '4CDE1CFD-EDED-46B1-946C-B8022E42FC94',
        ebpCode: '3301960000',
        ebcCode: '123456789X',
        orderNo: '185002-46889',
        returnStatus: '2',
        returnTime: new Date('2018-05-07T07:30:01.001Z'),
        returnInfo: '新增申报成功[4CDE1CFD]',
      },
    ]);
  });

  it.each([
    ['another prefix', ceb304(orderReturn(full, 'x:')).replaceAll('ceb:', 'x:')],
    ['no prefix', `<CEB304Message>${orderReturn(full, '')}</CEB304Message>`],
    ['an undeclared prefix', `<q:CEB304Message>${orderReturn(full, 'q:')}</q:CEB304Message>`],
    ['a declaration and a byte order mark', `\uFEFF<?xml version="1.0" encoding="UTF-8"?>${ceb304(orderReturn(full))}`],
    ['blanks around values', ceb304(orderReturn({ ...full, orderNo: '\n  185002-46889\n' }))],
    ['CDATA', ceb304(orderReturn({ ...full, orderNo: '<![CDATA[185002-46889]]>' }))],
  ])('CEB304 is read with %s', (_, xml) => {
    for (const source of [xml, Buffer.from(xml)]) expect(readReceipts(source)[0]).toMatchObject({ orderNo: '185002-46889', returnStatus: '2' });
  });

  it('CEB304 needs no more than order number and status', () => {
    const [receipt] = readReceipts(ceb304(orderReturn({ orderNo: 'A', returnStatus: '-301010' })));
    expect(receipt).toEqual({ kind: 'order', id: expect.any(String), orderNo: 'A', returnStatus: '-301010', returnInfo: '' });
  });

  it('CEB304 may answer several orders at once, in order', () => {
    const receipts = readReceipts(ceb304(...['A', 'B', 'C'].map((orderNo) => orderReturn({ ...full, orderNo }))));
    expect(receipts.map((receipt) => (receipt.kind === 'order' ? receipt.orderNo : ''))).toEqual(['A', 'B', 'C']);
  });

  it('CEB304 and CEB900 are read inside a DxpMsg', () => {
    const envelope = (messageType: string, xml: string) =>
      writeDxpMsg({ copMsgId: 'X', senderId: EXPORT_CUSTOMS_NODE, receiverIds: ['DXPTEST000000001'], createdAt: new Date(), messageType, xml });
    expect(readReceipts(envelope('CEB304Message', ceb304(orderReturn(full))))[0]).toMatchObject({ kind: 'order', returnInfo: '新增申报成功[4CDE1CFD]' });
    expect(readReceipts(envelope('CEB900Message', ceb900('<returnStatus>-2</returnStatus>')))[0].kind).toBe('format-error');
  });

  it('CEB900 names the message it refuses, whatever the case of its guid, and may quote it', () => {
    const [receipt] = readReceipts(
      ceb900(
        '<returnStatus>-2</returnStatus><returnTime>202206211116495</returnTime><returnInfo>0002</returnInfo><oriCopMsgId>0f8fad5b-d9cb-469f-a165-70867728950e</oriCopMsgId>' +
          '<oriMessageType>Unknown</oriMessageType><oriBizMessage><![CDATA[<a><b></a>]]></oriBizMessage>',
      ),
    );
    expect(receipt).toMatchObject({
      kind: 'format-error',
      oriCopMsgId: '0F8FAD5B-D9CB-469F-A165-70867728950E',
      oriMessageType: 'Unknown',
      returnTime: new Date('2022-06-21T03:16:49.500Z'),
    });
  });

  it('9710-C3 gives copies of a receipt one id and different receipts different ids', () => {
    const idOf = (changes: object) => readReceipts(ceb304(orderReturn({ ...full, ...changes })))[0].id;
    expect(idOf({ guid: full.guid.toUpperCase() })).toBe(idOf({}));
    const changed = [{ orderNo: 'B' }, { ebpCode: 'B' }, { returnStatus: '3' }, { returnTime: '20180507153001002' }, { guid: '' }];
    expect(new Set([{}, ...changed].map(idOf)).size).toBe(6);
  });

  it.each([
    ['14 digits', '20220621111649', '2022-06-21T03:16:49.000Z'],
    ['15 digits', '202206211116491', '2022-06-21T03:16:49.100Z'],
    ['17 digits', '20220621111649123', '2022-06-21T03:16:49.123Z'],
    ['separators', '2022-06-21 11:16:49', '2022-06-21T03:16:49.000Z'],
    ['a day that Beijing begins before UTC', '20230101000000', '2022-12-31T16:00:00.000Z'],
  ])('CEB304 takes a returnTime with %s', (_, returnTime, utc) => {
    expect(readReceipts(ceb304(orderReturn({ ...full, returnTime })))[0].returnTime).toEqual(new Date(utc));
  });

  it.each(['20221321111649', '20220230111649', '20220621256649', '2022062111', 'soon', '9'.repeat(40)])('CEB304 goes on without the time %s, which is none', (returnTime) => {
    expect(readReceipts(ceb304(orderReturn({ ...full, returnTime })))[0]).not.toHaveProperty('returnTime');
  });

  it('reads every time it writes, to the second', () => {
    const seconds = fc.integer({ min: 0, max: 4_102_444_800 });
    fc.assert(fc.property(seconds, (second) => expect(parseBeijingTime(compactBeijingTime(new Date(second * 1000)))).toEqual(new Date(second * 1000))));
  });

  const bomb = `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "${'&lol;'.repeat(10)}">]><CEB304Message>&lol2;</CEB304Message>`;
  it.each([
    ['an entity bomb', bomb, 'doctype'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><CEB304Message>&x;</CEB304Message>', 'doctype'],
    ['an unknown entity', '<CEB304Message>&x;</CEB304Message>', 'malformed'],
    ['an unclosed element', '<CEB304Message>', 'malformed'],
    ['two roots', '<CEB304Message/><CEB304Message/>', 'malformed'],
    ['nothing', '', 'malformed'],
    ['a control character', '<CEB304Message>\u0001</CEB304Message>', 'malformed'],
    ['too deep a nesting', `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`, 'too-complex'],
    ['9 MB', `<CEB304Message>${' '.repeat(9_000_000)}</CEB304Message>`, 'too-large'],
    ['another message', '<CEB604Message/>', 'unknown-message'],
    ['no receipt inside', ceb304(), 'invalid-field'],
    ['101 receipts', ceb304(...Array.from({ length: 101 }, () => orderReturn(full))), 'too-complex'],
    ['no order number', ceb304(orderReturn({ returnStatus: '2' })), 'invalid-field'],
    ['an order number of 61 characters', ceb304(orderReturn({ ...full, orderNo: '1'.repeat(61) })), 'invalid-field'],
    ['a status that is no number', ceb304(orderReturn({ ...full, returnStatus: 'ok' })), 'invalid-field'],
    ['data that is not base64', '<DxpMsg><Data>%%%</Data></DxpMsg>', 'invalid-field'],
    ['an envelope without data', '<DxpMsg/>', 'invalid-field'],
    ['a bomb in an envelope', `<DxpMsg><Data>${Buffer.from(bomb).toString('base64')}</Data></DxpMsg>`, 'doctype'],
    ['an envelope in an envelope', `<DxpMsg><Data>${Buffer.from('<DxpMsg/>').toString('base64')}</Data></DxpMsg>`, 'unknown-message'],
  ])('refuses %s', (_, xml, reason) => {
    expect(reasonOf(xml)).toBe(reason);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(reasonOf(Buffer.from([0x3c, 0x61, 0xff, 0xfe]))).toBe('encoding');
  });

  it('answers any bytes with receipts or with UnreadableMessage, nothing else', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.uint8Array()), (source) => expect(reasonOf(source)).toBeDefined()));
  });
});

describe('meaning of a status', () => {
  it.each([
    ['1', 'processing'],
    ['2', 'processing'],
    ['3', 'succeeded'],
    ['120', 'succeeded'],
    ['4', 'failed'],
    ['100', 'failed'],
    ['-301010', 'failed'],
    ['300', 'processing'],
  ])('CEB304 status %s means %s', (status, outcome) => {
    expect(outcomeOf(receiptWith(status))).toBe(outcome);
  });

  it('CEB304 status 2 means accepted where a port is configured so', () => {
    expect(outcomeOf(receiptWith('2'), [2, 3, 120])).toBe('succeeded');
    expect(outcomeOf(receiptWith('-2'), [-2])).toBe('failed');
  });

  it('CEB900 always means failed', () => {
    expect(outcomeOf({ kind: 'format-error', id: '1', returnStatus: '3', returnInfo: '' })).toBe('failed');
  });
});

describe('exchange envelope', () => {
  it('DxpMsg carries the message as base64 and is read back', () => {
    const envelope = {
      copMsgId: '0F8FAD5B-D9CB-469F-A165-70867728950E',
      senderId: 'DXPTEST000000001',
      receiverIds: [EXPORT_CUSTOMS_NODE],
      createdAt: new Date('2022-06-21T03:16:49Z'),
      messageType: 'CEB303Message',
      xml: '<a>荔枝 &amp; 果</a>',
    };
    const { xml, ...info } = envelope;
    const written = writeDxpMsg(envelope);
    expect(written).toContain('<dxp:CreatTime>2022-06-21T11:16:49</dxp:CreatTime>');
    expect(readDxpMsg(written)).toEqual({ ...info, data: Buffer.from(xml) });
  });
});

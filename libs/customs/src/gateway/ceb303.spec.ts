import { describe, expect, it } from '@jest/globals';
import { ceb303Message, UnwritableOrder, writeCeb303, type Ceb303Line, type Ceb303Order, type Transfer } from './ceb303.js';

/** The example of the field tables: the order of the seed, ids invented. */
const EXAMPLE = `
<ceb:CEB303Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" guid="0F8FAD5B-D9CB-469F-A165-70867728950E" version="1.0">
  <ceb:Order>
    <ceb:OrderHead>
      <ceb:guid>7C9E6679-7425-40DE-944B-E07FC1F90AE7</ceb:guid>
      <ceb:appType>1</ceb:appType>
      <ceb:appTime>20220621111649</ceb:appTime>
      <ceb:appStatus>2</ceb:appStatus>
      <ceb:orderType>B</ceb:orderType>
      <ceb:orderNo>185002-46889</ceb:orderNo>
      <ceb:ebpCode>3301960000</ceb:ebpCode>
      <ceb:ebpName>测试平台</ceb:ebpName>
      <ceb:ebcCode>123456789X</ceb:ebcCode>
      <ceb:ebcName>测试出口公司</ceb:ebcName>
      <ceb:goodsValue>10000</ceb:goodsValue>
      <ceb:freight>0</ceb:freight>
      <ceb:currency>502</ceb:currency>
    </ceb:OrderHead>
    <ceb:OrderList>
      <ceb:gnum>1</ceb:gnum>
      <ceb:itemNo>185002-46889-1</ceb:itemNo>
      <ceb:itemName>荔枝</ceb:itemName>
      <ceb:unit>007</ceb:unit>
      <ceb:currency>502</ceb:currency>
      <ceb:qty>100</ceb:qty>
      <ceb:price>100</ceb:price>
      <ceb:totalPrice>10000</ceb:totalPrice>
    </ceb:OrderList>
  </ceb:Order>
  <ceb:BaseTransfer>
    <ceb:copCode>123456789X</ceb:copCode>
    <ceb:copName>测试出口公司</ceb:copName>
    <ceb:dxpMode>DXP</ceb:dxpMode>
    <ceb:dxpId>DXPTEST000000001</ceb:dxpId>
  </ceb:BaseTransfer>
</ceb:CEB303Message>`;

const transfer: Transfer = { copCode: '123456789X', copName: '测试出口公司', dxpId: 'DXPTEST000000001' };
const line = (changes: Partial<Ceb303Line> = {}): Ceb303Line => ({ seq: 1, name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '10000', ...changes });
const order = (changes: Partial<Ceb303Order> = {}): Ceb303Order => ({
  messageGuid: '0f8fad5b-d9cb-469f-a165-70867728950e',
  orderGuid: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  appType: 1,
  appTime: new Date('2022-06-21T03:16:49.987Z'),
  orderNo: '185002-46889',
  ebpCode: '3301960000',
  ebpName: '测试平台',
  ebcCode: '123456789X',
  ebcName: '测试出口公司',
  currency: 'USD',
  goodsValue: '10000',
  lines: [line()],
  ...changes,
});

const withoutLayout = (xml: string): string => xml.replace(/^<\?xml[^>]*\?>/, '').replace(/>\s+</g, '><').trim();
const element = (xml: string, name: string): string | undefined => new RegExp(`<ceb:${name}>([^<]*)<`).exec(xml)?.[1];
const problemsOf = (changes: Partial<Ceb303Order>, changedTransfer: Partial<Transfer> = {}) => {
  try {
    writeCeb303(order(changes), { ...transfer, ...changedTransfer });
  } catch (error) {
    if (error instanceof UnwritableOrder) return error.problems.map(({ field, rule }) => `${field} ${rule}`);
    throw error;
  }
  return [];
};

describe('CEB303 writer', () => {
  it('CEB303 writes the example order as the field tables say: order of elements, upper-case guids, Beijing time, customs codes', () => {
    expect(withoutLayout(writeCeb303(order(), transfer))).toBe(withoutLayout(EXAMPLE));
  });

  it('CEB303 declares its encoding', () => {
    expect(writeCeb303(order(), transfer)).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>/);
  });

  it('9710-C9 tells customs of a change and of a deletion', () => {
    expect(element(writeCeb303(order({ appType: 2 }), transfer), 'appType')).toBe('2');
    expect(element(writeCeb303(order({ appType: 3 }), transfer), 'appType')).toBe('3');
  });

  it('CEB303 adds insurance and miscellaneous fees to the freight', () => {
    const xml = writeCeb303(order({ freight: '0.10', insurance: '0.2', miscFee: '5' }), transfer);
    expect(element(xml, 'freight')).toBe('5.3');
  });

  it('CEB303 writes decimals canonically, without exponent', () => {
    const xml = writeCeb303(order({ goodsValue: '0.00001', lines: [line({ qty: '0.10000', unitPrice: '0.00010', total: '0.00001' })] }), transfer);
    expect(['goodsValue', 'qty', 'price', 'totalPrice'].map((name) => element(xml, name))).toEqual(['0.00001', '0.1', '0.0001', '0.00001']);
    const large = writeCeb303(order({ goodsValue: '12345678912345.12345', lines: [line({ total: '12345678912345.12345' })] }), transfer);
    expect(element(large, 'goodsValue')).toBe('12345678912345.12345');
  });

  it('CEB303 prefers the article number of the line and puts note last', () => {
    const xml = writeCeb303(order({ note: '跨境电子商务', lines: [line({ itemNo: 'SKU-7' })] }), transfer);
    expect(element(xml, 'itemNo')).toBe('SKU-7');
    expect(withoutLayout(xml)).toContain('<ceb:currency>502</ceb:currency><ceb:note>跨境电子商务</ceb:note></ceb:OrderHead>');
  });

  it('CEB303 escapes what XML reserves', () => {
    const xml = writeCeb303(order({ ebcName: 'A & B <公司> "甲"' }), transfer);
    expect(xml).toContain('A &amp; B &lt;公司&gt; "甲"');
  });

  it('CEB303 lets a foreign platform without a customs code go as 无', () => {
    expect(element(writeCeb303(order({ ebpCode: '无' }), transfer), 'ebpCode')).toBe('无');
  });

  it('CEB303 takes 100 lines and refuses 101', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => line({ seq: index + 1, total: '1' }));
    expect(problemsOf({ lines: lines(100), goodsValue: '100' })).toEqual([]);
    expect(problemsOf({ lines: lines(101), goodsValue: '101' })).toEqual(['lines CEB303']);
  });

  it.each<[string, Partial<Ceb303Order>, string]>([
    ['no line', { lines: [] }, 'lines 9710-R10'],
    ['a goods value that is not the sum', { goodsValue: '9999.99' }, 'goodsValue 9710-R9'],
    ['6 decimals', { goodsValue: '1.123456' }, 'goodsValue CEB303'],
    ['10^19', { goodsValue: '10000000000000000000' }, 'goodsValue CEB303'],
    ['an exponent', { freight: '1e3' }, 'freight 9710-R7'],
    ['fees whose sum is too long', { freight: '99999999999999', miscFee: '1' }, 'freight CEB303'],
    ['a negative quantity', { lines: [line({ qty: '-1' })] }, 'lines[0].qty 9710-R8'],
    ['a currency customs does not know', { currency: 'XAU' }, 'currency 9710-R7'],
    ['a lower-case currency', { currency: 'usd' }, 'currency 9710-R7'],
    ['a unit customs does not know', { lines: [line({ unit: '999' })] }, 'lines[0].unit 9710-R8'],
    ['a unit by name', { lines: [line({ unit: '个' })] }, 'lines[0].unit 9710-R8'],
    ['a line number out of sequence', { lines: [line({ seq: 2 })] }, 'lines[0].seq CEB303'],
    ['a line without a name', { lines: [line({ name: ' ' })] }, 'lines[0].name 9710-R8'],
    ['a name of 251 characters', { lines: [line({ name: '荔'.repeat(251) })] }, 'lines[0].name 9710-R8'],
    ['an article number of 31 characters', { lines: [line({ itemNo: 'S'.repeat(31) })] }, 'lines[0].itemNo CEB303'],
    ['an order number of 61 characters', { orderNo: '1'.repeat(61), lines: [line({ itemNo: 'S' })] }, 'orderNo CEB303'],
    ['a control character', { ebpName: 'a\u0001b' }, 'ebpName CEB303'],
    ['a line break', { ebpName: 'a\nb' }, 'ebpName CEB303'],
    ['half a surrogate pair', { ebpName: 'a\ud83db' }, 'ebpName CEB303'],
    ['a non-character', { ebpName: 'a\uffffb' }, 'ebpName CEB303'],
    ['a blank around the order number', { orderNo: '185002-46889 ' }, 'orderNo CEB303'],
    ['no company name', { ebcName: '' }, 'ebcName 9710-R4'],
    ['a 9-character enterprise code', { ebcCode: '123456789' }, 'ebcCode 9710-R6'],
    ['a lower-case enterprise code', { ebcCode: '123456789x' }, 'ebcCode 9710-R6'],
    ['an order guid that is none', { orderGuid: '7C9E6679742540DE944BE07FC1F90AE7' }, 'orderGuid CEB303'],
    ['a message guid that is none', { messageGuid: '' }, 'messageGuid CEB303'],
    ['an invalid time', { appTime: new Date(Number.NaN) }, 'appTime CEB303'],
  ])('CEB303 refuses %s, naming field and rule', (_, changes, problem) => {
    expect(problemsOf(changes)).toContain(problem);
  });

  it('CEB303 counts characters, not code units', () => {
    expect(problemsOf({ lines: [line({ name: '𠮷'.repeat(250) })] })).toEqual([]);
  });

  it('CEB303 refuses a sender without identity', () => {
    expect(problemsOf({}, { dxpId: '../x', copCode: '', copName: '' }).sort()).toEqual(['copCode CEB303', 'copName CEB303', 'dxpId CEB303']);
  });

  it('CEB303 names every problem at once, in both languages', () => {
    const write = () => writeCeb303(order({ currency: 'XXX', ebcCode: 'x' }), transfer);
    expect(write).toThrow(UnwritableOrder);
    expect(problemsOf({ currency: 'XXX', ebcCode: 'x' })).toEqual(['ebcCode 9710-R6', 'currency 9710-R7']);
    expect(write).toThrow(/currency is not in the code list of customs \(9710-R7\)/);
  });

  it('CEB303 keeps the message guid of an attempt as its CopMsgId', () => {
    const [first, again] = [ceb303Message(order(), transfer), ceb303Message(order(), transfer)];
    expect(first).toMatchObject({ guid: '0F8FAD5B-D9CB-469F-A165-70867728950E', copMsgId: '0F8FAD5B-D9CB-469F-A165-70867728950E' });
    expect(again).toEqual(first);
  });
});

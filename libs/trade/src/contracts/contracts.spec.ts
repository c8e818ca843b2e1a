import { monitorEventLoopDelay } from 'node:perf_hooks';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { minimalPdf } from '../../../../test/demo/minimal-pdf.js';
import { BUYER, STRANGER, SUPPLIER, drafted, matched, submitted } from '../orders/order.scenarios.js';
import { submitTradeOrder } from '../orders/submit-trade-order.js';
import { attachContract } from './attach-contract.js';
import { namesCollectionAccount } from './collection-accounts.js';
import { searchContractWithin } from './contract-search.adapter.js';

const FILE = { fileId: 'file-1', name: '合同.pdf', contentType: 'application/pdf', bytes: 1024, sha256: 'a'.repeat(64) };
const ATTACHED = { file: FILE, searched: true };
const SUBMIT = { exportAcknowledged: true, guaranteeTermsAccepted: true, receiptDays: 45 };

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'latin1'));

describe('a contract', () => {
  it('TA-R3 must be attached to an order that is drafted from one, whose total may be more than its lines', () => {
    const scenario = matched({ mode: 'ATTACHMENT', amount: '1200' }).reserved('1200');
    expect(scenario.refusals(submitTradeOrder, SUBMIT, SUPPLIER)).toMatchObject([{ rule: 'TA-R3', code: 'contract-missing' }]);
    expect(scenario.when(attachContract, ATTACHED, SUPPLIER).when(submitTradeOrder, SUBMIT, SUPPLIER).types).toEqual(['TradeOrderSubmitted']);
    expect(drafted().order.mode).toBe('ONLINE');
  });

  it('TA-R5 is attached by seller and buyer, and by nobody else', () => {
    const scenario = submitted().when(attachContract, ATTACHED, SUPPLIER).when(attachContract, ATTACHED, BUYER);
    expect(scenario.order.contracts.map(({ side }) => side)).toEqual(['SUPPLIER', 'BUYER']);
    expect(scenario.when(attachContract, ATTACHED, BUYER).types).toEqual([]);
    expect(scenario.refusals(attachContract, ATTACHED, STRANGER)[0]).toMatchObject({ kind: 'forbidden' });
  });

  it.each([
    'Account No.: 6222 0213 0400 1234 567',
    'A/C NO: 0123-456-789012',
    "Beneficiary's account with Bank of Chengdu: 447700112233",
    'Please remit to IBAN DE89 3704 0044 0532 0130 00 within 10 days',
    'GB82WEST12345698765432',
    '收款账号：６２２２０２１３０４００１２３４５６７',
    '开户行：中国银行成都分行 账户 4477 0011 2233',
    '公司帳號: 123-456-78901234',
  ])('TA-R6 names a collection account in "%s"', (text) => {
    expect(namesCollectionAccount(text)).toBe(true);
  });

  it.each([
    'Contract No. 2022-0614-000123456789, 10 table lamps at USD 100.00, total USD 1000.00',
    'Payment to the collection account that the platform generates after submission',
    '电话 028-85551234，统一社会信用代码 91330100799655058B',
    'Ship by 2022-06-20 on vessel DE44 CLASS, container TGHU 123456 7',
  ])('TA-R6 names none in "%s"', (text) => {
    expect(namesCollectionAccount(text)).toBe(false);
  });

  it('TA-R6 is searched where it has text: plain text and PDFs, not images or scanned pages', async () => {
    const searched = (contentType: string, content: string) => searchContractWithin(contentType, bytes(content));
    expect(await searched('text/plain', 'Account No. 12345678')).toBe('names-account');
    expect(await searched('text/plain', 'ten lamps')).toBe('names-none');
    expect(await searched('application/pdf', minimalPdf('Account No. 6222021304001234567'))).toBe('names-account');
    expect(await searched('application/pdf', minimalPdf('Ten lamps'))).toBe('names-none');
    for (const pdf of [minimalPdf(''), '%PDF-1.4\nnot much of a PDF\n%%EOF']) expect(await searched('application/pdf', pdf)).toBe('no-text');
    expect(await searched('image/png', '')).toBe('no-text');
  });

  /** Some kilobytes that unfold to two million lines of text on one page. */
  const HUGE = minimalPdf('', { compressed: deflateSync(`BT /F1 18 Tf 72 720 Td ${'(x) Tj 0 -20 Td (y) Tj 0 20 Td '.repeat(1_000_000)} ET`) });
  const LIMITS = { pages: 300, milliseconds: 10_000, megabytes: 256 };

  it.each([
    ['a PDF that unfolds', 'application/pdf', HUGE],
    ['ten megabytes of what might be account numbers', 'text/plain', 'AB12 ABCD '.repeat(1_000_000)],
  ])('TA-R6 is given up when it takes too long to be searched, and holds nothing up meanwhile: %s', async (_, contentType, content) => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const startedAt = performance.now();
    expect(await searchContractWithin(contentType, bytes(content), { ...LIMITS, milliseconds: 1000 })).toBe('too-large');
    delay.disable();
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(delay.max / 1e6).toBeLessThan(500);
  });

  it('TA-R6 is given up when it takes too much memory or has too many pages', async () => {
    expect(await searchContractWithin('application/pdf', bytes(HUGE), { ...LIMITS, megabytes: 16 })).toBe('too-large');
    expect(await searchContractWithin('application/pdf', bytes(minimalPdf('Ten lamps', { pages: 3 })), { ...LIMITS, pages: 2 })).toBe('too-large');
  });
});

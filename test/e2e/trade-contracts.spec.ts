import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '#event-sourcing';
import { SAMPLES } from '../../libs/platform/src/uploads/samples.fixture.js';
import { minimalPdf } from '../demo/minimal-pdf.js';
import { paidOrder, type TradeParties } from '../support/trade-orders.js';
import { LocalSystem, type Answer, type Caller } from './local-system.js';

let system: LocalSystem;
let supplier: Caller;
let parties: TradeParties;
let path: string;

const TERMS = {
  ...{ mode: 'ATTACHMENT', buyerEmail: 'smith@example.com', amount: '1200', currency: 'USD', protection: 'NONE', exportChannel: 'AGENT', transportMode: 'air' },
  lines: [{ name: 'Table lamp', qty: '10', unit: 'pieces', unitPrice: '100' }],
  agreedShipDate: { date: '2026-12-31', zone: 'Asia/Shanghai' },
};

const upload = (content: Buffer | string, caller = supplier, to = path): Promise<Answer> => {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(Buffer.from(content))]), '合同.pdf');
  return caller.post(`${to}/contracts`, form);
};

const attached = async (): Promise<readonly { readonly type: string; readonly data: unknown }[]> =>
  (await system.api.nest.get(EventLog).readStream(`tradeOrder-${path.split('/').at(-1) ?? ''}`)).filter(({ type }) => type === 'ContractAttached');

beforeAll(async () => {
  system = await LocalSystem.start();
  ({ supplierCaller: supplier, ...parties } = await system.tradeParties('acme'));
  const { status, headers } = await supplier.post('/v1/trade-orders', TERMS);
  expect(status).toBe(201);
  path = headers.get('location') ?? '';
});

afterAll(() => system.close());

describe('contracts over HTTP', () => {
  it('TA-R6 is refused with a collection account, or with more pages than are searched, and nothing of it is kept', async () => {
    for (const content of [minimalPdf('Account No. 6222 0213 0400 1234 567'), '收款账号：6222021304001234567']) {
      expect(await upload(content)).toMatchObject({ status: 422, body: { rule: 'TA-R6', code: 'contract-names-account' } });
    }
    expect(await upload(minimalPdf('Ten table lamps', { pages: 301 }))).toMatchObject({ status: 422, body: { rule: 'TA-R6', code: 'contract-too-large', errors: [{ field: 'file' }] } });
    expect(await attached()).toEqual([]);
  });

  it('TA-R6 is kept without one, and noted as not searched where it has no text', async () => {
    expect((await upload(minimalPdf('Ten table lamps, USD 1200 in all'))).status).toBe(200);
    expect((await upload('台灯 10 件，共 1200 美元')).status).toBe(200);
    expect((await upload(SAMPLES.png)).status).toBe(200);
    expect((await attached()).map(({ data }) => data)).toMatchObject([
      { side: 'SUPPLIER', searched: true, file: { contentType: 'application/pdf' } },
      { searched: true, file: { contentType: 'text/plain' } },
      { searched: false, file: { contentType: 'image/png' } },
    ]);
  });

  it('TA-R5 is read back by the parties, and does not exist for others', async () => {
    const [first] = await attached();
    const { fileId } = (first!.data as { file: { fileId: string } }).file;
    expect(await (await supplier.raw('GET', `${path}/contracts/${fileId}`)).text()).toBe(minimalPdf('Ten table lamps, USD 1200 in all'));
    const rival = await system.caller(['exporter'], 'rival');
    expect((await rival.get(`${path}/contracts/${fileId}`)).status).toBe(404);
    expect((await upload('mine', rival)).status).toBe(404);
  });

  it('TA-R5 is of a kind that is asked for, and attached before the order is under way', async () => {
    expect(await upload(SAMPLES.exe)).toMatchObject({ status: 422, body: { rule: 'TA-R5', code: 'file-kind' } });
    const paid = await paidOrder(parties);
    expect(await upload('too late', supplier, `/v1/trade-orders/${paid}`)).toMatchObject({ status: 409, body: { rule: 'TA-R5' } });
  });
});

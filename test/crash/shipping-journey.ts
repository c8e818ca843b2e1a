import { statusIs, type Cast } from './journey.js';
import { minimalPdf } from '../demo/minimal-pdf.js';

/** What of an order the shipping desk shows to a journey. */
interface DeskOrder {
  readonly shipStatus: { readonly value: string } | null;
  readonly batches: readonly { readonly customs: { readonly number: string | null; readonly status: { readonly value: string } } }[];
}

/** The events that two batches without a hitch leave in the trade order's stream, tracking aside. */
export const BATCH_EVENTS = ['BatchAdded', 'BatchGoodsSet', 'BatchLogisticsSet', 'ExportServiceChosen', 'ExportOrderLinked', 'DeclarationReleased'] as const;

/** Standings through which a 9710 order goes without a hitch; its batch follows each of them once. */
export const FOLLOWED = ['IN_REVIEW', 'APPROVED', 'SENDING', 'TO_DECLARE', 'DECLARATION_REVIEW', 'COMPLETED'] as const;

const PLEDGE = { pledge: { accepted: true, textVersion: 'company-1' } };

/** Packs a batch of the order, chooses the 9710 service, and waits for the 9710 order; answers its number. */
export const exportOrderOfNewBatch = async ({ exporter }: Cast, orderNo: string, qty: string): Promise<string> => {
  const { body } = await exporter.command(`/v1/trade-orders/${orderNo}/batches`);
  const batch = `/v1/trade-orders/${orderNo}/batches/${String(body['batchNo'])}`;
  await exporter.command(`${batch}/goods`, { goods: [{ lineNo: 1, qty }] }, 'PUT');
  await exporter.command(`${batch}/logistics`, { provider: 'DEPPON', trackingNo: 'DPK210001' }, 'PUT');
  await exporter.command(`${batch}/export-way`, { way: '9710-service' });
  const index = Number(body['batchNo']) - 1;
  const numberOf = ({ batches }: DeskOrder): string | null => batches[index]?.customs.number ?? null;
  const desk = await exporter.until<DeskOrder>(`/v1/shipping-desk/${orderNo}`, `the 9710 order of ${batch}`, (order) => numberOf(order) !== null);
  return numberOf(desk) ?? '';
};

/** Takes a 9710 order of the amount through customs and has its declaration released at the instant. */
export const releaseExportOrder = async ({ exporter, reviewer }: Cast, exportOrderNo: string, amount: string, releasedAt: string): Promise<void> => {
  const path = `/v1/customs-orders/${exportOrderNo}`;
  const lines = [{ name: 'Table lamp', qty: '1', unit: '001', unitPrice: amount, total: amount }];
  await exporter.command(`${path}/draft`, { currency: 'USD', ebcCode: '123456789X', lines }, 'PUT');
  await exporter.command(`${path}/send`, PLEDGE);
  await reviewer.command(`${path}/approve`);
  const { basics } = await exporter.until<Parameters<ReturnType<typeof statusIs>>[0]>(path, `the success of ${exportOrderNo}`, statusIs('TO_DECLARE'));
  const declarationNo = `2200${new Date().getUTCFullYear()}0${exportOrderNo.replace('-', '').slice(-9)}`;
  const form = new FormData();
  const stated = { declarationNo, orderNo: exportOrderNo, supervisionMode: '9710', companyName: basics.companyName, amount, currency: 'USD' };
  for (const [name, value] of Object.entries(stated)) form.append(name, value);
  form.append('file', new Blob([minimalPdf(`Export declaration of ${exportOrderNo}`)], { type: 'application/pdf' }), 'declaration.pdf');
  await exporter.command(`${path}/declaration`, form);
  await reviewer.command(`${path}/declaration/verification`);
  await reviewer.command(`${path}/declaration/release`, { declarationNo, amount, currency: 'USD', releasedAt });
};

/** Ships a paid order of 1000 dollars in two batches: half of it, then to 80 %. Answers the numbers of its 9710 orders. */
export const shipInTwoBatches = async (cast: Cast, orderNo: string, [first, second]: readonly [string, string]): Promise<readonly string[]> => {
  const whenShipped = (status: string) => cast.exporter.until<DeskOrder>(`/v1/shipping-desk/${orderNo}`, `${orderNo} ${status}`, ({ shipStatus }) => shipStatus?.value === status);
  const half = await exportOrderOfNewBatch(cast, orderNo, '5');
  await releaseExportOrder(cast, half, '500', first);
  await whenShipped('PARTIAL');
  const rest = await exportOrderOfNewBatch(cast, orderNo, '3');
  await releaseExportOrder(cast, rest, '300', second);
  await whenShipped('SHIPPED');
  return [half, rest];
};

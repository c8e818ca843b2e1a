import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { collectionAccountOf, signPayment } from '#trade';
import { ApiClient } from './api-client.js';
import type { DemoInstance } from './instance.js';
import { declaration, declarationNoOf, logInAs, PLEDGE_TEXT_VERSION, until, type TimelineEntry } from './journey.js';

/** Ten lamps at a thousand dollars each; half of them goes first, then three more: 80 %. */
const AMOUNT = '10000';
const BATCHES = [
  { qty: '5', amount: '5000', shipStatus: 'PARTIAL' },
  { qty: '3', amount: '3000', shipStatus: 'SHIPPED' },
] as const;

/** Confirmed by itself at the end of day 45 after shipping by sea (TA-R25, TA-R26): two days later it is over in every zone. */
const RECEIPT_SECONDS = 47 * 86_400;
const DAY_SECONDS = 86_400;

const PATIENCE_MS = 60_000;

const SHOP = { companyName: '成都示范出口有限公司', uscc: '91330100799655058B', membership: 'PAID', operating: true };

interface Cast {
  readonly exporter: ApiClient;
  readonly reviewer: ApiClient;
  readonly ops: ApiClient;
  readonly company: string;
}

interface DeskOrder {
  readonly shipStatus: { readonly value: string } | null;
  readonly shippedAt: string | null;
  readonly batches: readonly { readonly customs: { readonly number: string | null } }[];
}

interface CreditLine {
  readonly total: string;
  readonly occupied: string;
  readonly available: string;
}

/**
 * Plays a trade-assurance order: agreed and paid, shipped in two batches with a 9710 order each, half released and then 80 %, and after 45 days by sea
 * received by itself, its credit released. Answers its timeline. Throws if it does not get there.
 */
export const playTrade = async (instance: DemoInstance, say: (line: string) => void): Promise<readonly TimelineEntry[]> => {
  const [exporter, reviewer, ops] = await Promise.all(['exporter', 'reviewer', 'ops'].map((role) => logInAs(instance, role)));
  if (!exporter || !reviewer || !ops) throw new Error('the instance lacks a log-in');
  const { companyId: company } = await exporter.get<{ companyId: string }>('/v1/me');
  const cast = { exporter, reviewer, ops, company };

  await openService(cast);
  const before = await exporter.get<CreditLine>('/v1/credit-line');
  const orderNo = await agreedOrder(cast, instance, say);
  await pay(instance, orderNo);
  say(`paid by T/T; order ${orderNo} awaits shipment`);

  for (const [index, batch] of BATCHES.entries()) {
    const { now: releasedAt } = await advance(ops, index === 0 ? 1 : DAY_SECONDS);
    const exportOrderNo = await exportOrderOf(cast, orderNo, batch.qty);
    await release(cast, exportOrderNo, batch.amount, releasedAt);
    const { shippedAt } = await whenDesk(exporter, orderNo, batch.shipStatus, ({ shipStatus }) => shipStatus?.value === batch.shipStatus);
    say(`batch ${index + 1}: 9710 order ${exportOrderNo}, ${batch.amount} USD released at ${releasedAt}${shippedAt === null ? ': partly shipped' : `: shipped at ${shippedAt}`}`);
    if (batch.shipStatus === 'SHIPPED' && shippedAt !== releasedAt) throw new Error(`the order was shipped at ${String(shippedAt)}, not at ${releasedAt}`);
  }

  const { now } = await advance(ops, RECEIPT_SECONDS);
  say(`the clock is moved to ${now}: 45 days by sea are over`);
  const entries = await completed(exporter, orderNo);
  const after = await creditReleased(exporter, before);
  say(`received by itself and completed; credit released, ${after.available} of ${after.total} available`);
  return entries;
};

/** The assurance service of the company, and a credit line that suffices. */
const openService = async ({ exporter, ops, company }: Cast): Promise<void> => {
  await ops.put('/v1/assurance-service/shop', SHOP, undefined, company);
  const { status } = await exporter.get<{ status: string }>('/v1/assurance-service');
  if (status !== 'OPENED') await exporter.post('/v1/assurance-service/application');
  const { available, occupied } = await exporter.get<CreditLine>('/v1/credit-line');
  if (Number(available) < Number(AMOUNT)) await ops.put('/v1/credit-line', { total: String(Number(occupied) + 10 * Number(AMOUNT)), currency: 'USD' }, undefined, company);
};

/** Drafts the order, matches its buyer, submits it, and has the buyer confirm it; answers its number. */
const agreedOrder = async ({ exporter, ops }: Cast, { api }: DemoInstance, say: (line: string) => void): Promise<string> => {
  const buyer = `buyer-${randomBytes(4).toString('hex')}`;
  const email = `${buyer}@buyers.example`;
  const password = randomBytes(18).toString('base64url');
  await ops.post('/v1/users', { username: buyer, password, displayName: 'A buyer', roles: ['buyer'], email }, 'demo-buyers');

  const lines = [{ name: 'Table lamp', qty: '10', unit: 'pieces', unitPrice: '1000' }];
  const agreedShipDate = { date: new Date(Date.now() + 30 * DAY_SECONDS * 1000).toISOString().slice(0, 10), zone: 'America/Los_Angeles' };
  const terms = { buyerEmail: email, lines, amount: AMOUNT, currency: 'USD', protection: 'UNTIL_RECEIPT', exportChannel: 'SELF_9710', transportMode: 'sea', agreedShipDate };
  const { orderNo } = await exporter.post<{ orderNo: string }>('/v1/trade-orders', terms);
  const order = `/v1/trade-orders/${orderNo}`;
  await exporter.post(`${order}/match-buyer`);
  await exporter.post(`${order}/submit`, { guaranteeTermsAccepted: true, exportAcknowledged: true });
  say(`trade order ${orderNo} over ${AMOUNT} USD submitted; it occupies the credit line`);
  await (await ApiClient.logIn(api, buyer, password)).post(`${order}/confirm`);
  say(`confirmed by ${email}`);
  return orderNo;
};

/** Tells of the payment as the provider does. */
const pay = async ({ api, paymentKey }: DemoInstance, orderNo: string): Promise<void> => {
  if (paymentKey === undefined) throw new Error('the instance has no payment key');
  const fields = { paymentId: `demo-${orderNo}`, method: 'tt', collectionAccount: collectionAccountOf(orderNo), amount: AMOUNT, currency: 'USD', bankCountry: 'US', receivedAt: new Date().toISOString() };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = { 'content-type': 'application/json', 'payment-timestamp': timestamp, 'payment-signature': signPayment(paymentKey, timestamp, fields) };
  const response = await fetch(`${api}/v1/payment-callbacks`, { method: 'POST', headers, body: JSON.stringify(fields) });
  if (!response.ok) throw new Error(`the payment was answered with ${response.status}: ${await response.text()}`);
};

/** Packs a batch, chooses the 9710 service, and waits for the 9710 order; answers its number. */
const exportOrderOf = async ({ exporter }: Cast, orderNo: string, qty: string): Promise<string> => {
  const { batchNo } = await exporter.post<{ batchNo: number }>(`/v1/trade-orders/${orderNo}/batches`);
  const batch = `/v1/trade-orders/${orderNo}/batches/${batchNo}`;
  await exporter.put(`${batch}/goods`, { goods: [{ lineNo: 1, qty }] });
  await exporter.put(`${batch}/logistics`, { provider: 'DEPPON', trackingNo: `DPK21000${batchNo}` });
  await exporter.post(`${batch}/export-way`, { way: '9710-service', tradeCountry: 'US' });
  const numberOf = ({ batches }: DeskOrder): string | null => batches[batchNo - 1]?.customs.number ?? null;
  return numberOf(await whenDesk(exporter, orderNo, '9710 order', (order) => numberOf(order) !== null)) ?? '';
};

/** Takes a 9710 order through customs; its declaration is verified, and released at the instant. */
const release = async ({ exporter, reviewer }: Cast, exportOrderNo: string, amount: string, releasedAt: string): Promise<void> => {
  const order = `/v1/customs-orders/${exportOrderNo}`;
  await exporter.put(`${order}/lines`, `Table lamp\t1\t001\t${amount}\t${amount}`, 'text/tab-separated-values');
  await exporter.post(`${order}/send`, { pledge: { accepted: true, textVersion: PLEDGE_TEXT_VERSION } });
  await reviewer.post(`${order}/approve`);
  const sent = await until(exporter, order, (page) => page.basics.status.value === 'TO_DECLARE', 'success');
  await exporter.upload(`${order}/declaration`, declaration(exportOrderNo, sent));
  await reviewer.post(`${order}/declaration/verification`);
  await reviewer.post(`${order}/declaration/release`, { declarationNo: declarationNoOf(exportOrderNo), amount, currency: 'USD', releasedAt });
};

const advance = (ops: ApiClient, seconds: number): Promise<{ readonly now: string }> => ops.post('/v1/ops/clock/advance', { seconds });

/** Asks until the answer is as wanted. */
const patiently = async <Answer>(what: string, ask: () => Promise<Answer>, wanted: (answer: Answer) => boolean): Promise<Answer> => {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(100)) {
    const answer = await ask();
    if (wanted(answer)) return answer;
  }
  throw new Error(`no ${what} within ${PATIENCE_MS / 1000} s`);
};

const whenDesk = (exporter: ApiClient, orderNo: string, what: string, wanted: (order: DeskOrder) => boolean): Promise<DeskOrder> =>
  patiently(what, () => exporter.get<DeskOrder>(`/v1/shipping-desk/${orderNo}`), wanted);

const completed = async (exporter: ApiClient, orderNo: string): Promise<readonly TimelineEntry[]> => {
  const ask = async (): Promise<readonly TimelineEntry[]> => (await exporter.get<{ items: TimelineEntry[] }>(`/v1/trade-orders/${orderNo}/timeline?limit=100`)).items;
  return patiently('completion', ask, (entries) => entries.some(({ type }) => type === 'TradeOrderCompleted'));
};

/** The order occupies the line no longer. */
const creditReleased = (exporter: ApiClient, before: CreditLine): Promise<CreditLine> =>
  patiently('release of the credit', () => exporter.get<CreditLine>('/v1/credit-line'), ({ occupied }) => Number(occupied) <= Number(before.occupied));

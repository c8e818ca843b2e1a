import { collectionAccountOf, signPayment } from '#trade';

/** Sends a command for somebody, however the test's client does that; answers the body of a success and throws otherwise. */
export type Send = (method: 'POST' | 'PUT', path: string, body?: object, headers?: Readonly<Record<string, string>>) => Promise<Readonly<Record<string, unknown>>>;

/** Who agrees on trade orders, and what the payment provider signs with. */
export interface TradeParties {
  readonly supplier: Send;
  /** Logged in with `BUYER_EMAIL`. */
  readonly buyer: Send;
  readonly ops: Send;
  /** The supplier's company. */
  readonly company: string;
  readonly api: string;
  readonly paymentKey: string;
}

/** The address that the terms name; the demo company's buyer has it. */
export const BUYER_EMAIL = 'buyer@example.com';

/** A thousand dollars, ten lamps; the agreed ship date is long over. */
export const TRADE_TERMS = {
  buyerEmail: BUYER_EMAIL,
  lines: [{ name: 'Table lamp', qty: '10', unit: 'pieces', unitPrice: '100' }],
  ...{ amount: '1000', currency: 'USD', protection: 'UNTIL_RECEIPT', exportChannel: 'SELF_9710', transportMode: 'sea' },
  agreedShipDate: { date: '2022-06-20', zone: 'America/Los_Angeles' },
} as const;

/** Both ticks of a submission. */
export const TICKS = { exportAcknowledged: true, guaranteeTermsAccepted: true };

/** Invented; the USCC has the right shape and check character. */
export const SHOP = { companyName: '测试出口公司', uscc: '91330100799655058B', membership: 'PAID', operating: true };

/** What many orders may occupy of the supplier's credit line, in dollars. */
export const CREDIT_TOTAL = '1000000';

/** Lets the supplier draft trade orders: its shop is known, its service opened, its credit line set. */
export const openTrade = async ({ supplier, ops, company }: Pick<TradeParties, 'supplier' | 'ops' | 'company'>, total = CREDIT_TOTAL): Promise<void> => {
  const forCompany = { 'x-company-id': company };
  await ops('PUT', '/v1/assurance-service/shop', SHOP, forCompany);
  await supplier('POST', '/v1/assurance-service/application');
  await ops('PUT', '/v1/credit-line', { total, currency: 'USD' }, forCompany);
};

/** Drafts an order; answers its number. */
export const draftedOrder = async ({ supplier }: Pick<TradeParties, 'supplier'>, terms: object = {}): Promise<string> =>
  String((await supplier('POST', '/v1/trade-orders', { ...TRADE_TERMS, ...terms }))['orderNo']);

/** Drafts an order, matches its buyer and submits it; answers its number. */
export const submittedOrder = async (parties: Pick<TradeParties, 'supplier'>, terms: object = {}): Promise<string> => {
  const orderNo = await draftedOrder(parties, terms);
  await parties.supplier('POST', `/v1/trade-orders/${orderNo}/match-buyer`);
  await parties.supplier('POST', `/v1/trade-orders/${orderNo}/submit`, TICKS);
  return orderNo;
};

/** The same, confirmed by its buyer and not paid yet. */
export const confirmedOrder = async (parties: Pick<TradeParties, 'supplier' | 'buyer'>, terms: object = {}): Promise<string> => {
  const orderNo = await submittedOrder(parties, terms);
  await parties.buyer('POST', `/v1/trade-orders/${orderNo}/confirm`);
  return orderNo;
};

/** The same, its money in. */
export const paidOrder = async (parties: TradeParties, terms: object = {}): Promise<string> => {
  const orderNo = await confirmedOrder(parties, terms);
  await pay(parties, orderNo);
  return orderNo;
};

/** Tells of the payment of an order as the provider does. Throws unless it is taken. */
export const pay = async ({ api, paymentKey }: Pick<TradeParties, 'api' | 'paymentKey'>, orderNo: string, amount = TRADE_TERMS.amount): Promise<void> => {
  const fields = { paymentId: `p-${orderNo}`, method: 'tt', collectionAccount: collectionAccountOf(orderNo), amount, currency: 'USD', bankCountry: 'US', receivedAt: new Date().toISOString() };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = { 'content-type': 'application/json', 'payment-timestamp': timestamp, 'payment-signature': signPayment(paymentKey, timestamp, fields) };
  const response = await fetch(`${api}/v1/payment-callbacks`, { method: 'POST', headers, body: JSON.stringify(fields) });
  if (!response.ok) throw new Error(`the payment was answered with ${response.status}: ${await response.text()}`);
};

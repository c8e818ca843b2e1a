import { minimalPdf } from '../demo/minimal-pdf.js';
import type { PatientClient } from './patient-client.js';

export interface Cast {
  readonly exporter: PatientClient;
  readonly reviewer: PatientClient;
}

/** Steps of one journey, each answered or seen. */
export const STEPS_OF_A_JOURNEY = 7;

const CONTENT = {
  currency: 'USD',
  tradeCountry: 'US',
  lines: [
    { name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '10000' },
    { name: '台灯', qty: '1', unit: '001', unitPrice: '2.005', total: '2.005' },
  ],
};
const PLEDGE = { pledge: { accepted: true, textVersion: 'company-1' } };

/** The events that a journey without a hitch leaves in the order's stream; receipts come besides. */
export const JOURNEY = [
  'OrderDrafted',
  'OrderSubmitted',
  'OrderApproved',
  'TransmissionRequested',
  'TransmissionDispatched',
  'CustomsOrderSent',
  'DeclarationUploaded',
  'DeclarationVerified',
  'ServiceCompleted',
] as const;

/** Drafts an order, sends it to review and approves it; answers its number. */
export const approvedOrder = async (cast: Cast, stepDone: () => void = () => undefined): Promise<string> => {
  const orderNo = await submittedOrder(cast, stepDone);
  await approve(cast, orderNo);
  stepDone();
  return orderNo;
};

/** An order in review; answers its number. */
export const submittedOrder = async ({ exporter }: Cast, stepDone: () => void = () => undefined): Promise<string> => {
  const { body } = await exporter.command('/v1/customs-orders', CONTENT);
  stepDone();
  const orderNo = String(body['orderNo']);
  await exporter.command(`/v1/customs-orders/${orderNo}/send`, PLEDGE);
  stepDone();
  return orderNo;
};

/** Has an order in review approved, upon which it is sent to customs. */
export const approve = async ({ reviewer }: Cast, orderNo: string): Promise<void> => {
  await reviewer.command(`/v1/customs-orders/${orderNo}/approve`);
};

/** Takes an order from the draft to the finished service, whatever dies on the way; answers its number. */
export const playJourney = async (cast: Cast, stepDone: () => void): Promise<string> => {
  const orderNo = await approvedOrder(cast, stepDone);
  const path = `/v1/customs-orders/${orderNo}`;
  const page = await cast.exporter.until(path, `the success of ${orderNo}`, statusIs('TO_DECLARE'));
  stepDone();
  await cast.exporter.command(`${path}/declaration`, declarationOf(orderNo, page));
  stepDone();
  await cast.reviewer.command(`${path}/declaration/verification`);
  stepDone();
  await cast.exporter.until(path, `the completion of ${orderNo}`, statusIs('COMPLETED'));
  stepDone();
  return orderNo;
};

interface Page {
  readonly basics: { readonly status: { readonly value: string }; readonly companyName: string };
  readonly order: { readonly totals: { readonly amount: string } };
}

/** Whether an order's page shows the status. */
export const statusIs =
  (status: string) =>
  ({ basics }: Page): boolean =>
    basics.status.value === status;

const declarationOf = (orderNo: string, { basics, order }: Page): FormData => {
  const form = new FormData();
  const declarationNo = `2200${new Date().getUTCFullYear()}0${orderNo.replace('-', '').slice(-9)}`;
  const stated = { declarationNo, orderNo, supervisionMode: '9710', companyName: basics.companyName, amount: order.totals.amount, currency: 'USD' };
  for (const [name, value] of Object.entries(stated)) form.append(name, value);
  form.append('file', new Blob([minimalPdf(`Export declaration of ${orderNo}`)], { type: 'application/pdf' }), 'declaration.pdf');
  return form;
};

import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, ApiProblem } from './api-client.js';
import type { DemoInstance } from './instance.js';
import { minimalPdf } from './minimal-pdf.js';

/** An entry of the order's customs log. */
export interface TimelineEntry {
  readonly orderNo: string;
  readonly at: string;
  readonly type: string;
  readonly actor: string;
  readonly text: { readonly en: string; readonly zh: string };
}

export interface Page {
  readonly basics: { readonly status: { readonly value: string }; readonly companyName: string };
  readonly clearance: { readonly transmission: { readonly crossBorderOrderNo: string | null; readonly failure: { readonly reason: string } | null } };
  readonly order: { readonly totals: { readonly amount: string } };
}

/** Seconds that a failed order waits for its resend (9710-R20). */
const COOL_DOWN_SECONDS = 600;

const PATIENCE_MS = 60_000;

export const PLEDGE_TEXT_VERSION = 'company-1';

/** The lines as copied out of a spreadsheet: name, quantity, unit, unit price, total. */
const SPREADSHEET = ['荔枝\t100\t007\t100\t10000', '桂圆\t50\t007\t20.5\t1025'].join('\n');

/** Plays a 9710 order from the draft to the finished service: refused by customs once, sent again, declared, verified. Answers its customs log. */
export const play = async (instance: DemoInstance, say: (line: string) => void): Promise<readonly TimelineEntry[]> => {
  const [exporter, reviewer, ops] = await Promise.all(['exporter', 'reviewer', 'ops'].map((role) => logInAs(instance, role)));
  if (!exporter || !reviewer || !ops) throw new Error('the instance lacks a log-in');

  const { orderNo, draftNo } = await exporter.post<{ orderNo: string; draftNo: string }>('/v1/customs-orders', { currency: 'USD', tradeCountry: 'AU', freight: '120' });
  say(`draft ${draftNo} begun as order ${orderNo}`);
  const order = `/v1/customs-orders/${orderNo}`;
  await exporter.put(`${order}/lines`, SPREADSHEET, 'text/tab-separated-values');
  const drafts = await exporter.get<{ total: number }>('/v1/drafts');
  say(`lines pasted; the draft box holds ${drafts.total} draft(s)`);

  await tellEport(instance, orderNo, { mode: 'reject', code: '-301013', info: '系统异常', times: 1 });
  await exporter.post(`${order}/send`, { pledge: { accepted: true, textVersion: PLEDGE_TEXT_VERSION } });
  await reviewer.post(`${order}/approve`);
  const failed = await until(exporter, order, (page) => page.clearance.transmission.failure !== null, 'the failure');
  say(`approved and sent; customs answered: ${failed.clearance.transmission.failure?.reason ?? ''}`);

  const seconds = await secondsLeft(exporter, order);
  say(`a resend now is refused: ${seconds} s are left`);
  const { now } = await ops.post<{ now: string }>('/v1/ops/clock/advance', { seconds: COOL_DOWN_SECONDS });
  say(`the clock is moved to ${now}`);
  await exporter.post(`${order}/resend`);
  const sent = await until(exporter, order, (page) => page.basics.status.value === 'TO_DECLARE', 'success');
  say(`sent again; the cross-border order number is ${sent.clearance.transmission.crossBorderOrderNo ?? ''}`);

  await exporter.upload(`${order}/declaration`, declaration(orderNo, sent));
  const { position } = await reviewer.post<{ position: number }>(`${order}/declaration/verification`);
  await until(exporter, order, (page) => page.basics.status.value === 'COMPLETED', 'completion');
  say('declaration uploaded and verified; the service is finished');
  return (await exporter.get<{ items: TimelineEntry[] }>(`${order}/timeline?limit=100&minPosition=${position}`)).items;
};

export const logInAs = (instance: DemoInstance, role: string): Promise<ApiClient> => {
  const user = instance.users.find(({ roles }) => roles.includes(role));
  if (user === undefined) throw new Error(`nobody has the role ${role}`);
  return ApiClient.logIn(instance.api, user.username, user.password);
};

const tellEport = async ({ eport }: DemoInstance, key: string, behaviour: object): Promise<void> => {
  const response = await fetch(`${eport}/behaviours/${key}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(behaviour) });
  if (!response.ok) throw new Error(`the e-port simulator answered ${response.status}: ${await response.text()}`);
};

export const until = async (api: ApiClient, order: string, done: (page: Page) => boolean, what: string): Promise<Page> => {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const page = await api.get<Page>(order);
    if (done(page)) return page;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${PATIENCE_MS / 1000} s; the order is ${page.basics.status.value}`);
    await pause(100);
  }
};

const secondsLeft = async (exporter: ApiClient, order: string): Promise<number> => {
  try {
    await exporter.post(`${order}/resend`);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 429 && error.retryAfter !== undefined) return error.retryAfter;
    throw error;
  }
  throw new Error('a resend within ten minutes was not refused');
};

/** The number of the order's declaration. */
export const declarationNoOf = (orderNo: string): string => `2200${new Date().getUTCFullYear()}0${orderNo.replace('-', '').slice(-9)}`;

/** The declaration as the broker's paper says; verification compares it with the order. */
export const declaration = (orderNo: string, { basics, order }: Page): FormData => {
  const form = new FormData();
  const stated = { declarationNo: declarationNoOf(orderNo), orderNo, supervisionMode: '9710', companyName: basics.companyName, amount: order.totals.amount, currency: 'USD' };
  for (const [name, value] of Object.entries(stated)) form.append(name, value);
  form.append('file', new Blob([minimalPdf(`Export declaration of ${orderNo}`)], { type: 'application/pdf' }), 'declaration.pdf');
  return form;
};

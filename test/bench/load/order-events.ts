import { randomUUID } from 'node:crypto';
import type { CustomsOrderEvent } from '#customs';
import { companyId, type EventMetadata, type NewEvent } from '#event-sourcing';

type DataOf<Type extends CustomsOrderEvent['type']> = Extract<CustomsOrderEvent, { type: Type }>['data'];
type Content = DataOf<'OrderSubmitted'>['content'];

/** How far an order has come. */
export type Stage = 'drafted' | 'in-review' | 'sending' | 'failed' | 'to-declare' | 'completed';

/** Of eighteen placed orders, how many stand where: most of a company's orders are finished. */
const PLACED: readonly Stage[] = [
  ...Array<Stage>(2).fill('in-review'),
  'sending',
  ...Array<Stage>(2).fill('failed'),
  ...Array<Stage>(3).fill('to-declare'),
  ...Array<Stage>(10).fill('completed'),
];

/** Which orders are made: all kinds with all their events, drafts only just sent to review, or placed ones with the events that the list shows. */
export type Mix = 'whole' | 'sent-to-review' | 'listed';

const STAGES: Readonly<Record<Mix, readonly Stage[]>> = { whole: ['drafted', 'drafted', ...PLACED], 'sent-to-review': ['in-review'], listed: PLACED };

const LISTED: ReadonlySet<string> = new Set<CustomsOrderEvent['type']>(['OrderDrafted', 'OrderSubmitted', 'CustomsOrderSent', 'SendFailed', 'ServiceCompleted']);

const BEGIN = Date.parse('2026-01-05T01:00:00.000Z');
const MINUTE = 60_000;
const PROFILE = { companyName: '成都示范出口有限公司', uscc: '91330100799655058B', channel: 'SiChuanEport' };
const COUNTRIES = ['US', 'AU', 'DE', 'JP', 'BR'] as const;

/** The events of an order, each as the service writes it, a minute apart. */
export interface OrderHistory {
  readonly orderNo: string;
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

export const orderNoOf = (index: number): string => {
  const digits = String(11_000_000_000 + index * 7);
  return `${digits.slice(0, 6)}-${digits.slice(6)}`;
};

const contentOf = (index: number): Content => ({
  scene: index % 3 === 0 ? 'trade-assurance' : 'cross-border',
  ...(index % 3 === 0 && { tradeAssuranceNo: String(144_601_206_000_000_000n + BigInt(index)) }),
  ...{ ebcCode: '123456789X', currency: 'USD', freight: '120.5', insurance: '12', remarkNo: `RMK-${index}`, tradeCountry: COUNTRIES[index % COUNTRIES.length] ?? 'US' },
  lines: [1, 2, 3, 4].map((seq) => ({ seq, sku: `SKU-${seq}`, name: '荔枝', qty: String(10 + seq), unit: '007', unitPrice: '12.5', total: String((10 + seq) * 12.5) })),
});

const totals = { qty: '50', amount: '625' };

/** The history of the n-th order of a company; its stage and content depend on n. */
export const orderHistory = (index: number, company: string, mix: Mix): OrderHistory => {
  const orderNo = orderNoOf(index);
  const stages = STAGES[mix];
  const begun = BEGIN + index * MINUTE;
  const facts = factsOf(orderNo, index, stages[index % stages.length] ?? 'drafted', (step) => new Date(begun + step * MINUTE).toISOString());
  const kept = mix === 'listed' ? facts.filter(({ type }) => LISTED.has(type)) : facts;
  const events = kept.map((fact, step): NewEvent => ({ id: randomUUID(), ...fact, metadata: metadataOf(company, new Date(begun + step * MINUTE)) }));
  return { orderNo, stream: `customsOrder-${orderNo}`, events };
};

const metadataOf = (company: string, at: Date): EventMetadata => {
  const commandId = randomUUID();
  return {
    ...{ $correlationId: randomUUID(), $causationId: commandId, commandId, commandHash: 'f'.repeat(64), commandName: 'BenchmarkedCommand', actor: 'user:lin' },
    ...{ companyId: companyId(company), schemaVersion: 1, occurredAt: at.toISOString(), origin: { via: 'http', address: '127.0.0.1' } },
  };
};

const factsOf = (orderNo: string, index: number, stage: Stage, at: (step: number) => string): CustomsOrderEvent[] => {
  const content = contentOf(index);
  const drafted: CustomsOrderEvent[] = [
    {
      type: 'OrderDrafted',
      data: {
        ...{ orderNo, draftNo: orderNo.replace('-', '').slice(1), account: 'user:lin', companyName: PROFILE.companyName, channel: PROFILE.channel },
        ...{ exportMode: 'self-export', supervisionMode: '9710', services: ['9710-fulfilment'], content, totals, warnings: [] },
      },
    },
    { type: 'DraftSaved', data: { orderNo, content, totals, warnings: [] } },
  ];
  if (stage === 'drafted') return drafted;
  const submitted: CustomsOrderEvent = {
    type: 'OrderSubmitted',
    data: {
      ...{ orderNo, submission: 1, orderedAt: at(2), submittedAt: at(2), content, totals, profile: PROFILE, fastReview: true, warnings: [] },
      ...{ pledge: { by: 'user:lin', at: at(2), textVersion: 'company-1' }, services: ['9710-fulfilment', 'customer-declaration'] },
    },
  };
  if (stage === 'in-review') return [...drafted, submitted];
  const sending = [...drafted, submitted, ...sendingFacts(orderNo, content, at)];
  if (stage === 'sending') return sending;
  if (stage === 'failed') return [...sending, ...failureFacts(orderNo, at)];
  const declarable = [...sending, ...successFacts(orderNo, at)];
  return stage === 'to-declare' ? declarable : [...declarable, ...completionFacts(orderNo, index, at)];
};

const sendingFacts = (orderNo: string, content: Content, at: (step: number) => string): CustomsOrderEvent[] => [
  { type: 'OrderApproved', data: { orderNo, approvedAt: at(3), transmitAt: at(3) } },
  {
    type: 'TransmissionRequested',
    data: {
      ...{ orderNo, attempt: 1, submission: 1, appType: 1, messageGuid: randomUUID().toUpperCase(), orderGuid: randomUUID().toUpperCase() },
      ...{ copMsgId: `${orderNo}-1`, requestedAt: at(4) },
      message: {
        ...{ ebcCode: content.ebcCode, ebcName: PROFILE.companyName, channel: PROFILE.channel, currency: 'USD', goodsValue: totals.amount },
        ...{ freight: '120.5', insurance: '12', miscFee: '0', lines: content.lines },
      },
    },
  },
  { type: 'TransmissionDispatched', data: { orderNo, attempt: 1, dispatchedAt: at(5) } },
];

const receipt = (orderNo: string, verdict: 'succeeded' | 'failed', returnStatus: string, returnTime: string): CustomsOrderEvent => ({
  type: 'ReceiptRecorded',
  data: {
    ...{ orderNo, attempt: 1, appType: 1, receiptId: randomUUID(), messageType: 'CEB304', verdict, returnStatus, returnInfo: '新增申报成功' },
    ...{ returnTime, receivedAt: returnTime, effect: verdict, heldByCustoms: verdict === 'succeeded' },
  },
});

const failureFacts = (orderNo: string, at: (step: number) => string): CustomsOrderEvent[] => [
  receipt(orderNo, 'failed', '-301008', at(6)),
  {
    type: 'SendFailed',
    data: {
      ...{ orderNo, attempt: 1, appType: 1, reason: '电商企业未注册', code: '-301008', source: 'customs', failedAt: at(6) },
      ...{ lastAttemptAt: at(5), resendFrom: at(15), receiptId: randomUUID() },
    },
  },
];

const successFacts = (orderNo: string, at: (step: number) => string): CustomsOrderEvent[] => [
  receipt(orderNo, 'succeeded', '2', at(6)),
  { type: 'CustomsOrderSent', data: { orderNo, attempt: 1, appType: 1, crossBorderOrderNo: orderNo, sentAt: at(6), receiptId: randomUUID() } },
];

const completionFacts = (orderNo: string, index: number, at: (step: number) => string): CustomsOrderEvent[] => {
  const declarationNo = `220120260${String(index).padStart(9, '0')}`;
  const stated = { declarationNo, orderNo, supervisionMode: '9710', companyName: PROFILE.companyName, amount: totals.amount, currency: 'USD' };
  const file = { fileId: randomUUID(), name: '报关单.pdf', contentType: 'application/pdf', bytes: 52_345, sha256: 'a'.repeat(64) };
  return [
    { type: 'DeclarationUploaded', data: { orderNo, stated, file, uploadedAt: at(7) } },
    { type: 'DeclarationVerified', data: { orderNo, declarationNo, amount: totals.amount, currency: 'USD', verifiedAt: at(8) } },
    { type: 'ServiceCompleted', data: { orderNo, completedAt: at(8) } },
  ];
};

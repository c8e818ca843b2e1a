import type { CustomsOrderEvent } from '../../events.js';
import type { CompleteContent, CustomsOrderMessage, DeclarationFacts } from '../../values.js';

type Samples = { readonly [Event in CustomsOrderEvent as Event['type']]: Event['data'] };

const orderNo = '185002-46889';

const content: CompleteContent = {
  scene: 'trade-assurance',
  tradeAssuranceNo: '144601206001026709',
  ebcCode: '123456789X',
  currency: 'USD',
  remarkNo: 'RMK-7',
  tradeCountry: 'US',
  lines: [
    { seq: 1, name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '10000' },
    { seq: 2, name: '台灯', qty: '1', unit: '001', unitPrice: '2.005', total: '2.005' },
  ],
};
const totals = { qty: '101', amount: '10002.005' };
const profile = { companyName: '四川某某贸易有限公司', uscc: '91510100MA62L1234X', channel: 'SiChuanEport' };

const message: CustomsOrderMessage = {
  ...{ ebcCode: content.ebcCode, ebcName: profile.companyName, channel: profile.channel, currency: 'USD' },
  ...{ goodsValue: totals.amount, freight: '0', insurance: '0', miscFee: '0' },
  lines: content.lines,
};

const stated: DeclarationFacts = {
  ...{ declarationNo: '220120220000123456', orderNo, supervisionMode: '9710' },
  ...{ companyName: profile.companyName, amount: totals.amount, currency: 'USD' },
};

/** One example of the data of every event of an order. */
export const SAMPLES: Samples = {
  OrderDrafted: {
    ...{ orderNo, draftNo: '8500246889', account: 'user:li', companyName: profile.companyName, channel: profile.channel },
    ...{ exportMode: 'self-export', supervisionMode: '9710', services: ['9710-fulfilment'], content, totals, warnings: [] },
  },
  BatchGoodsNoted: { orderNo, goods: [{ name: '荔枝', qty: '90' }], warnings: ['lines-differ-from-batch'] },
  DraftSaved: { orderNo, content, totals, warnings: [] },
  LinesReplaced: { orderNo, lines: [{ seq: 1, name: '荔枝', qty: '5', unit: '007', unitPrice: '2', total: '10' }], totals: { qty: '5', amount: '10' } },
  DraftDeleted: { orderNo },
  OrderSubmitted: {
    ...{ orderNo, submission: 1, orderedAt: '2022-06-21T07:01:00.000Z', submittedAt: '2022-06-21T07:01:00.000Z', content, totals, profile },
    ...{ pledge: { by: 'user:li', at: '2022-06-21T07:01:00.000Z', textVersion: 'company-1' }, services: ['9710-fulfilment', 'customer-declaration'] },
    ...{ fastReview: true, warnings: [] },
  },
  OrderApproved: { orderNo, approvedAt: '2022-06-21T07:02:00.000Z', transmitAt: '2022-06-21T07:02:00.000Z' },
  ConfirmationRequested: { orderNo, question: '数量是否正确？' },
  ConfirmationAnswered: { orderNo, answer: '正确' },
  OrderReturned: { orderNo, reason: '单价有误' },
  OrderReturnedForModification: { orderNo, reason: '退回修改' },
  OrderModified: { orderNo, content: { ...content, tradeCountry: 'AU' }, totals, warnings: [] },
  OrderCancelled: { orderNo, reason: '客户取消', heldByCustoms: false },
  TransmissionRequested: {
    ...{ orderNo, attempt: 1, submission: 1, appType: 1, messageGuid: '4CDE1CFD-EDED-46B1-946C-B8022E42FC94', orderGuid: '5CDE1CFD-EDED-46B1-946C-B8022E42FC94' },
    ...{ copMsgId: `${orderNo}-1`, requestedAt: '2022-06-21T07:03:00.000Z', message },
  },
  TransmissionDispatched: { orderNo, attempt: 1, dispatchedAt: '2022-06-21T07:03:01.000Z' },
  ReceiptRecorded: {
    ...{ orderNo, attempt: 1, appType: 1, receiptId: 'receipt-1', messageType: 'CEB304', verdict: 'succeeded', returnStatus: '120', returnInfo: '逻辑校验通过' },
    ...{ returnTime: '2022-06-21T07:36:26.000Z', receivedAt: '2022-06-21T07:36:27.000Z', effect: 'succeeded', heldByCustoms: true },
  },
  CustomsOrderSent: { orderNo, attempt: 1, appType: 1, crossBorderOrderNo: orderNo, sentAt: '2022-06-21T07:36:26.000Z', receiptId: 'receipt-1' },
  SendFailed: {
    ...{ orderNo, attempt: 1, appType: 1, reason: '电商企业未注册', code: '-301', source: 'customs', failedAt: '2022-06-21T07:05:00.000Z' },
    ...{ lastAttemptAt: '2022-06-21T07:03:01.000Z', resendFrom: '2022-06-21T07:13:01.000Z', receiptId: 'receipt-1' },
  },
  CustomsDeletionConfirmed: { orderNo, attempt: 2, deletedAt: '2022-06-21T09:00:00.000Z', receiptId: 'receipt-2' },
  CustomsDeletionFailed: {
    ...{ orderNo, attempt: 2, reason: '已申报', code: '-302', source: 'customs', failedAt: '2022-06-21T09:00:00.000Z' },
    ...{ lastAttemptAt: '2022-06-21T08:59:00.000Z', resendFrom: '2022-06-21T09:09:00.000Z', receiptId: 'receipt-2' },
  },
  DeclarationUploaded: {
    ...{ orderNo, stated, uploadedAt: '2022-06-22T01:00:00.000Z' },
    file: { fileId: '62b1', name: '报关单.pdf', contentType: 'application/pdf', bytes: 1234, sha256: 'a'.repeat(64) },
  },
  DeclarationVerified: { orderNo, declarationNo: stated.declarationNo, amount: totals.amount, currency: 'USD', verifiedAt: '2022-06-22T02:00:00.000Z' },
  DeclarationRejected: { orderNo, declarationNo: stated.declarationNo, reason: '金额不一致', mismatches: ['amount'] },
  ReleaseReported: { orderNo, declarationNo: stated.declarationNo, amount: totals.amount, currency: 'USD', releasedAt: '2022-06-21T23:00:00.000Z' },
  DeclarationReleased: { orderNo, declarationNo: stated.declarationNo, amount: totals.amount, currency: 'USD', releasedAt: '2022-06-21T23:00:00.000Z' },
  ServiceCompleted: { orderNo, completedAt: '2022-06-22T02:00:00.000Z' },
  SupportCaseOpened: { orderNo, caseNo: 'CASE-1', openedBy: 'deadline', openedAt: '2022-06-21T08:03:00.000Z', attempt: 1, sendingSince: '2022-06-21T07:03:00.000Z' },
};

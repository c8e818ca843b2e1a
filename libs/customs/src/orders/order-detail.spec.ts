import { describe, expect, it } from '@jest/globals';
import { orderDetail } from './order-detail.js';
import { FAILED, FINISHED, SENT, documentsAfter, history, type Step } from './queries/testing/order-history.js';
import { SAMPLES } from './queries/testing/samples.js';

const detailAfter = (steps: readonly Step[]) => documentsAfter(orderDetail, history(steps))[0]!;

describe('order detail', () => {
  it('shows a draft with what is filled in so far and nothing placed', () => {
    const draft = detailAfter([['OrderDrafted'], ['DraftSaved', { content: { scene: 'cross-border', lines: [] }, totals: { qty: '0', amount: '0' } }]]);
    expect(draft).toMatchObject({
      basics: { status: 'DRAFT', draftNo: '8500246889', channel: 'SiChuanEport', supervisionMode: '9710', draftedAt: '2022-06-21T07:00:00.000Z', orderedAt: null },
      order: { content: { scene: 'cross-border', lines: [] }, totals: { amount: '0' } },
      placed: null,
      declaration: null,
    });
  });

  it('keeps the order as placed while it is being modified', () => {
    const { order, placed } = detailAfter([...SENT, ['OrderReturnedForModification'], ['OrderModified'], ['LinesReplaced']]);
    expect(order).toMatchObject({ content: { tradeCountry: 'AU', lines: [{ total: '10' }] }, totals: { amount: '10' } });
    expect(placed).toMatchObject({ submission: 1, content: SAMPLES.OrderSubmitted.content, totals: SAMPLES.OrderSubmitted.totals });
  });

  it('9710-R12 9710-C17 shows who ticked the pledge, when, and which text', () => {
    expect(detailAfter(SENT).placed?.pledge).toEqual({ by: 'user:li', at: '2022-06-21T07:01:00.000Z', textVersion: 'company-1' });
  });

  it('9710-C16 shows company and channel of the snapshot the order was placed with', () => {
    const profile = { companyName: '佛山某某公司', uscc: '91440600MA4UXXXXX1', channel: 'FoShanEport' };
    expect(detailAfter([['OrderDrafted'], ['OrderSubmitted', { profile }]]).basics).toMatchObject({ companyName: '佛山某某公司', channel: 'FoShanEport' });
  });

  it('9710-R15 9710-R16 shows number and time of a successful transmission', () => {
    expect(detailAfter(SENT).transmission).toMatchObject({ crossBorderOrderNo: '185002-46889', sentAt: '2022-06-21T07:36:26.000Z', attempt: 1, appType: 1, heldByCustoms: true, failure: null });
  });

  it('9710-R18 shows why a transmission failed and from when on it can be sent again', () => {
    expect(detailAfter(FAILED).transmission).toMatchObject({
      failure: { reason: '电商企业未注册', code: '-301', source: 'customs', failedAt: '2022-06-21T07:05:00.000Z' },
      resendFrom: '2022-06-21T07:13:01.000Z',
      lastReceipt: { receiptId: 'receipt-1', effect: 'failed' },
    });
  });

  it('9710-R55 has a declaration block only after the transmission has succeeded, and a fresh one after a return', () => {
    expect(detailAfter(SENT.slice(0, -1)).declaration).toBeNull();
    expect(detailAfter(SENT).declaration).toEqual({ file: null, stated: null, uploadedAt: null, verified: null, released: null, rejected: null });
    const rejected: readonly Step[] = [...SENT, ['DeclarationUploaded'], ['DeclarationRejected']];
    expect(detailAfter(rejected).declaration).toMatchObject({ rejected: { reason: '金额不一致', mismatches: ['amount'] }, file: { name: '报关单.pdf' } });
    expect(detailAfter([...rejected, ['DeclarationUploaded']]).declaration?.rejected).toBeNull();
    expect(detailAfter([...SENT, ['OrderReturnedForModification']]).declaration).toBeNull();
  });

  it('9710-R26 shows the verified declaration of a finished order', () => {
    const { basics, declaration, followUp } = detailAfter(FINISHED);
    expect(basics).toMatchObject({ status: 'COMPLETED', declaration: 'VERIFIED' });
    expect(declaration?.verified).toEqual({ declarationNo: '220120220000123456', amount: '10002.005', currency: 'USD', verifiedAt: '2022-06-22T02:00:00.000Z' });
    expect(followUp.completedAt).toBe('2022-06-22T02:00:00.000Z');
  });

  it('9710-C13 9710-R22 follows question, answer and return', () => {
    const steps: readonly Step[] = [['OrderDrafted'], ['OrderSubmitted'], ['ConfirmationRequested'], ['ConfirmationAnswered'], ['OrderReturned']];
    expect(detailAfter(steps).followUp).toMatchObject({
      confirmation: { question: '数量是否正确？', askedAt: '2022-06-21T07:02:00.000Z', answer: '正确', answeredAt: '2022-06-21T07:03:00.000Z' },
      returned: { reason: '单价有误', by: 'reviewer', at: '2022-06-21T07:04:00.000Z' },
    });
    expect(detailAfter([...SENT, ['OrderReturnedForModification']]).followUp.returned).toMatchObject({ by: 'exporter', reason: '退回修改' });
  });

  it('9710-C9 shows that customs deleted a cancelled order', () => {
    const cancelled: readonly Step[] = [...SENT, ['OrderReturnedForModification'], ['OrderCancelled', { heldByCustoms: true }], ['TransmissionRequested', { appType: 3, attempt: 2 }]];
    expect(detailAfter(cancelled)).toMatchObject({ basics: { status: 'CANCELLED' }, transmission: { appType: 3, deletedAt: null } });
    expect(detailAfter([...cancelled, ['CustomsDeletionConfirmed']]).transmission.deletedAt).toBe('2022-06-21T09:00:00.000Z');
  });

  it('stays as it is when events are delivered again', () => {
    expect(documentsAfter(orderDetail, history(FINISHED), 2)).toEqual(documentsAfter(orderDetail, history(FINISHED)));
  });

  it('is gone with its draft', () => {
    expect(documentsAfter(orderDetail, history([['OrderDrafted'], ['DraftDeleted']]))).toEqual([]);
  });
});

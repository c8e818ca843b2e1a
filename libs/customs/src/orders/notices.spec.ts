import { describe, expect, it } from '@jest/globals';
import { notices } from './notices.js';
import { todos } from './notices-todos.js';
import { FAILED, FINISHED, SENT, documentsAfter, history, rowsAfter, type Step } from './queries/testing/order-history.js';

const noticesAfter = (steps: readonly Step[]) => rowsAfter(notices, history(steps));
const todosAfter = (steps: readonly Step[]) => documentsAfter(todos, history(steps));

describe('notices', () => {
  it('9710-R45 tells of sending and success in the words of the platform', () => {
    expect(noticesAfter(SENT).map(({ kind, title, text }) => `${kind} ${title.zh} ${text.zh}`)).toEqual([
      'message 电商订单发送 电商订单发送中，请您耐心等待',
      'message 跨境电商订单 跨境电商订单发送处理中',
      'message 跨境电商订单 跨境电商订单发送成功，发送时间：2022-06-21 15:36:26，跨境电商订单号：185002-46889',
      'todo 报关单 您需要上传出口报关单',
    ]);
  });

  it('9710-R18 says that sending failed, why, and that it can be tried again', () => {
    expect(noticesAfter(FAILED).at(-1)).toMatchObject({ kind: 'todo', action: 'resend', text: { zh: '跨境电商订单发送海关失败，您可尝试重新发送，提示原因：电商企业未注册' } });
  });

  it('9710-R26 thanks at the end', () => {
    expect(noticesAfter(FINISHED).slice(-2).map(({ text }) => text.zh)).toEqual(['报关信息验证通过', '您的服务已完结，谢谢！']);
  });

  it('9710-R56 keeps every message', () => {
    const before = noticesAfter(FAILED);
    const after = noticesAfter([...FAILED, ['TransmissionRequested', { attempt: 2 }], ['SendFailed', { attempt: 2, receiptId: 'receipt-2' }]]);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after).toHaveLength(before.length + 2);
  });

  it('9710-C3 tells of a receipt once for each order and type', () => {
    const once = noticesAfter(SENT);
    expect(noticesAfter([...SENT, ['CustomsOrderSent']])).toEqual(once);
    expect(noticesAfter([...SENT, ['CustomsOrderSent', { receiptId: 'receipt-9' }]])).toHaveLength(once.length + 2);
  });

  it('tells of failures of the channel, which have no receipt, each time', () => {
    const events = history([['OrderDrafted'], ['SendFailed'], ['SendFailed']]).map((event) => {
      if (event.type !== 'SendFailed') return event;
      const { receiptId: _, ...data } = event.data;
      return { ...event, data: { ...data, source: 'channel' as const } };
    });
    const rows = rowsAfter(notices, events);
    expect(rows).toHaveLength(2);
  });

  it('adds nothing when events are delivered again', () => {
    expect(rowsAfter(notices, history(FINISHED), 2)).toEqual(noticesAfter(FINISHED));
  });
});

describe('to-dos', () => {
  it('9710-R22 asks to modify a returned order, with the reason', () => {
    expect(todosAfter([...SENT, ['OrderReturnedForModification']])).toMatchObject([
      { action: 'modify', title: { zh: '退单' }, text: { zh: '订单退回，请您及时修改订单，退回原因：退回修改' }, since: '2022-06-21T07:07:00.000Z' },
    ]);
  });

  it('9710-R23 is done when the order is sent again or cancelled, not when it is merely edited', () => {
    const returned: readonly Step[] = [...SENT, ['OrderReturnedForModification']];
    expect(todosAfter([...returned, ['OrderModified']])).toHaveLength(1);
    expect(todosAfter([...returned, ['OrderSubmitted', { submission: 2 }]])).toEqual([]);
    expect(todosAfter([...returned, ['OrderCancelled']])).toEqual([]);
  });

  it('9710-R18 9710-R20 asks to resend, and says from when on', () => {
    expect(todosAfter(FAILED)).toMatchObject([{ action: 'resend', possibleFrom: '2022-06-21T07:13:01.000Z' }]);
    expect(todosAfter([...FAILED, ['TransmissionRequested', { attempt: 2 }]])).toEqual([]);
  });

  it('9710-R25 asks for the declaration, and again if it was not verified', () => {
    expect(todosAfter(SENT)).toMatchObject([{ action: 'upload-declaration', text: { zh: '您需要上传出口报关单' }, possibleFrom: null }]);
    const uploaded: readonly Step[] = [...SENT, ['DeclarationUploaded']];
    expect(todosAfter(uploaded)).toEqual([]);
    expect(todosAfter([...uploaded, ['DeclarationRejected']])).toMatchObject([{ action: 'upload-declaration', text: { en: 'the declaration was not verified, please upload another: 金额不一致' } }]);
  });

  it('9710-C13 asks for the answer to a question', () => {
    const asked: readonly Step[] = [['OrderDrafted'], ['OrderSubmitted'], ['ConfirmationRequested']];
    expect(todosAfter(asked)).toMatchObject([{ action: 'answer-confirmation', text: { zh: '请您确认：数量是否正确？' } }]);
    expect(todosAfter([...asked, ['ConfirmationAnswered']])).toEqual([]);
  });

  it('9710-R26 leaves nothing to do in a finished order', () => {
    expect(todosAfter(FINISHED)).toEqual([]);
  });

  it('stays as it is when events are delivered again', () => {
    expect(documentsAfter(todos, history(FAILED), 2)).toEqual(todosAfter(FAILED));
  });
});

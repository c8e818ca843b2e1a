import { describe, expect, it } from '@jest/globals';
import { timelineText } from './customs-timeline-texts.js';
import { customsTimeline } from './customs-timeline.js';
import type { CustomsOrderEvent } from './events.js';
import { FINISHED, SENT, history, rowsAfter, type Step } from './queries/testing/order-history.js';
import { SAMPLES } from './queries/testing/samples.js';

const entriesAfter = (steps: readonly Step[]) => rowsAfter(customsTimeline, history(steps));

describe('customs timeline', () => {
  it('9710-R46 has one entry for each event, in the order of the stream', () => {
    const entries = entriesAfter(FINISHED);
    expect(entries.map(({ type }) => type)).toEqual(FINISHED.map(([type]) => type));
    expect(entries.map(({ revision }) => revision)).toEqual(FINISHED.map((_, revision) => revision));
    expect(entries[0]).toMatchObject({ orderNo: '185002-46889', at: '2022-06-21T07:00:00.000Z', actor: 'user:li', companyId: 'acme' });
  });

  it('9710-R46 never changes an entry, however often its event is delivered', () => {
    expect(rowsAfter(customsTimeline, history(FINISHED), 3)).toEqual(entriesAfter(FINISHED));
  });

  it('9710-R45 words sending and success as the platform does, the send time in Beijing time to the second', () => {
    const texts = entriesAfter(SENT).map(({ text }) => text.zh);
    expect(texts).toContain('跨境电商订单发送处理中');
    expect(texts).toContain('跨境电商订单发送成功，发送时间：2022-06-21 15:36:26，跨境电商订单号：185002-46889');
  });

  it('shows what customs answered and what became of it, also for a receipt that repeats', () => {
    const [, receipt, repeated] = entriesAfter([['OrderDrafted'], ['ReceiptRecorded'], ['ReceiptRecorded', { effect: 'repeated' }]]);
    expect(receipt).toMatchObject({ attempt: 1, receipt: { receiptId: 'receipt-1', returnStatus: '120', returnInfo: '逻辑校验通过', effect: 'succeeded' } });
    expect(repeated).toMatchObject({ text: { zh: '海关回执 120（重复回执）逻辑校验通过', en: 'customs receipt 120 (received before) 逻辑校验通过' }, receipt: { effect: 'repeated' } });
  });

  it.each(Object.keys(SAMPLES) as CustomsOrderEvent['type'][])('has a text in both languages for %s', (type) => {
    const { zh, en } = timelineText({ type, data: SAMPLES[type] } as CustomsOrderEvent);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).toMatch(/[a-z]{4}/);
  });
});

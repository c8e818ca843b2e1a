import { describe, expect, it } from '@jest/globals';
import { SENT, documentsAfter, history, type Step } from './queries/testing/order-history.js';
import { supportCases } from './support-cases.js';

const casesAfter = (steps: readonly Step[]) => documentsAfter(supportCases, history(steps));
const STUCK: readonly Step[] = [...SENT.slice(0, 5), ['SupportCaseOpened']];

describe('support cases', () => {
  it('9710-R21 lists the case of a stuck transmission with order, push and since when', () => {
    expect(casesAfter(STUCK)).toMatchObject([
      { orderNo: '185002-46889', caseNo: 'CASE-1', openedBy: 'deadline', sendingSince: '2022-06-21T07:03:00.000Z', attempt: 1, transmission: 'PROCESSING', settledAt: null },
    ]);
  });

  it('9710-R21 keeps the one case of an order', () => {
    expect(casesAfter([...STUCK, ['SupportCaseOpened', { caseNo: 'CASE-2', openedBy: 'exporter' }]])).toMatchObject([{ caseNo: 'CASE-1', openedBy: 'deadline' }]);
  });

  it('has nothing for orders that were never stuck', () => {
    expect(casesAfter(SENT)).toEqual([]);
  });

  it('shows when the stuck push came to its end, and that a later one runs', () => {
    const settled: readonly Step[] = [...STUCK, ['SendFailed']];
    expect(casesAfter(settled)).toMatchObject([{ transmission: 'FAILED', settledAt: '2022-06-21T07:06:00.000Z' }]);
    expect(casesAfter([...settled, ['TransmissionRequested', { attempt: 2 }], ['CustomsOrderSent', { attempt: 2 }]])).toMatchObject([{ transmission: 'SUCCEEDED', settledAt: '2022-06-21T07:06:00.000Z' }]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, type Recorded } from '#event-sourcing';
import type { CustomsOrderEvent } from './events.js';
import { orderDashboard } from './order-dashboard.js';
import { customsOrder } from './order.js';
import { FAILED, FINISHED, SENT, documentsAfter, history, type Step } from './queries/testing/order-history.js';
import { SAMPLES } from './queries/testing/samples.js';

const rowAfter = (steps: readonly Step[]) => documentsAfter(orderDashboard, history(steps))[0];
const countedAfter = (steps: readonly Step[]) => {
  const row = rowAfter(steps);
  return row && orderDashboard.facets?.dimensions(row);
};

describe('order dashboard', () => {
  it('9710-R44 shows mode, account, order date, trade country and amount', () => {
    expect(rowAfter(SENT)).toMatchObject({
      ...{ exportMode: 'self-export', account: 'user:li', orderedAt: '2022-06-21T07:01:00.000Z', tradeCountry: 'US' },
      ...{ amount: '10002.005', currency: 'USD', companyName: '四川某某贸易有限公司' },
    });
  });

  it('9710-R47 carries the services of the order as placed, not those of the draft', () => {
    expect(rowAfter([['OrderDrafted']])?.services).toEqual(['9710-fulfilment']);
    expect(rowAfter([['OrderDrafted'], ['OrderSubmitted']])?.services).toEqual(['9710-fulfilment', 'customer-declaration']);
  });

  it('9710-R50 sorts by the date of the first submission, also after a modification', () => {
    const again: readonly Step[] = [...SENT, ['OrderReturnedForModification'], ['OrderModified'], ['OrderSubmitted', { submission: 2, submittedAt: '2022-06-23T00:00:00.000Z' }]];
    expect(rowAfter(again)).toMatchObject({ orderedAt: '2022-06-21T07:01:00.000Z', status: 'IN_REVIEW', tradeCountry: 'US' });
  });

  it('keeps a draft without an order date and counts it for nothing', () => {
    expect(rowAfter([['OrderDrafted'], ['DraftSaved']])).toMatchObject({ orderedAt: null, status: 'DRAFT' });
    expect(countedAfter([['OrderDrafted']])).toBeUndefined();
    expect(rowAfter([['OrderDrafted'], ['DraftDeleted']])).toBeUndefined();
  });

  it('9710-R51 follows the line total when lines are replaced and the content is modified', () => {
    const back: readonly Step[] = [...SENT, ['OrderReturnedForModification']];
    expect(rowAfter([...back, ['LinesReplaced']])?.amount).toBe('10');
    expect(rowAfter([...back, ['OrderModified']])).toMatchObject({ amount: '10002.005', tradeCountry: 'AU' });
  });

  it('9710-R51 lets the trade country be absent', () => {
    const { tradeCountry: _, ...content } = SAMPLES.OrderSubmitted.content;
    expect(rowAfter([['OrderDrafted'], ['OrderSubmitted', { content }]])).toMatchObject({ tradeCountry: null, keywords: ['185002-46889', 'rmk-7', '144601206001026709'] });
  });

  it('9710-R42 searches order no., remark no., trade-assurance no. and trade country in lower case', () => {
    expect(rowAfter(SENT)?.keywords).toEqual(['185002-46889', 'rmk-7', '144601206001026709', 'us']);
  });

  it('9710-R15 9710-R16 shows number and time of the transmission to the second', () => {
    expect(rowAfter(SENT)).toMatchObject({ crossBorderOrderNo: '185002-46889', sentAt: '2022-06-21T07:36:26.000Z', transmission: 'SUCCEEDED', status: 'TO_DECLARE' });
  });

  it('9710-R18 9710-C2 leaves a failed order in SENDING with reason and earliest resend, until it is sent again', () => {
    expect(rowAfter(FAILED)).toMatchObject({ status: 'SENDING', transmission: 'FAILED', failureReason: '电商企业未注册', resendFrom: '2022-06-21T07:13:01.000Z' });
    expect(rowAfter([...FAILED, ['TransmissionRequested', { attempt: 2 }]])).toMatchObject({ status: 'SENDING', transmission: 'PROCESSING', failureReason: null, resendFrom: null });
  });

  it('9710-R22 takes a returned order back to 待修改 without number and send time', () => {
    expect(rowAfter([...SENT, ['OrderReturnedForModification']])).toMatchObject({ status: 'TO_MODIFY', transmission: 'PENDING', declaration: null, crossBorderOrderNo: null, sentAt: null });
  });

  it('9710-C4 counts an order for each of its services and for no declaration before there is one', () => {
    expect(countedAfter([['OrderDrafted'], ['OrderSubmitted']])).toEqual({
      ...{ status: 'IN_REVIEW', transmission: 'PENDING', declaration: [], exportMode: 'self-export' },
      ...{ services: ['9710-fulfilment', 'customer-declaration'], scene: 'trade-assurance' },
    });
    expect(countedAfter(SENT)?.['declaration']).toBe('NOT_UPLOADED');
  });

  it('reflects the revision of every event, for the ETag', () => {
    for (let count = 1; count <= FINISHED.length; count++) expect(rowAfter(FINISHED.slice(0, count))?.revision).toBe(count - 1);
  });

  it('stays as it is when events are delivered again', () => {
    expect(documentsAfter(orderDashboard, history(FINISHED), 3)).toEqual(documentsAfter(orderDashboard, history(FINISHED)));
  });

  it('9710-C1 never shows another status than the one decisions are taken on', () => {
    const types = (Object.keys(SAMPLES) as CustomsOrderEvent['type'][]).filter((type) => type !== 'OrderDrafted' && type !== 'DraftDeleted');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...types), { maxLength: 15 }), (chosen) => {
        const events: Recorded<CustomsOrderEvent>[] = history([['OrderDrafted'], ...chosen.map((type): Step => [type] as Step)]);
        const order = fold(customsOrder, events);
        expect(documentsAfter(orderDashboard, events)[0]).toMatchObject({ status: order.status, transmission: order.transmission, declaration: order.declaration ?? null });
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { draftBox } from './draft-box.js';
import { documentsAfter, history, type Step } from './queries/testing/order-history.js';
import { SAMPLES } from './queries/testing/samples.js';

const draftsAfter = (steps: readonly Step[]) => documentsAfter(draftBox, history(steps));

describe('draft box', () => {
  it('9710-R33 lists number, trade-assurance no., time of the last change and services', () => {
    expect(draftsAfter([['OrderDrafted']])).toMatchObject([
      { draftNo: '8500246889', orderNo: '185002-46889', tradeAssuranceNo: '144601206001026709', lastModifiedAt: '2022-06-21T07:00:00.000Z', services: ['9710-fulfilment'], tradeCountry: 'US' },
    ]);
  });

  it('9710-R47 9710-R48 carries the 9710 service only, and nothing where that service has nothing', () => {
    const content = { scene: 'cross-border' as const, lines: [] };
    expect(draftsAfter([['OrderDrafted', { content }]])).toMatchObject([{ services: ['9710-fulfilment'], exitCustoms: null, tradeCountry: null, tradeAssuranceNo: null }]);
  });

  it('9710-R49 keeps the number and takes the time when a draft is saved again or its lines are replaced', () => {
    expect(draftsAfter([['OrderDrafted'], ['DraftSaved']])).toMatchObject([{ draftNo: '8500246889', lastModifiedAt: '2022-06-21T07:01:00.000Z' }]);
    expect(draftsAfter([['OrderDrafted'], ['DraftSaved'], ['LinesReplaced']])).toMatchObject([{ lastModifiedAt: '2022-06-21T07:02:00.000Z', revision: 2 }]);
  });

  it('9710-R49 shows what the saved draft says', () => {
    const { tradeAssuranceNo: _, ...content } = SAMPLES.DraftSaved.content;
    expect(draftsAfter([['OrderDrafted'], ['DraftSaved', { content }]])).toMatchObject([{ tradeAssuranceNo: null, tradeCountry: 'US' }]);
  });

  it('9710-R35 forgets a deleted draft', () => {
    expect(draftsAfter([['OrderDrafted'], ['DraftDeleted']])).toEqual([]);
  });

  it('9710-R13 hands a sent draft over to the list, for good', () => {
    expect(draftsAfter([['OrderDrafted'], ['OrderSubmitted'], ['OrderReturned'], ['LinesReplaced']])).toEqual([]);
  });

  it('stays as it is when events are delivered again', () => {
    const events = history([['OrderDrafted'], ['DraftSaved']]);
    expect(documentsAfter(draftBox, events, 2)).toEqual(documentsAfter(draftBox, events));
  });
});

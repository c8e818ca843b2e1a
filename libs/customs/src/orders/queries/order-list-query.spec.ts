import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '#platform';
import { countriesNamed, countryName } from './countries.js';
import { countedFilter, listFilter, needsCounting, OrderListQuery } from './order-list-query.js';

const query = (fields: Partial<OrderListQuery>): OrderListQuery => Object.assign(new OrderListQuery(), fields);
const keywords = (keyword: string): RegExp => listFilter(query({ keyword })).keywords as RegExp;
const found = (keyword: string, text: string): boolean => keywords(keyword).test(text);

describe('order list query', () => {
  it('lists placed orders only, drafts are in the draft box', () => {
    expect(listFilter(query({}))).toEqual({ orderedAt: { $gte: '' } });
    expect(compileValidator(OrderListQuery)({ status: ['DRAFT'] })).toMatchObject([{ field: 'status[0]', code: 'one-of' }]);
  });

  it('9710-R59 shows the statuses without a tab under 全部 and by the progress filter', () => {
    expect(listFilter(query({ tab: 'ALL' })).status).toBeUndefined();
    expect(listFilter(query({ tab: 'ALL', progress: ['TO_DECLARE', 'SENDING'] })).status).toEqual({ $in: ['SENDING', 'TO_DECLARE'] });
    expect(listFilter(query({ tab: 'COMPLETED' })).status).toEqual({ $in: ['COMPLETED'] });
    expect(compileValidator(OrderListQuery)({ tab: 'APPROVED' })).toMatchObject([{ field: 'tab', rule: '9710-R38' }]);
  });

  it('lets nothing through where tab and status contradict each other', () => {
    expect(listFilter(query({ tab: 'TO_MODIFY', status: ['COMPLETED'] })).status).toEqual({ $in: [] });
  });

  it('9710-R41 asks for trade-assurance orders, or for the others', () => {
    expect(countedFilter(query({ tradeAssurance: true }))).toEqual({ scene: ['trade-assurance'] });
    expect(countedFilter(query({ tradeAssurance: false }))).toEqual({ scene: ['cross-border'] });
  });

  it('9710-R42 finds by the beginning of a number, in any case', () => {
    expect(found('RMK', 'rmk-7')).toBe(true);
    expect(found('mk-7', 'rmk-7')).toBe(false);
    expect(found(' 185002-4 ', '185002-46889')).toBe(true);
  });

  it('9710-R42 takes a keyword literally', () => {
    expect(found('.*', 'rmk-7')).toBe(false);
    expect(found('a+(b', 'a+(b)c')).toBe(true);
  });

  it('9710-R42 finds a trade country by its code and by its Chinese or English name', () => {
    for (const keyword of ['us', 'US', '美国', 'united st']) expect(found(keyword, 'us')).toBe(true);
    expect(found('美国', 'au')).toBe(false);
    expect(found('美国', 'used goods')).toBe(false);
  });

  it('9710-R43 takes the first instant in and leaves the last out, however precisely they are written', () => {
    const { orderedAt } = listFilter(query({ orderedFrom: '2022-06-21T08:00:00Z', orderedTo: '2022-06-22T08:00:00.5Z' }));
    expect(orderedAt).toEqual({ $gte: '2022-06-21T08:00:00.000Z', $lt: '2022-06-22T08:00:00.500Z' });
  });

  it('counts by hand only where keyword or dates ask for it', () => {
    expect(needsCounting(query({ tab: 'IN_REVIEW', tradeAssurance: true }))).toBe(false);
    expect(needsCounting(query({ keyword: '1' }))).toBe(true);
    expect(needsCounting(query({ orderedTo: '2022-06-22T08:00:00Z' }))).toBe(true);
  });
});

describe('countries', () => {
  it('are named in both languages; what is none keeps its code', () => {
    expect(countryName('AU')).toEqual({ en: 'Australia', zh: '澳大利亚' });
    expect(countryName('us')).toEqual({ en: 'us', zh: 'us' });
  });

  it('are found by the beginning of a name', () => {
    expect(countriesNamed('austr')).toEqual(['AT', 'AU']);
  });
});

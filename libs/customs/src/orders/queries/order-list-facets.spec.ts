import { describe, expect, it } from '@jest/globals';
import { orderFacets } from './order-list-facets.js';

const facets = orderFacets({ total: 130, byDimension: { status: { IN_REVIEW: 100, TO_DECLARE: 20, COMPLETED: 10 }, services: { '9710-fulfilment': 130, 'customer-declaration': 125 } } });
const countOf = (counters: readonly { value: string; count: number; display: string }[], value: string) => counters.find((counter) => counter.value === value);

describe('order facets', () => {
  it('9710-R38 counts every tab exactly and shows 99+ from 100 on', () => {
    expect(facets.tab.map(({ label, count, display }) => [label.zh, count, display])).toEqual([
      ['全部', 130, '99+'],
      ['待修改', 0, '0'],
      ['待确认', 0, '0'],
      ['审核中', 100, '99+'],
      ['已完成', 10, '10'],
      ['已取消', 0, '0'],
    ]);
  });

  it('9710-R38 shows 99 as it is', () => {
    expect(countOf(orderFacets({ total: 99, byDimension: { status: { IN_REVIEW: 99 } } }).tab, 'IN_REVIEW')?.display).toBe('99');
  });

  it('9710-R39 lists the four export modes, orders or none', () => {
    expect(facets.exportMode.map(({ label }) => label.zh)).toEqual(['一达通代理出口', '自营出口', '市场采购出口', '便捷发货出口']);
  });

  it('9710-R40 9710-C4 counts services exactly, not expecting them to sum up', () => {
    expect(facets.service.map(({ count }) => count)).toEqual([130, 125]);
  });

  it('9710-R41 9710-R59 counts progress by the statuses that have no tab', () => {
    expect(facets.progress.map(({ label, count }) => [label.zh, count])).toEqual([
      ['审核通过', 0],
      ['电商订单发送中', 0],
      ['待报关', 20],
      ['报关单审核', 0],
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { companyId, type Actor } from '#event-sourcing';
import { amountOf } from '#platform';
import { orderDashboard } from '../order-dashboard.js';
import { orderListItem } from './order-list-item.js';
import { FAILED, FINISHED, SENT, documentsAfter, history, type Step } from './testing/order-history.js';

const exporter: Actor = { id: 'user:li', roles: ['exporter'], companyId: companyId('acme') };
const itemAfter = (steps: readonly Step[], actor = exporter) => orderListItem(documentsAfter(orderDashboard, history(steps))[0]!, actor);

describe('order list item', () => {
  it('9710-R51 shows the amount with two decimals and keeps it exact', () => {
    expect(itemAfter(SENT).amount).toEqual({ exact: '10002.005', display: '10002.01', currency: 'USD' });
    expect(amountOf('99999999999999.99999', null).display).toBe('100000000000000.00');
    expect(amountOf('0', 'USD').display).toBe('0.00');
  });

  it('9710-R44 shows 待报关 and 客户自行报关 in the customs column, and which services there are none of', () => {
    expect(itemAfter(SENT).columns).toEqual({
      logistics: { value: null, text: { zh: '无物流服务', en: 'no logistics service' } },
      customs: { value: 'TO_DECLARE', text: { zh: '待报关', en: 'to be declared' }, declaredBy: { zh: '客户自行报关服务', en: "customer's own declaration" } },
      taxRefund: { value: null, text: { zh: '无退税服务', en: 'no tax refund service' } },
      funds: { value: null, text: { zh: '无资金服务', en: 'no funds service' } },
    });
  });

  it('9710-C2 offers resend and return on a failed transmission', () => {
    expect(itemAfter(FAILED).actions).toEqual(expect.arrayContaining(['resend', 'return-for-modification', 'copy']));
  });

  it('9710-C7 offers the return until a declaration is uploaded', () => {
    expect(itemAfter(SENT).actions).toContain('return-for-modification');
    expect(itemAfter([...SENT, ['DeclarationUploaded']]).actions).not.toContain('return-for-modification');
  });

  it('9710-R26 offers neither return nor upload on a finished order', () => {
    expect(itemAfter(FINISHED).actions).toEqual(['copy']);
    expect(itemAfter(FINISHED).stage.label.zh).toBe('服务完结');
  });

  it('offers what the caller may do, not what others may', () => {
    const submitted: readonly Step[] = [['OrderDrafted'], ['OrderSubmitted']];
    expect(itemAfter(submitted, { ...exporter, roles: ['reviewer'] }).actions).toEqual(['approve', 'request-confirmation', 'return']);
    expect(itemAfter(submitted, { ...exporter, roles: ['broker'] }).actions).toEqual([]);
  });
});

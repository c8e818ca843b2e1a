import { describe, expect, it } from '@jest/globals';
import { companyId, countFacets, foldDocuments, type EventMetadata, type Kept, type Recorded } from '#event-sourcing';
import { compileValidator } from '#platform';
import type { TradeOrderEvent } from '../orders/events.js';
import type { BatchEvent } from './batch-events.js';
import { recordTracking } from './record-tracking.js';
import { deskItem } from './queries/desk-item.js';
import { DeskQuery, countedFilter, deskFilter, needsCounting } from './queries/desk-query.js';
import { recordCustomsRelease } from './record-customs-release.js';
import { NEVER } from './ship-date.js';
import { deskDimensions, shippingDesk, type DeskRow } from './shipping-desk.js';
import { BROKER, DRAFTED, EXPORT_ORDER_NO, EXPORTER, ORDER_NO, SYSTEM, following, linked, packed, shipping, verified, type ShippingScenario } from './shipping.scenarios.js';

const NOW = new Date('2022-06-21T07:00:00.000Z');

const recorded = (event: TradeOrderEvent, revision: number): Recorded<TradeOrderEvent> => ({
  ...event,
  id: `event-${revision}`,
  stream: `tradeOrder-${ORDER_NO}`,
  revision,
  position: 100 + revision,
  metadata: { occurredAt: DRAFTED.draftedAt, companyId: companyId('acme') } as EventMetadata,
});

const BEGINNING: readonly TradeOrderEvent[] = [
  { type: 'TradeOrderDrafted', data: DRAFTED },
  { type: 'FundsReceived', data: { orderNo: ORDER_NO, receivedAt: DRAFTED.draftedAt } },
];

/** The desk's row after the events, delivered one by one, each of them `times` times over. */
const rowAfter = (events: readonly BatchEvent[], times = 1): Kept<DeskRow> => {
  const kept = new Map<string, Kept<DeskRow>>();
  [...BEGINNING, ...events].map(recorded).forEach((event) => {
    for (let delivery = 0; delivery < times; delivery += 1) {
      for (const [key, { after }] of foldDocuments(shippingDesk, [{ event, key: event.data.orderNo, partition: 0 }], kept)) if (after) kept.set(key, after);
    }
  });
  const row = kept.get(ORDER_NO);
  if (row === undefined) throw new Error('no row');
  return row;
};

const itemOf = ({ history }: ShippingScenario, actor = EXPORTER, now = NOW) => deskItem(rowAfter(history), actor, now);

describe('the shipping desk', () => {
  it('9710-R36 shows the 9710 order in the row 报关 of its batch, with the way to it', () => {
    const [batch] = itemOf(linked()).batches;
    expect(batch).toMatchObject({
      title: { zh: '发货批次1' },
      products: 1,
      goods: [{ name: 'Table lamp', qty: '5', unit: 'pieces' }],
      logistics: { provider: 'DEPPON', number: 'DPK210001', status: { zh: '暂无物流信息' } },
      customs: { provider: null, number: EXPORT_ORDER_NO, status: { label: { zh: '待通关受理' } }, href: `/v1/customs-orders/${EXPORT_ORDER_NO}` },
      exportWay: { label: { zh: '9710履约服务' } },
    });
  });

  it('9710-R52 shows which of the three steps are done', () => {
    expect(itemOf(packed()).batches[0]?.steps).toEqual({ goods: true, logistics: true, exportInformation: false });
    expect(itemOf(linked()).batches[0]?.steps).toEqual({ goods: true, logistics: true, exportInformation: true });
  });

  it('9710-R53 9710-C11 lists what the caller may do with the order and with each batch', () => {
    const open = itemOf(packed());
    expect([open.actions, open.batches[0]?.actions]).toEqual([[], ['set-goods', 'set-logistics', 'record-tracking', 'choose-export-way', 'delete-batch']]);
    const sent = itemOf(following('IN_REVIEW'));
    expect([sent.actions, sent.batches[0]?.actions]).toEqual([['add-batch'], ['record-tracking']]);
    expect(itemOf(verified(), BROKER).batches[0]?.actions).toEqual(['record-tracking', 'record-release']);
  });

  it('9710-R58 shows an agreed ship date in its zone, overdue once the day is over there; it blocks nothing', () => {
    const before = itemOf(shipping(), EXPORTER, new Date('2022-06-21T06:59:59.999Z'));
    expect([before.agreedShipDate, before.overdue]).toEqual([DRAFTED.agreedShipDate, false]);
    const item = itemOf(shipping());
    expect([item.overdue, item.actions]).toEqual([true, ['add-batch']]);
    expect(itemOf(linked()).batches).toHaveLength(1);
  });

  it('9710-R27 9710-R28 shows how far shipping is, by what amount and since when; shipped, nothing is overdue', () => {
    const release = (amount: string) => linked().when(recordCustomsRelease, { batchNo: 1, declarationNo: '1', declaredAmount: amount, currency: 'USD', releasedAt: '2022-06-15T00:00:00.000Z' }, SYSTEM);
    expect(itemOf(release('500'))).toMatchObject({ shipStatus: { label: { zh: '部分发货' } }, shippedAt: null, released: { exact: '500' }, overdue: true });
    const shipped = itemOf(release('800'));
    expect(shipped).toMatchObject({ shipStatus: { label: { zh: '已发货' } }, shippedAt: '2022-06-15T00:00:00.000Z', released: { exact: '800' }, overdue: false });
    expect(shipped.batches[0]?.customs.status.label.zh).toBe('已放行');
    expect(rowAfter(release('800').history).overdueFrom).toBe(NEVER);
  });

  it('shows what the carrier said last', () => {
    const at = (day: string, status: string) => ({ batchNo: 1, at: `2022-06-${day}T00:00:00Z`, status });
    expect(itemOf(packed().when(recordTracking, at('20', '已发出')).when(recordTracking, at('19', '已揽收'))).batches[0]?.logistics.status.zh).toBe('已发出');
  });

  it('stays as it is when events are delivered again', () => {
    const { history } = following('CANCELLED', following('TO_MODIFY'));
    expect(rowAfter(history, 2)).toEqual(rowAfter(history));
  });

  it('counts each standing of the batches at customs, and nothing before there is money to ship for', () => {
    const row = rowAfter(linked().history);
    expect(deskDimensions(row)).toEqual({ shipStatus: 'AWAITING', exportChannel: 'SELF_9710', transportMode: 'sea', customs: ['AWAITING_ACCEPTANCE'] });
    expect(shippingDesk.facets?.dimensions({ ...row, shipStatus: null })).toBeUndefined();
    expect(countFacets([{ values: deskDimensions(row), count: 2 }], { customs: ['NONE'] }).byDimension['customs']).toEqual({ AWAITING_ACCEPTANCE: 2 });
  });
});

describe('the query of the desk', () => {
  const query = (fields: Partial<DeskQuery>): DeskQuery => Object.assign(new DeskQuery(), fields);

  it('9710-R36 filters by the standing at customs', () => {
    expect(deskFilter(query({ customs: ['TO_MODIFY'] }), NOW)).toEqual({ customs: { $in: ['TO_MODIFY'] }, shipStatus: { $in: ['AWAITING', 'PARTIAL', 'SHIPPED'] } });
    expect(compileValidator(DeskQuery)({ customs: ['GONE'] })).toMatchObject([{ field: 'customs[0]', rule: '9710-R36' }]);
  });

  it('9710-R58 filters by what is overdue now, or not yet', () => {
    expect(deskFilter(query({ overdue: true }), NOW)).toMatchObject({ overdueFrom: { $lte: NOW.toISOString() } });
    expect(deskFilter(query({ overdue: false }), NOW)).toMatchObject({ overdueFrom: { $gt: NOW.toISOString() } });
  });

  it('finds by the beginning of a number or of the buyer’s e-mail, in any case', () => {
    const { keywords } = rowAfter(linked().history);
    expect(keywords).toEqual([ORDER_NO, 'buyer@example.com', 'dpk210001', EXPORT_ORDER_NO]);
    const asked = deskFilter(query({ keyword: ' DPK2' }), NOW).keywords as RegExp;
    expect(keywords.filter((word) => asked.test(word))).toEqual(['dpk210001']);
  });

  it('counts by hand only where keyword or overdue ask for it', () => {
    expect([query({ shipStatus: ['AWAITING'] }), query({ overdue: true }), query({ keyword: '1' })].map(needsCounting)).toEqual([false, true, true]);
    expect(countedFilter(query({ shipStatus: ['AWAITING'], keyword: '1' }))).toEqual({ shipStatus: ['AWAITING'] });
  });
});

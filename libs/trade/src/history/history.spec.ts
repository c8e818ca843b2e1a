import { describe, expect, it } from '@jest/globals';
import { companyId, foldLog, type DomainEvent, type EventMetadata, type KeyState, type LogProjection, type Recorded } from '#event-sourcing';
import type { TradeOrderEvent } from '../orders/events.js';
import { DRAFTED, following, linked, packed } from '../shipping/shipping.scenarios.js';
import { deleteBatch } from '../shipping/delete-batch.js';
import { tradeAuditLog } from './audit-log.js';
import { tradeTimeline } from './timeline.js';

const recorded = <Event extends DomainEvent>(event: Event, revision: number, stream = `tradeOrder-${DRAFTED.orderNo}`): Recorded<Event> => ({
  ...event,
  id: `${stream}/${revision}`,
  stream,
  revision,
  position: revision,
  metadata: { occurredAt: '2022-06-21T08:00:00.000Z', companyId: companyId('acme'), actor: 'user:li', commandName: 'SomeCommand' } as EventMetadata,
});

const rowsOf = <Row extends object, Event extends DomainEvent, State>(projection: LogProjection<Row, Event, State>, events: readonly Recorded<Event>[], times = 1): readonly Row[] => {
  const rows = new Map<string, Row>();
  const states = new Map<string, KeyState<State>>();
  for (const event of events) {
    for (let delivery = 0; delivery < times; delivery += 1) {
      const added = foldLog(projection, [{ event, key: projection.key(event) ?? '', partition: 0 }], states);
      for (const row of added.rows) rows.set(row._id, row);
      for (const [id, state] of added.states) states.set(id, JSON.parse(JSON.stringify(state)) as KeyState<State>);
    }
  }
  return [...rows.values()];
};

const history = (events: readonly TradeOrderEvent[]): Recorded<TradeOrderEvent>[] =>
  [{ type: 'TradeOrderDrafted', data: DRAFTED } as const, { type: 'FundsReceived', data: { orderNo: DRAFTED.orderNo, receivedAt: DRAFTED.draftedAt } } as const, ...events].map((event, revision) => recorded(event, revision));

describe('the timeline of a trade order', () => {
  it('has an entry in both languages for each event, batches named by their numbers', () => {
    const rows = rowsOf(tradeTimeline, history(following('TO_MODIFY').history));
    expect(rows.map(({ text }) => text.zh)).toEqual([
      '起草信保订单，金额 1000 USD',
      '已到款，等待发货',
      '发货批次1：新增',
      '发货批次1：选择商品，共 1 项',
      '发货批次1：提交物流，DEPPON DPK210001',
      '发货批次1：选择9710履约服务',
      '发货批次1：关联 9710 订单 185002-46889',
      '发货批次1：9710 订单 185002-46889：待修改',
      '发货批次1：9710 订单退回，可重新编辑',
    ]);
    expect(rows.at(-1)).toMatchObject({ batchNo: 1, type: 'BatchReopened', actor: 'user:li', text: { en: 'batch 1: reopened for editing, its 9710 order was returned' } });
    expect(rows[0]?.batchNo).toBeNull();
  });

  it('shows the buyer what came from the submission on (TA-R13)', () => {
    const submitted = { type: 'TradeOrderSubmitted', data: { orderNo: DRAFTED.orderNo, submittedAt: DRAFTED.draftedAt, exportAcknowledgement: '1', collectionAccount: '62', receiptDays: 45 } } as const;
    const rows = rowsOf(tradeTimeline, [recorded({ type: 'TradeOrderDrafted' as const, data: DRAFTED }, 0), recorded(submitted, 1)]);
    expect(rows.map(({ type, buyer }) => [type, buyer])).toEqual([
      ['TradeOrderDrafted', null],
      ['TradeOrderSubmitted', 'buyer@example.com'],
    ]);
  });

  it('adds nothing when events are delivered again', () => {
    const events = history(linked().history);
    expect(rowsOf(tradeTimeline, events, 2)).toEqual(rowsOf(tradeTimeline, events));
  });
});

describe('the audit log of trade', () => {
  it('tells what changed of a supplier’s credit line and assurance service', () => {
    const line = { companyId: 'acme', orderNo: DRAFTED.orderNo, amount: '1000', currency: 'USD' };
    const events = [
      { type: 'CreditLineSet', data: { companyId: 'acme', total: '5000', currency: 'USD', setAt: DRAFTED.draftedAt } },
      { type: 'CreditReserved', data: { ...line, reservedAt: DRAFTED.draftedAt } },
    ].map((event, revision) => recorded(event, revision, 'creditLine-acme')) as unknown as Recorded<TradeOrderEvent>[];
    const rows = rowsOf(tradeAuditLog, events);
    expect(rows.map(({ changes }) => changes.map(({ field }) => field))).toEqual([expect.arrayContaining(['total', 'currency']), expect.arrayContaining(['reservations[0].amount'])]);
    const opened = recorded({ type: 'AssuranceServiceOpened', data: { companyId: 'acme', membership: 'PAID', openedAt: DRAFTED.draftedAt } }, 0, 'assuranceService-acme');
    expect(rowsOf(tradeAuditLog, [opened as unknown as Recorded<TradeOrderEvent>])[0]?.changes).toContainEqual(expect.objectContaining({ field: 'status', after: 'OPENED' }));
  });

  it('tells before and after of what changed of the batch only, and what the event says besides', () => {
    const row = rowsOf(tradeAuditLog, history(linked().history)).at(-1);
    expect(row).toMatchObject({ event: 'ExportOrderLinked', actor: 'user:li', command: 'SomeCommand', facts: { exportOrderNo: '185002-46889' } });
    expect(row?.changes).toEqual([
      { field: 'batches.1.export.status', before: 'REQUESTED', after: 'LINKED' },
      { field: 'batches.1.export.exportOrderNo', before: null, after: '185002-46889' },
      { field: 'batches.1.export.orderStatus', before: null, after: 'DRAFT' },
      { field: 'batches.1.export.orderRevision', before: null, after: 0 },
    ]);
  });

  it('tells of a deleted batch what it was', () => {
    const row = rowsOf(tradeAuditLog, history(packed().when(deleteBatch, { batchNo: 1 }).history)).at(-1);
    expect(row?.changes).toContainEqual({ field: 'batches.1.logistics.provider', before: 'DEPPON', after: null });
  });

  it('TA-R20 9710-C12 tells of reservations and rates too', () => {
    const reserved = recorded({ type: 'ConsignmentReserved' as const, data: { consignmentNo: '1', tradeOrderNo: DRAFTED.orderNo, batchNo: 1 } }, 0, 'consignment-1');
    const stored = recorded({ type: 'ExchangeRateStored' as const, data: { from: 'EUR', to: 'USD', rate: '1.1', effectiveFrom: '2022-06-01T00:00:00.000Z', source: 'bank' } }, 0, 'exchangeRate-EUR-USD');
    expect(rowsOf(tradeAuditLog, [reserved, stored]).map(({ changes }) => changes[0])).toEqual([
      { field: 'holder.tradeOrderNo', before: null, after: DRAFTED.orderNo },
      { field: 'entries[0].rate', before: null, after: '1.1' },
    ]);
  });
});

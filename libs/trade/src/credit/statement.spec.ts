import { describe, expect, it } from '@jest/globals';
import { companyId, foldLog, type EventMetadata, type KeyState, type Recorded } from '#event-sourcing';
import { type CreditLine, type CreditLineEvent } from './credit-line.js';
import { creditStatement, type CreditMovement } from './statement.js';

const at = '2022-06-01T00:00:00.000Z';
const ORDER_NO = '38854287001026709';
const fact = { companyId: 'acme', currency: 'USD' };

const EVENTS: readonly CreditLineEvent[] = [
  { type: 'CreditLineSet', data: { ...fact, total: '5000', setAt: at } },
  { type: 'CreditReserved', data: { ...fact, orderNo: ORDER_NO, amount: '1000', reservedAt: at } },
  { type: 'CreditReserved', data: { ...fact, orderNo: '38854287001026710', amount: '3000.5', reservedAt: at } },
  { type: 'CreditReleased', data: { ...fact, orderNo: ORDER_NO, amount: '1000', reason: 'SHIPPED', releasedAt: at } },
  { type: 'CreditLineSet', data: { ...fact, total: '3000', setAt: at } },
];

const statement = (times = 1): readonly CreditMovement[] => {
  const rows = new Map<string, CreditMovement>();
  const states = new Map<string, KeyState<CreditLine>>();
  EVENTS.forEach((event, revision) => {
    const recorded: Recorded<CreditLineEvent> = { ...event, id: String(revision), stream: 'creditLine-acme', revision, position: revision, metadata: { occurredAt: at, companyId: companyId('acme') } as EventMetadata };
    for (let delivery = 0; delivery < times; delivery += 1) {
      const added = foldLog(creditStatement, [{ event: recorded, key: 'acme', partition: 0 }], states);
      for (const row of added.rows) rows.set(row._id, row);
      for (const [id, state] of added.states) states.set(id, state);
    }
  });
  return [...rows.values()];
};

describe('the statement of a credit line', () => {
  it('tells every movement with total, occupied and available amounts after it (TA-R9, TA-R11)', () => {
    expect(statement().map(({ kind, orderNo, amount, reason, total, occupied, available }) => [kind, orderNo?.slice(-2) ?? null, amount, reason, total, occupied, available])).toEqual([
      ['SET', null, '5000', null, '5000', '0', '5000'],
      ['RESERVED', '09', '1000', null, '5000', '1000', '4000'],
      ['RESERVED', '10', '3000.5', null, '5000', '4000.5', '999.5'],
      ['RELEASED', '09', '1000', 'SHIPPED', '5000', '3000.5', '1999.5'],
      ['SET', null, '3000', null, '3000', '3000.5', '0'],
    ]);
  });

  it('adds nothing when events are delivered again', () => {
    expect(statement(2)).toEqual(statement());
  });
});

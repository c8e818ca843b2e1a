import { expect } from '@jest/globals';
import type { System } from '../support/system.js';
import { JOURNEY } from './journey.js';
import type { Evidence, ReadModelContents } from './evidence.js';

/** Every step of a finished journey happened once, and customs got the message of its one transmission. */
export const expectOneOfEach = async (system: System, evidence: Evidence, orderNos: readonly string[]): Promise<void> => {
  for (const orderNo of orderNos) {
    const events = await evidence.eventsOf(orderNo);
    const steps = events.filter(({ type }) => type !== 'ReceiptRecorded');
    expect(steps.map(({ type }) => type).sort()).toEqual([...JOURNEY].sort());
    const held = (await (await fetch(`${system.address('eport')}/orders/${orderNo}`)).json()) as { messageGuid: string };
    const requested = steps.find(({ type }) => type === 'TransmissionRequested')?.data as { messageGuid: string };
    expect(held.messageGuid).toBe(requested.messageGuid);
  }
};

/** The read models are those of an undisturbed replay, document by document; answers them. */
export const expectReplayed = async (evidence: Evidence): Promise<ReadModelContents> => {
  const { kept, replayed } = await evidence.readModels();
  expect(kept).toEqual(replayed);
  return kept;
};

/** The read models are those of an undisturbed replay, document by document; every event has its row in the audit log, and the counters count the rows. */
export const expectAsUndisturbed = async (evidence: Evidence, orderNos: readonly string[]): Promise<void> => {
  const kept = await expectReplayed(evidence);
  const audited = (kept['audit-log@1'] ?? []).map(({ stream, revision }) => `${String(stream)}@${String(revision)}`);
  expect(new Set(audited).size).toBe(audited.length);
  for (const orderNo of orderNos) {
    const events = await evidence.eventsOf(orderNo);
    expect(audited).toEqual(expect.arrayContaining(events.map(({ stream, revision }) => `${stream}@${revision}`)));
  }
  expectCountersToCount(kept);
};

const expectCountersToCount = (kept: ReadModelContents): void => {
  const rows = (kept['order-dashboard@1'] ?? []).filter(({ orderedAt }) => orderedAt !== null);
  const cells = (kept['order-dashboard@1.facets'] ?? []).filter(({ scope }) => scope === 'demo-exports');
  expect(rows.length).toBeGreaterThan(0);
  const counted: Record<string, number> = {};
  for (const { values, count } of cells) counted[statusOf(values)] = (counted[statusOf(values)] ?? 0) + Number(count);
  const actual: Record<string, number> = {};
  for (const { status } of rows) actual[String(status)] = (actual[String(status)] ?? 0) + 1;
  expect(counted).toEqual(actual);
};

const statusOf = (values: unknown): string => (values as { status: string }).status;

import { describe, expect, it } from '@jest/globals';
import { changedFields, companyId, type Recorded } from '#event-sourcing';
import type { CustomsProfileEntry, CustomsProfileEvent } from '../profiles/events.js';
import { auditLog } from './audit-log.js';
import { FINISHED, SENT, history, rowsAfter } from './queries/testing/order-history.js';
import { SAMPLES } from './queries/testing/samples.js';

describe('audit log', () => {
  it('says who did what for which company, when, why, caused by what and from where', () => {
    const origin = { via: 'http', address: '127.0.0.1', userAgent: 'curl' };
    const events = history([['OrderDrafted']], { companyId: 'acme', metadata: { actor: 'apiKey:k1', commandName: 'DraftOrder', reason: 'as ordered by phone', origin } });
    expect(rowsAfter(auditLog, events)).toMatchObject([
      {
        ...{ actor: 'apiKey:k1', companyId: 'acme', event: 'OrderDrafted', command: 'DraftOrder', stream: 'customsOrder-185002-46889', revision: 0 },
        ...{ at: '2022-06-21T07:00:00.000Z', reason: 'as ordered by phone', causationId: 'cause-0', correlationId: 'correlation-1', commandId: 'command-0', origin },
      },
    ]);
  });

  it('tells before and after of the changed fields only', () => {
    const [line] = SAMPLES.DraftSaved.content.lines;
    const content = { ...SAMPLES.DraftSaved.content, currency: 'AUD', lines: [{ ...line!, qty: '5' }] };
    const events = history([['OrderDrafted'], ['DraftSaved', { content, totals: { qty: '5', amount: '500' } }]]);
    expect(rowsAfter(auditLog, events)[1]?.changes).toEqual([
      { field: 'content.currency', before: 'USD', after: 'AUD' },
      { field: 'content.lines[0].qty', before: '100', after: '5' },
      { field: 'content.lines[1].seq', before: 2, after: null },
      { field: 'content.lines[1].name', before: '台灯', after: null },
      { field: 'content.lines[1].qty', before: '1', after: null },
      { field: 'content.lines[1].unit', before: '001', after: null },
      { field: 'content.lines[1].unitPrice', before: '2.005', after: null },
      { field: 'content.lines[1].total', before: '2.005', after: null },
      { field: 'totals.qty', before: '101', after: '5' },
      { field: 'totals.amount', before: '10002.005', after: '500' },
    ]);
  });

  it('tells how the order stood before and after', () => {
    expect(rowsAfter(auditLog, history(SENT)).at(-1)).toMatchObject({
      changes: [
        { field: 'status', before: 'SENDING', after: 'TO_DECLARE' },
        { field: 'transmission', before: 'PROCESSING', after: 'SUCCEEDED' },
        { field: 'declaration', before: null, after: 'NOT_UPLOADED' },
      ],
      facts: { receiptId: 'receipt-1', sentAt: '2022-06-21T07:36:26.000Z' },
    });
  });

  it('keeps the hash of an uploaded file, and no content of messages', () => {
    const rows = rowsAfter(auditLog, history(FINISHED));
    expect(rows.find(({ event }) => event === 'DeclarationUploaded')?.facts).toMatchObject({ file: { sha256: 'a'.repeat(64), name: '报关单.pdf' } });
    expect(Object.keys(rows.find(({ event }) => event === 'TransmissionRequested')?.facts ?? {})).not.toContain('message');
  });

  it('adds nothing when events are delivered again', () => {
    expect(rowsAfter(auditLog, history(FINISHED), 2)).toEqual(rowsAfter(auditLog, history(FINISHED)));
  });

  it('9710-C16 compares a profile entry with the one that held at its beginning', () => {
    const entry = (channel: string, effectiveFrom: string): CustomsProfileEntry => ({
      ...{ companyName: 'A', ebcCode: '123456789X', uscc: '91510100MA62L1234X', channel },
      ...{ service9710Active: true, eportDataAuthorised: false, effectiveFrom },
    });
    const [metadata] = history([['OrderDrafted']]).map((event) => event.metadata);
    const changed = (revision: number, of: CustomsProfileEntry): Recorded<CustomsProfileEvent> => ({
      ...{ id: `profile/${revision}`, stream: 'customsProfile-acme', revision, position: revision, metadata: metadata! },
      type: revision === 0 ? 'CustomsProfileRegistered' : 'CustomsProfileChanged',
      data: { companyId: companyId('acme'), entry: of },
    });
    const rows = rowsAfter(auditLog, [changed(0, entry('SiChuanEport', '2022-01-01T00:00:00.000Z')), changed(1, entry('FoShanEport', '2022-06-01T00:00:00.000Z'))]);
    expect(rows[0]?.changes).toContainEqual({ field: 'channel', before: null, after: 'SiChuanEport' });
    expect(rows[1]).toMatchObject({
      stream: 'customsProfile-acme',
      changes: [
        { field: 'channel', before: 'SiChuanEport', after: 'FoShanEport' },
        { field: 'effectiveFrom', before: '2022-01-01T00:00:00.000Z', after: '2022-06-01T00:00:00.000Z' },
      ],
    });
  });
});

describe('changed fields', () => {
  it('tells a value that takes the place of an object, and the other way round', () => {
    expect(changedFields({ a: { b: 1 } }, { a: 2 })).toEqual([
      { field: 'a', before: null, after: 2 },
      { field: 'a.b', before: 1, after: null },
    ]);
    expect(changedFields({ a: 2 }, { a: { b: 1 } })).toEqual([
      { field: 'a', before: 2, after: null },
      { field: 'a.b', before: null, after: 1 },
    ]);
  });

  it('does not tell undefined, null and absent apart', () => {
    expect(changedFields({ a: undefined, b: null }, { c: null })).toEqual([]);
  });
});

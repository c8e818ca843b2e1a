import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '#platform';
import { EXPORTER, GATEWAY, REVIEWER, UPLOAD, completed, sending, toDeclare, underVerification } from './order.scenarios.js';
import { ReportReleaseInput, reportRelease } from './report-release.js';
import { uploadDeclaration } from './upload-declaration.js';
import { verifyDeclaration } from './verify-declaration.js';

const RELEASE: ReportReleaseInput = { declarationNo: UPLOAD.stated.declarationNo, amount: '10000.00', currency: 'USD', releasedAt: '2022-06-20T23:59:59Z' };

describe('the release by customs', () => {
  it('9710-R28 is recorded with the instant that customs says', () => {
    const order = completed().when(reportRelease, RELEASE, GATEWAY);
    expect(order.last).toEqual([
      { type: 'DeclarationReleased', data: { orderNo: order.orderNo, declarationNo: RELEASE.declarationNo, amount: '10000', currency: 'USD', releasedAt: '2022-06-20T23:59:59.000Z' } },
    ]);
  });

  it('9710-R27 counts with the verification when it is told before', () => {
    const order = toDeclare().when(reportRelease, RELEASE, GATEWAY);
    expect(order.types).toEqual(['ReleaseReported']);
    expect(order.when(reportRelease, RELEASE, GATEWAY).types).toEqual([]);
    order.when(uploadDeclaration, UPLOAD).when(verifyDeclaration, {}, REVIEWER);
    expect(order.types).toEqual(['DeclarationVerified', 'DeclarationReleased', 'ServiceCompleted']);
    expect(order.newest('DeclarationReleased')).toMatchObject({ amount: '10000', releasedAt: '2022-06-20T23:59:59.000Z' });
    expect(order.when(reportRelease, RELEASE, GATEWAY).types).toEqual([]);
  });

  it('9710-R25 told with another amount keeps the declaration from being verified', () => {
    const order = underVerification().when(reportRelease, { ...RELEASE, amount: '9000' }, GATEWAY).when(verifyDeclaration, {}, REVIEWER);
    expect(order.newest('DeclarationRejected').mismatches).toEqual(['amount']);
  });

  it('9710-R27 is of the verified declaration, field by field', () => {
    const refusals = completed().refusals(reportRelease, { ...RELEASE, declarationNo: '220020220999999999', amount: '1', currency: 'AUD' }, GATEWAY);
    expect(refusals.map(({ rule, details }) => [rule, details.field])).toEqual(['declarationNo', 'amount', 'currency'].map((field) => ['9710-R27', field]));
  });

  it('9710-R28 is told once: other facts for the same declaration are refused', () => {
    const order = completed().when(reportRelease, RELEASE, GATEWAY);
    expect(order.refusals(reportRelease, { ...RELEASE, releasedAt: '2022-06-19T00:00:00Z' }, GATEWAY)[0]).toMatchObject({ rule: '9710-R28', code: 'release-differs' });
  });

  it('9710-R28 lies in the past, and there is none before the order was sent', () => {
    expect(completed().refusals(reportRelease, { ...RELEASE, releasedAt: '2022-06-22T00:00:00Z' }, GATEWAY)[0]).toMatchObject({ rule: '9710-R28', details: { field: 'releasedAt' } });
    expect(sending().refusals(reportRelease, RELEASE, GATEWAY)[0]).toMatchObject({ rule: '9710-R28', kind: 'conflict' });
  });

  it('9710-R28 is not the exporter’s to tell', () => {
    expect(completed().refusals(reportRelease, RELEASE, EXPORTER)[0]?.kind).toBe('forbidden');
  });

  it('9710-R28 says what is wrong with its fields', () => {
    const violations = compileValidator(ReportReleaseInput)({ declarationNo: 1, amount: '-1', currency: 'usd', releasedAt: '2022-06-20' });
    expect(violations.map(({ field }) => field)).toEqual(['declarationNo', 'amount', 'currency', 'releasedAt']);
  });
});

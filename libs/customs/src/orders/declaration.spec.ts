import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '#platform';
import { allowedActions } from './actions.js';
import type { DeclarationFactsInput } from './declaration-facts.js';
import { EXPORTER, PROFILE, REVIEWER, SYSTEM, UPLOAD, completed, failed, sending, toDeclare, underVerification } from './order.scenarios.js';
import { rejectDeclaration } from './reject-declaration.js';
import { returnForModification } from './return-for-modification.js';
import { UploadDeclarationInput, uploadDeclaration } from './upload-declaration.js';
import { verifyDeclaration } from './verify-declaration.js';

const stating = (stated: Partial<DeclarationFactsInput>): UploadDeclarationInput => ({ ...UPLOAD, stated: { ...UPLOAD.stated, ...stated } });

describe('the declaration', () => {
  it('9710-R25 is uploaded after the success, reviewed, verified, and the service is finished', () => {
    const order = toDeclare().when(uploadDeclaration, UPLOAD);
    expect(order.state).toMatchObject({ status: 'DECLARATION_REVIEW', declaration: 'UNDER_REVIEW' });
    order.when(verifyDeclaration, {}, REVIEWER);
    expect(order.types).toEqual(['DeclarationVerified', 'ServiceCompleted']);
    expect(order.state).toMatchObject({ status: 'COMPLETED', declaration: 'VERIFIED' });
  });

  it('9710-R25 keeps what was stated and which file proves it', () => {
    expect(underVerification().newest('DeclarationUploaded')).toMatchObject({ stated: UPLOAD.stated, file: UPLOAD.file });
  });

  it.each([
    ['too short', '22002022012345678'],
    ['an import', '220020221123456789'],
    ['of no district', '990020220123456789'],
    ['of a year to come', '220020230123456789'],
  ])('9710-R25 refuses a number that is %s', (_, declarationNo) => {
    expect(toDeclare().refusals(uploadDeclaration, stating({ declarationNo }))[0]).toMatchObject({ rule: '9710-R25', details: { field: 'stated.declarationNo' } });
  });

  it.each([
    ['order-no', { orderNo: '185002-00000' }],
    ['supervision-mode', { supervisionMode: '0110' }],
    ['company', { companyName: '别的公司' }],
    ['amount', { amount: '9999.99999' }],
    ['currency', { currency: 'AUD' }],
  ] as const)('9710-R25 goes back to be declared when its %s does not fit', (mismatch, stated) => {
    const order = toDeclare().when(uploadDeclaration, stating(stated)).when(verifyDeclaration, {}, REVIEWER);
    expect(order.newest('DeclarationRejected').mismatches).toEqual([mismatch]);
    expect(order.state).toMatchObject({ status: 'TO_DECLARE', declaration: 'REJECTED' });
    expect(order.when(uploadDeclaration, UPLOAD).when(verifyDeclaration, {}, REVIEWER).state.status).toBe('COMPLETED');
  });

  it('9710-R25 is checked against what customs has, if customs has said it', () => {
    const order = underVerification().when(verifyDeclaration, { customsRecord: { ...UPLOAD.stated, declarationNo: '220020220999999999', amount: '1' } }, SYSTEM);
    expect(order.newest('DeclarationRejected').mismatches).toEqual(['declaration-no', 'amount']);
    expect(underVerification().when(verifyDeclaration, { customsRecord: UPLOAD.stated }, SYSTEM).state.status).toBe('COMPLETED');
  });

  it('9710-R25 fits however its amount and its company’s name are printed', () => {
    const order = toDeclare().when(uploadDeclaration, stating({ amount: '10000.00', companyName: ` ${PROFILE.companyName} ` }));
    expect(order.when(verifyDeclaration, {}, REVIEWER).state.status).toBe('COMPLETED');
  });

  it('9710-R25 is rejected by a reviewer whom the evidence does not convince', () => {
    const order = underVerification().when(rejectDeclaration, { reason: '扫描件模糊' }, REVIEWER);
    expect(order.newest('DeclarationRejected')).toMatchObject({ reason: '扫描件模糊', mismatches: [] });
    expect(order.state.status).toBe('TO_DECLARE');
  });

  it('9710-R25 is not the exporter’s to verify', () => {
    expect(underVerification().refusals(verifyDeclaration, {}, EXPORTER)[0]?.kind).toBe('forbidden');
    expect(underVerification().refusals(rejectDeclaration, { reason: '不清楚' }, EXPORTER)[0]?.kind).toBe('forbidden');
  });

  it('9710-R55 is not there before the transmission has succeeded, and an upload is refused', () => {
    for (const order of [sending(), failed()]) {
      expect(order.state).not.toHaveProperty('declaration');
      expect(order.refusals(uploadDeclaration, UPLOAD)[0]).toMatchObject({ rule: '9710-R55', kind: 'conflict' });
    }
  });

  it('9710-R26 leaves nothing to upload or take back once the service is finished', () => {
    const order = completed();
    expect(allowedActions(order.state, EXPORTER.roles)).toEqual(['copy']);
    for (const refusal of [order.refusals(uploadDeclaration, UPLOAD)[0], order.refusals(returnForModification, {})[0]]) expect(refusal?.rule).toBe('9710-R26');
  });

  it('says of its file what can be checked', () => {
    const validate = compileValidator(UploadDeclarationInput);
    expect(validate(UPLOAD)).toEqual([]);
    const file = { ...UPLOAD.file, contentType: 'application/x-msdownload', sha256: 'ABC', bytes: 0 };
    expect(validate({ ...UPLOAD, file }).map(({ field }) => field)).toEqual(['file.contentType', 'file.bytes', 'file.sha256']);
  });
});

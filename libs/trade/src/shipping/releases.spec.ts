import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '#platform';
import { allowedBatchActions } from './actions.js';
import { customsRow } from './batch-standing.js';
import { chooseExportWay } from './choose-export-way.js';
import { completeRelease, recordCustomsRelease, setReleaseAside, type CustomsRelease } from './record-customs-release.js';
import { RecordReleaseInput, recordRelease } from './record-release.js';
import { releasedAmount } from './shipment-progress.js';
import { DECLARATION_NO, EXPORT_ORDER_NO, EXPORTER, GATEWAY, ORDER_NO, REVIEWER, SYSTEM, declaring, following, linked, packed, serviceChosen, shipping, verified, type ShippingScenario } from './shipping.scenarios.js';
import { submitBatchDeclaration } from './submit-declaration.js';
import { linkBatchDeclaration, refuseBatchDeclaration, rejectBatchDeclaration, verifyBatchDeclaration } from './verify-declaration.js';

const OTHER_NO = '020220080525641691';

/** What customs publishes of the newest batch's 9710 order. */
const customsRelease = (scenario: ShippingScenario, declaredAmount: string, releasedAt = '2022-06-20T00:00:00.000Z', facts: Partial<CustomsRelease> = {}): CustomsRelease => ({
  batchNo: scenario.order.batches.lastNo,
  declarationNo: `02022008052564169${scenario.order.batches.releases.length}`,
  exportOrderNo: EXPORT_ORDER_NO,
  declaredAmount,
  currency: 'USD',
  releasedAt,
  ...facts,
});

const release = (scenario: ShippingScenario, amount: string, releasedAt?: string, facts?: Partial<CustomsRelease>): ShippingScenario =>
  scenario.when(recordCustomsRelease, customsRelease(scenario, amount, releasedAt, facts), SYSTEM);

describe('the ordinary declaration of a batch', () => {
  it('9710-R2 9710-R24 is submitted, reserved, verified and released', () => {
    const scenario = packed().when(chooseExportWay, { batchNo: 1, way: 'smart-declaration' }).when(submitBatchDeclaration, { batchNo: 1, ...declaring('500.00') });
    expect(scenario.last).toMatchObject([{ type: 'BatchDeclarationSubmitted', data: { way: 'smart-declaration', declarationNo: DECLARATION_NO, amount: '500', file: { name: '报关单.pdf' } } }]);
    expect(scenario.refusals(verifyBatchDeclaration, { batchNo: 1 }, REVIEWER)[0]?.code).toBe('action-not-allowed');
    scenario.when(linkBatchDeclaration, { batchNo: 1, declarationNo: DECLARATION_NO }, SYSTEM).when(verifyBatchDeclaration, { batchNo: 1 }, REVIEWER);
    expect(scenario.types).toEqual(['BatchDeclarationVerified']);
    scenario.when(recordRelease, { batchNo: 1, declarationNo: DECLARATION_NO, releasedAt: '2022-06-20T00:00:00Z' }, GATEWAY);
    expect(scenario.types).toEqual(['DeclarationReleased', 'OrderPartiallyShipped']);
    expect(customsRow(scenario.batch(), scenario.order.batches)).toEqual({ status: 'RELEASED', number: DECLARATION_NO });
    expect(scenario.when(recordRelease, { batchNo: 1, declarationNo: DECLARATION_NO, releasedAt: '2022-06-20T00:00:00Z' }, GATEWAY).types).toEqual([]);
  });

  it('9710-R24 is uploaded on the ordinary path after the 9710 order was cancelled, with or without choosing again', () => {
    const scenario = following('CANCELLED', following('TO_MODIFY')).when(submitBatchDeclaration, { batchNo: 1, ...declaring() });
    expect(scenario.last).toMatchObject([{ type: 'BatchDeclarationSubmitted', data: { way: 'own-declaration' } }]);
  });

  it.each([
    ['too short', '22002022012345678'],
    ['an import', '220020221123456789'],
    ['of no district', '990020220123456789'],
    ['of a year to come', '220020230123456789'],
  ])('9710-R24 refuses a number that is %s, and a currency that customs does not know, at once', (_, declarationNo) => {
    const refusals = packed().when(chooseExportWay, { batchNo: 1, way: 'own-declaration' }).refusals(submitBatchDeclaration, { batchNo: 1, ...declaring('1', 'XXX', declarationNo) });
    expect(refusals.map(({ rule, details }) => [rule, details.field])).toEqual([
      ['9710-R24', 'stated.declarationNo'],
      ['9710-C12', 'stated.currency'],
    ]);
  });

  it('TA-R20 is refused when its number is another order’s', () => {
    const scenario = packed().when(chooseExportWay, { batchNo: 1, way: 'own-declaration' });
    scenario.world = { ...scenario.world, consignment: { holder: { tradeOrderNo: '90021645010167090', batchNo: 1 } } };
    expect(scenario.refusals(submitBatchDeclaration, { batchNo: 1, ...declaring() })[0]).toMatchObject({ rule: 'TA-R20', kind: 'conflict', code: 'consignment-taken', details: { field: 'stated.declarationNo' } });
  });

  it('TA-R20 is rejected when another order was faster with the number; another one can be submitted', () => {
    const reason = { en: 'taken', zh: '已关联' };
    const scenario = packed().when(chooseExportWay, { batchNo: 1, way: 'own-declaration' }).when(submitBatchDeclaration, { batchNo: 1, ...declaring() });
    scenario.when(refuseBatchDeclaration, { batchNo: 1, declarationNo: DECLARATION_NO, rule: 'TA-R20', reason }, SYSTEM);
    expect(scenario.last).toMatchObject([{ type: 'BatchDeclarationRejected', data: { rule: 'TA-R20', reason } }]);
    expect(scenario.when(linkBatchDeclaration, { batchNo: 1, declarationNo: DECLARATION_NO }, SYSTEM).types).toEqual([]);
    expect(scenario.when(submitBatchDeclaration, { batchNo: 1, ...declaring('1', 'USD', OTHER_NO) }).types).toEqual(['BatchDeclarationSubmitted']);
  });

  it('9710-R24 is rejected where customs has other facts, or by a reviewer’s eye', () => {
    const underReview = () =>
      packed().when(chooseExportWay, { batchNo: 1, way: 'own-declaration' }).when(submitBatchDeclaration, { batchNo: 1, ...declaring() }).when(linkBatchDeclaration, { batchNo: 1, declarationNo: DECLARATION_NO }, SYSTEM);
    const differing = underReview().when(verifyBatchDeclaration, { batchNo: 1, customsRecord: { declarationNo: DECLARATION_NO, amount: '499.99', currency: 'USD' } }, REVIEWER);
    expect(differing.last).toMatchObject([{ type: 'BatchDeclarationRejected', data: { reason: { en: 'differs from what customs has: amount' } } }]);
    const rejected = underReview().when(rejectBatchDeclaration, { batchNo: 1, reason: '扫描件模糊' }, REVIEWER);
    expect(customsRow(rejected.batch(), rejected.order.batches).status).toBe('REJECTED');
    expect(allowedBatchActions(rejected.order, rejected.batch(), EXPORTER.roles)).toContain('submit-declaration');
    expect(underReview().refusals(verifyBatchDeclaration, { batchNo: 1 }, EXPORTER)[0]?.kind).toBe('forbidden');
  });
});

describe('shipped', () => {
  it.each([
    ['799.99', 'OrderPartiallyShipped'],
    ['800.00', 'OrderShipped'],
    ['800', 'OrderShipped'],
    ['1200', 'OrderShipped'],
  ])('9710-R27 TA-R21 of 1000.00, %s released makes the order %s', (amount, type) => {
    expect(release(linked(), amount).types).toEqual(['DeclarationReleased', type]);
  });

  it('9710-R28 at the release date of the declaration that made the sum cross 80 %', () => {
    const scenario = release(linked(), '500', '2022-06-10T00:00:00.000Z');
    release(linked(serviceChosen(packed(scenario)), '185002-00001'), '300', '2022-06-15T00:00:00.000Z');
    expect(scenario.last.at(-1)).toEqual({
      type: 'OrderShipped',
      data: { orderNo: ORDER_NO, shippedAt: '2022-06-15T00:00:00.000Z', releasedAmount: '800', decidedBy: '020220080525641691' },
    });
  });

  it('9710-R28 also when releases become known out of order: the date is that of the one that crossed 80 %, not of the one told last', () => {
    const scenario = release(linked(), '300', '2022-06-20T00:00:00.000Z');
    release(scenario, '500', '2022-06-10T00:00:00.000Z');
    expect(scenario.last.at(-1)).toMatchObject({ type: 'OrderShipped', data: { shippedAt: '2022-06-20T00:00:00.000Z', decidedBy: '020220080525641690' } });
  });

  it('9710-R28 moves the date when a release becomes known that had crossed 80 % earlier', () => {
    const scenario = release(release(linked(), '500', '2022-06-05T00:00:00.000Z'), '300', '2022-06-20T00:00:00.000Z');
    release(scenario, '300', '2022-06-10T00:00:00.000Z');
    expect(scenario.last.at(-1)).toEqual({
      type: 'ShipmentDateCorrected',
      data: { orderNo: ORDER_NO, shippedAt: '2022-06-10T00:00:00.000Z', releasedAmount: '1100', decidedBy: '020220080525641692' },
    });
    expect(scenario.order.batches.shippedAt).toBe('2022-06-10T00:00:00.000Z');
    expect(release(scenario, '1', '2022-06-21T00:00:00.000Z').types).toEqual(['DeclarationReleased']);
  });

  it('9710-R28 records what is released after the order is completed, and leaves its date alone', () => {
    const scenario = release(linked(), '800', '2022-06-20T00:00:00.000Z');
    scenario.order = { ...scenario.order, status: 'COMPLETED' };
    expect(release(scenario, '800', '2022-06-10T00:00:00.000Z').types).toEqual(['DeclarationReleased']);
  });

  it('9710-R29 partly, it waits for another batch', () => {
    const scenario = release(linked(), '500');
    expect(scenario.last.at(-1)).toEqual({ type: 'OrderPartiallyShipped', data: { orderNo: ORDER_NO, releasedAmount: '500' } });
    expect(scenario.order.status).toBe('PARTIALLY_SHIPPED');
    expect(release(packed(scenario), '100').types).toEqual(['DeclarationReleased']);
  });

  it('9710-C12 counts the declared amounts in the order’s currency, at the rate in force at the release', () => {
    const scenario = linked();
    scenario.world = { ...scenario.world, rates: { entries: [{ rate: '1.05', effectiveFrom: '2022-06-01T00:00:00.000Z' }, { rate: '1.1', effectiveFrom: '2022-06-20T00:00:00.000Z' }] } };
    release(scenario, '100.33333', '2022-06-20T00:00:00.000Z', { currency: 'EUR' });
    expect(scenario.last[0]).toMatchObject({ type: 'DeclarationReleased', data: { declaredAmount: '100.33333', currency: 'EUR', amountInOrderCurrency: '110.36666', rate: { rate: '1.1' } } });
    release(scenario, '100', '2022-06-19T23:59:59.999Z', { currency: 'EUR' });
    expect(scenario.last[0]).toMatchObject({ data: { amountInOrderCurrency: '105', rate: { rate: '1.05' } } });
    expect(releasedAmount(scenario.order.batches)).toBe('215.36666');
  });

  it('9710-C12 waits for the rate where none is stored: recorded, not counted, and counted when the rate comes', () => {
    const scenario = release(linked(), '800', undefined, { currency: 'EUR' });
    expect(scenario.last).toMatchObject([{ type: 'ReleasePending', data: { declaredAmount: '800', currency: 'EUR', orderCurrency: 'USD' } }]);
    expect(scenario.order.status).toBe('AWAITING_SHIPMENT');
    const rate = { rate: '1', effectiveFrom: '2022-06-01T00:00:00.000Z' };
    scenario.when(completeRelease, { declarationNo: '020220080525641690', rate }, SYSTEM);
    expect(scenario.last).toMatchObject([{ type: 'DeclarationReleased', data: { amountInOrderCurrency: '800', orderCurrency: 'USD', rate } }, { type: 'OrderShipped', data: { shippedAt: '2022-06-20T00:00:00.000Z' } }]);
    expect(scenario.when(completeRelease, { declarationNo: '020220080525641690', rate }, SYSTEM).types).toEqual([]);
  });

  it('9710-C12 refuses to record by hand what needs a rate that is not stored', () => {
    const [refusal] = verified('500', 'EUR').refusals(recordRelease, { batchNo: 1, declarationNo: DECLARATION_NO, releasedAt: '2022-06-20T00:00:00Z' }, GATEWAY);
    expect(refusal).toMatchObject({ rule: '9710-C12', kind: 'invalid', details: { facts: { from: 'EUR', to: 'USD' } } });
  });

  it('TA-R22 not by a release before the order was drafted; at the same instant it counts', () => {
    const at = (releasedAt: string) => ({ batchNo: 1, declarationNo: DECLARATION_NO, releasedAt });
    expect(verified().refusals(recordRelease, at('2022-05-31T23:59:59.999Z'), GATEWAY)[0]).toMatchObject({ rule: 'TA-R22', kind: 'invalid', details: { field: 'releasedAt' } });
    expect(verified().when(recordRelease, at('2022-06-01T00:00:00Z'), GATEWAY).types).toEqual(['DeclarationReleased', 'OrderPartiallyShipped']);
    expect(verified().refusals(recordRelease, at('2022-06-22T00:00:00Z'), GATEWAY)[0]?.rule).toBe('9710-R28');
  });

  it('TA-R22 not by such a release of customs either: it is set aside, and kept', () => {
    const scenario = release(linked(), '1000', '2022-05-31T23:59:59.999Z');
    expect(scenario.last).toMatchObject([{ type: 'ReleaseSetAside', data: { rule: 'TA-R22', declaredAmount: '1000' } }]);
    expect(releasedAmount(scenario.order.batches)).toBe('0');
    expect(release(linked(), '1000', '2022-06-01T00:00:00.000Z').types).toEqual(['DeclarationReleased', 'OrderShipped']);
  });

  it('TA-R20 not by a declaration that is another order’s', () => {
    const scenario = linked();
    const payload = customsRelease(scenario, '1000');
    scenario.when(setReleaseAside, { ...payload, rule: 'TA-R20', reason: { en: 'taken', zh: '已关联' } }, SYSTEM);
    expect(scenario.types).toEqual(['ReleaseSetAside']);
    expect(scenario.when(recordCustomsRelease, payload, SYSTEM).types).toEqual([]);
  });

  it('9710-R28 by what was verified: another number is refused, as is one that was not verified', () => {
    expect(verified().refusals(recordRelease, { batchNo: 1, declarationNo: OTHER_NO, releasedAt: '2022-06-20T00:00:00Z' }, GATEWAY)[0]).toMatchObject({ details: { field: 'declarationNo' } });
    expect(packed().refusals(recordRelease, { batchNo: 1, declarationNo: OTHER_NO, releasedAt: '2022-06-20T00:00:00Z' }, GATEWAY)[0]?.rule).toBe('9710-R27');
    expect(shipping().refusals(recordRelease, { batchNo: 1, declarationNo: OTHER_NO, releasedAt: '2022-06-20T00:00:00Z' }, GATEWAY)).toEqual([]);
    expect(compileValidator(RecordReleaseInput)({ declarationNo: '1', releasedAt: 'yesterday' })).toMatchObject([{ field: 'releasedAt', rule: '9710-R28' }]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Refusal } from '#event-sourcing';
import { OPS, SUPPLIER } from '../orders/order.scenarios.js';
import { applyForAssurance, type ApplyForAssuranceInput } from './apply-for-assurance.js';
import type { AssuranceService, AssuranceServiceEvent, ShopRecord } from './assurance-service.js';
import { recordShop } from './record-shop.js';

const SHOP: ShopRecord = { companyName: '成都示范出口有限公司', uscc: '91330100799655058B', membership: 'FREE', operating: true };
const CERTIFICATION = { companyName: SHOP.companyName, uscc: SHOP.uscc, legalRepresentative: '李明' };
const WORLD = { id: 'acme', now: new Date('2026-03-01T08:00:00.000Z'), actor: SUPPLIER, company: SUPPLIER.companyId };

const apply = (shop: Partial<ShopRecord> | undefined, input: ApplyForAssuranceInput = {}, status: AssuranceService['status'] = 'NOT_OPENED'): readonly AssuranceServiceEvent[] =>
  applyForAssurance(input, { status, ...(shop !== undefined && { shop: { ...SHOP, ...shop } }) }, WORLD);

const refusalOf = (decide: () => unknown): Refusal => {
  try {
    decide();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('the decision was not refused');
};

describe('applying for the assurance service', () => {
  it('TA-R1 opens at once for paid members, who need no more than to apply', () => {
    expect(apply({ membership: 'PAID' })).toMatchObject([{ type: 'AssuranceServiceOpened', data: { membership: 'PAID', openedAt: '2026-03-01T08:00:00.000Z' } }]);
    expect(refusalOf(() => apply({ membership: 'PAID' }, { certification: CERTIFICATION })).details.field).toBe('certification');
    expect(refusalOf(() => apply({}, {}, 'OPENED')).code).toBe('already-opened');
    expect(refusalOf(() => applyForAssurance({}, { status: 'NOT_OPENED', shop: SHOP }, { ...WORLD, actor: OPS })).kind).toBe('forbidden');
  });

  it('TA-R2 asks free members for their certification, and answers it at once', () => {
    expect(refusalOf(() => apply({}))).toMatchObject({ rule: 'TA-R2', kind: 'invalid', details: { field: 'certification' } });
    expect(apply({}, { certification: CERTIFICATION })).toMatchObject([{ type: 'AssuranceServiceOpened', data: { membership: 'FREE', certification: CERTIFICATION } }]);
    const [refused] = apply({}, { certification: { ...CERTIFICATION, companyName: '别的公司', uscc: '91330100799655058C' } });
    expect(refused).toMatchObject({ type: 'AssuranceServiceRefused', data: { reasons: { length: 3 } } });
    expect(apply({}, { certification: CERTIFICATION }, 'REFUSED')).toMatchObject([{ type: 'AssuranceServiceOpened' }]);
  });

  it('TA-R28 is for shops that really operate, as the platform knows them', () => {
    expect(refusalOf(() => apply(undefined))).toMatchObject({ rule: 'TA-R28', code: 'no-operating-shop' });
    expect(refusalOf(() => apply({ operating: false, membership: 'PAID' })).rule).toBe('TA-R28');
    expect(refusalOf(() => recordShop(SHOP, { status: 'NOT_OPENED' }, WORLD))).toMatchObject({ rule: 'TA-R28', kind: 'forbidden' });
    expect(recordShop(SHOP, { status: 'NOT_OPENED' }, { ...WORLD, actor: OPS })).toMatchObject([{ type: 'ShopRecorded' }]);
    expect(recordShop(SHOP, { status: 'NOT_OPENED', shop: SHOP }, { ...WORLD, actor: OPS })).toEqual([]);
  });
});

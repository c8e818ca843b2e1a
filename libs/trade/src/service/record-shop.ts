import { Command, invalid, refusal, type CompanyId, type Decide } from '#event-sourcing';
import { Flag, OneOf, Pattern, Text } from '#platform';
import { isUscc } from '#reference-data';
import { MEMBERSHIPS, type AssuranceService, type AssuranceServiceEvent, type Membership } from './assurance-service.js';

export const USCC = { en: 'must be a unified social credit code of 18 characters', zh: '必须是 18 位统一社会信用代码' };

export class RecordShopInput {
  @Text(1, 100, { context: { rule: 'TA-R28' } })
  companyName!: string;

  @Pattern(/^[0-9A-Z]{18}$/, USCC, { context: { rule: 'TA-R2' } })
  uscc!: string;

  @OneOf(MEMBERSHIPS, { context: { rule: 'TA-R1' } })
  membership!: Membership;

  /** Whether the shop really operates. */
  @Flag({ context: { rule: 'TA-R28' } })
  operating!: boolean;
}

/** The platform records what it knows of a supplier's shop (TA-R28); the target is the company. */
export class RecordShop extends Command<RecordShopInput> {}

export const recordShop: Decide<RecordShopInput, AssuranceService, AssuranceServiceEvent, { readonly company: CompanyId }> = (input, { shop }, { id, now, actor, company }) => {
  if (!actor.roles.some((role) => role === 'ops' || role === 'system')) {
    throw refusal('TA-R28', { en: 'shops are recorded by the platform', zh: '店铺资料由平台维护' }, { kind: 'forbidden' });
  }
  if (id !== company) throw refusal('TA-R28', { en: 'the command must be for the company of the shop', zh: '请求所属企业与店铺不一致' }, { kind: 'invalid' });
  if (!isUscc(input.uscc)) throw invalid('TA-R2', 'uscc', { en: 'has a wrong check character or shape', zh: '格式或校验码不正确' });
  const { companyName, uscc, membership, operating } = input;
  const same = shop?.companyName === companyName && shop.uscc === uscc && shop.membership === membership && shop.operating === operating;
  return same ? [] : [{ type: 'ShopRecorded', data: { companyId: id, companyName, uscc, membership, operating, recordedAt: now.toISOString() } }];
};

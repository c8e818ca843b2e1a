import { Command, invalid, refusal, type Bilingual, type CompanyId, type Decide } from '#event-sourcing';
import { Nested, Optional, Pattern, Text } from '#platform';
import { isUscc } from '#reference-data';
import type { AssuranceService, AssuranceServiceEvent, ShopRecord } from './assurance-service.js';
import { USCC } from './record-shop.js';

export class CertificationInput {
  @Text(1, 100, { context: { rule: 'TA-R2' } })
  companyName!: string;

  @Pattern(/^[0-9A-Z]{18}$/, USCC, { context: { rule: 'TA-R2' } })
  uscc!: string;

  /** 法定代表人 */
  @Text(1, 100, { context: { rule: 'TA-R2' } })
  legalRepresentative!: string;
}

export class ApplyForAssuranceInput {
  /** 企業認證信息: free members only. */
  @Optional()
  @Nested(() => CertificationInput, { context: { rule: 'TA-R2' } })
  certification?: CertificationInput;
}

/** A supplier applies for the service (立即申請): opened or refused at once, free of charge (TA-R1, TA-R2). */
export class ApplyForAssurance extends Command<ApplyForAssuranceInput> {}

/** A shop that really operates is what the service is for (TA-R28). */
const operatingShop = ({ shop }: AssuranceService): ShopRecord => {
  if (shop?.operating === true) return shop;
  const text = shop === undefined ? { en: 'the platform knows no shop of the company', zh: '平台尚无该企业店铺' } : { en: 'the shop does not operate', zh: '店铺未在经营' };
  throw refusal('TA-R28', text, { code: 'no-operating-shop' });
};

/** Where the certification and the platform's record of the company differ. */
const differences = (stated: CertificationInput, shop: ShopRecord): readonly Bilingual[] => [
  ...(isUscc(stated.uscc) ? [] : [{ en: 'the unified social credit code has a wrong check character', zh: '统一社会信用代码校验码不正确' }]),
  ...(stated.uscc === shop.uscc ? [] : [{ en: 'the unified social credit code is not the one of the shop', zh: '统一社会信用代码与店铺主体不一致' }]),
  ...(stated.companyName.trim() === shop.companyName ? [] : [{ en: 'the company name is not the one of the shop', zh: '企业名称与店铺主体不一致' }]),
];

export const applyForAssurance: Decide<ApplyForAssuranceInput, AssuranceService, AssuranceServiceEvent, { readonly company: CompanyId }> = (
  { certification },
  service,
  { id, now, actor, company },
) => {
  if (!actor.roles.includes('exporter')) throw refusal('TA-R1', { en: 'suppliers apply for the service', zh: '仅卖家可申请开通' }, { kind: 'forbidden' });
  if (id !== company) throw refusal('TA-R1', { en: 'the command must be for the company of the service', zh: '请求所属企业与服务不一致' }, { kind: 'invalid' });
  if (service.status === 'OPENED') throw refusal('TA-R1', { en: 'the service is opened already', zh: '服务已开通' }, { code: 'already-opened' });
  const shop = operatingShop(service);
  const openedAt = now.toISOString();
  if (shop.membership === 'PAID') {
    if (certification !== undefined) throw invalid('TA-R1', 'certification', { en: 'is for free members only', zh: '仅免费会员需填写企业认证信息' });
    return [{ type: 'AssuranceServiceOpened', data: { companyId: id, membership: 'PAID', openedAt } }];
  }
  if (certification === undefined) throw invalid('TA-R2', 'certification', { en: 'is asked of free members', zh: '免费会员须填写企业认证信息' });
  const reasons = differences(certification, shop);
  if (reasons.length > 0) return [{ type: 'AssuranceServiceRefused', data: { companyId: id, certification, reasons, refusedAt: openedAt } }];
  return [{ type: 'AssuranceServiceOpened', data: { companyId: id, membership: 'FREE', certification, openedAt } }];
};

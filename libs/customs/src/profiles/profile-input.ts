import { invalid, refuseIfAny, type Refusal } from '#event-sourcing';
import { Flag, InstantString, Optional, Pattern, Text } from '#platform';
import { isEnterpriseCode, isUscc } from '#reference-data';
import type { CustomsProfileEntry } from './events.js';

const EBC_CODE = { en: 'must be a customs enterprise code: 6 digits and 4 digits or capital letters', zh: '必须是 10 位海关企业代码：6 位数字加 4 位数字或大写字母' };
const USCC = { en: 'must be a unified social credit code of 18 characters', zh: '必须是 18 位统一社会信用代码' };
const CHANNEL = { en: 'must be a channel code of letters, digits, _ or -', zh: '必须是由字母、数字、_ 或 - 组成的通道代码' };

/** What a company is at customs, as registered by the platform's operations. */
export class CustomsProfileInput {
  @Text(1, 100, { context: { rule: '9710-R5' } })
  companyName!: string;

  @Pattern(/^\d{6}[0-9A-Z]{4}$/, EBC_CODE, { context: { rule: '9710-R6' } })
  ebcCode!: string;

  @Pattern(/^[0-9A-Z]{18}$/, USCC, { context: { rule: '9710-R5' } })
  uscc!: string;

  /** Code of a configured channel (9710-C8). */
  @Pattern(/^[\w-]{1,64}$/, CHANNEL, { context: { rule: '9710-C8' } })
  channel!: string;

  @Flag({ context: { rule: '9710-R30' } })
  service9710Active!: boolean;

  @Flag({ context: { rule: '9710-R31' } })
  eportDataAuthorised!: boolean;

  /** Now, if left out. */
  @Optional()
  @InstantString({ context: { rule: '9710-C16' } })
  effectiveFrom?: string;
}

/** The entry to be kept. Throws `Refusal`(s) for codes that cannot be anybody's. */
export const entryOf = (input: CustomsProfileInput, now: Date): CustomsProfileEntry => {
  const problems: Refusal[] = [];
  if (!isEnterpriseCode(input.ebcCode)) problems.push(invalid('9710-R6', 'ebcCode', EBC_CODE));
  if (!isUscc(input.uscc)) problems.push(invalid('9710-R5', 'uscc', { en: 'has a wrong check character or shape', zh: '格式或校验码不正确' }));
  refuseIfAny(problems);
  const { companyName, ebcCode, uscc, channel, service9710Active, eportDataAuthorised, effectiveFrom } = input;
  const from = effectiveFrom === undefined ? now : new Date(effectiveFrom);
  return { companyName, ebcCode, uscc, channel, service9710Active, eportDataAuthorised, effectiveFrom: from.toISOString() };
};

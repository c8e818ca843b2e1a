import { Command, invalid, refusal, type CompanyId, type Decide } from '#event-sourcing';
import { DecimalString, Pattern } from '#platform';
import { currencyByIso, decimalText, ZERO } from '#reference-data';
import { requireCreditAction } from './actions.js';
import type { CreditLine, CreditLineEvent } from './credit-line.js';

const CURRENCY = { en: 'must be an ISO 4217 code of 3 capital letters, e.g. USD', zh: '必须是 ISO 4217 币制代码（3 位大写字母），例如 USD' };

export class SetCreditLineInput {
  @DecimalString({ digits: 19, places: 5, min: '0' }, { context: { rule: 'TA-R11' } })
  total!: string;

  @Pattern(/^[A-Z]{3}$/, CURRENCY, { context: { rule: 'TA-R11' } })
  currency!: string;
}

/** The platform sets a supplier's credit line; the target is the company. A total below what is occupied takes nothing away from orders under way. */
export class SetCreditLine extends Command<SetCreditLineInput> {}

export const setCreditLine: Decide<SetCreditLineInput, CreditLine, CreditLineEvent, { readonly company: CompanyId }> = ({ total, currency }, line, { id, now, actor, company }) => {
  requireCreditAction('set-total', actor);
  if (id !== company) throw refusal('TA-R11', { en: 'the command must be for the company of the line', zh: '请求所属企业与额度不一致' }, { kind: 'invalid' });
  if (!currencyByIso(currency)) throw invalid('TA-R11', 'currency', { en: `customs knows no currency ${currency}`, zh: `海关币制表中没有 ${currency}` });
  if (line.reservations.length > 0 && line.currency !== currency) {
    throw refusal('TA-R11', { en: `the line is occupied in ${line.currency ?? 'no currency'}`, zh: `额度已以 ${line.currency ?? '无'} 占用` }, { field: 'currency' });
  }
  const canonical = decimalText(total) ?? ZERO;
  return line.total === canonical && line.currency === currency ? [] : [{ type: 'CreditLineSet', data: { companyId: id, total: canonical, currency, setAt: now.toISOString() } }];
};

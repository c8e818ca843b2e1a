import { DecimalString, Pattern, Text } from '#platform';
import { checkDeclarationNo, decimalText } from '#reference-data';
import type { CustomsOrder } from './order.js';
import type { DeclarationFacts, DeclarationMismatch } from './values.js';

const CURRENCY = { en: 'must be an ISO 4217 code of 3 capital letters, e.g. USD', zh: '必须是 ISO 4217 币制代码（3 位大写字母），例如 USD' };

/** What a declaration says, as typed by its uploader or as customs has it. */
export class DeclarationFactsInput {
  /** 报关单海关编号 */
  @Text(1, 18, { context: { rule: '9710-R25' } })
  declarationNo!: string;

  /** The order number in its attached documents. */
  @Text(1, 60, { context: { rule: '9710-R25' } })
  orderNo!: string;

  /** 监管方式 */
  @Text(1, 4, { context: { rule: '9710-R25' } })
  supervisionMode!: string;

  /** 境内发货人 */
  @Text(1, 100, { context: { rule: '9710-R25' } })
  companyName!: string;

  @DecimalString({ digits: 19, places: 5, min: '0' }, { context: { rule: '9710-R25' } })
  amount!: string;

  @Pattern(/^[A-Z]{3}$/, CURRENCY, { context: { rule: '9710-R25' } })
  currency!: string;
}

const canonical = (amount: string): string => decimalText(amount) ?? amount;

/** The facts with the amount in canonical form. */
export const factsOf = ({ declarationNo, orderNo, supervisionMode, companyName, amount, currency }: DeclarationFactsInput): DeclarationFacts => ({
  declarationNo,
  orderNo,
  supervisionMode,
  companyName,
  amount: canonical(amount),
  currency,
});

/** Company names are compared as printed, but for the width of characters and blanks at the ends. */
const sameName = (a: string, b: string | undefined): boolean => b !== undefined && a.normalize('NFKC').trim() === b.normalize('NFKC').trim();

/** What in the declaration does not fit the order (验真): number, order number, mode 9710, company, amount and currency, the last two also as customs released them (9710-R25). */
export const mismatchesOf = (facts: DeclarationFacts, order: CustomsOrder, now: Date): readonly DeclarationMismatch[] => {
  const release = order.releases.find(({ declarationNo }) => declarationNo === facts.declarationNo);
  const fits: Readonly<Record<DeclarationMismatch, boolean>> = {
    'declaration-no': checkDeclarationNo(facts.declarationNo, now).ok && facts.declarationNo === order.stated?.declarationNo,
    'order-no': facts.orderNo === order.orderNo,
    'supervision-mode': facts.supervisionMode === '9710',
    company: sameName(facts.companyName, order.submitted?.profile.companyName),
    amount: facts.amount === order.submitted?.totals.amount && (release === undefined || release.amount === facts.amount),
    currency: facts.currency === order.submitted?.content.currency && (release === undefined || release.currency === facts.currency),
  };
  return (Object.keys(fits) as DeclarationMismatch[]).filter((fact) => !fits[fact]);
};

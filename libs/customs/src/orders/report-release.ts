import { Command, invalid, refusal, refuseIfAny, type Decide, type Refusal } from '#event-sourcing';
import { DecimalString, InstantString, Pattern, Text } from '#platform';
import { decimalText } from '#reference-data';
import { requireAction } from './actions.js';
import { requireDeclarationNo } from './declaration-no.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';
import type { ReleaseReport } from './values.js';

const CURRENCY = { en: 'must be an ISO 4217 code of 3 capital letters, e.g. USD', zh: '必须是 ISO 4217 币制代码（3 位大写字母），例如 USD' };

/** A release as customs has it. */
export class ReportReleaseInput {
  /** 报关单海关编号 */
  @Text(1, 18, { context: { rule: '9710-R28' } })
  declarationNo!: string;

  /** The amount actually declared (9710-R27). */
  @DecimalString({ digits: 19, places: 5, min: '0' }, { context: { rule: '9710-R27' } })
  amount!: string;

  @Pattern(/^[A-Z]{3}$/, CURRENCY, { context: { rule: '9710-C12' } })
  currency!: string;

  /** 通关放行日期 */
  @InstantString({ context: { rule: '9710-R28' } })
  releasedAt!: string;
}

/** Customs has let the goods of a declaration go (放行). */
export class ReportRelease extends Command<ReportReleaseInput> {}

/** The report in canonical form. */
export const releaseOf = ({ declarationNo, amount, currency, releasedAt }: ReportReleaseInput): ReleaseReport => ({
  declarationNo,
  amount: decimalText(amount) ?? amount,
  currency,
  releasedAt: new Date(releasedAt).toISOString(),
});

const sameRelease = (a: ReleaseReport, b: ReleaseReport): boolean => a.amount === b.amount && a.currency === b.currency && a.releasedAt === b.releasedAt;

/** Where a release does not fit the declaration that was verified. */
const misfits = (release: ReleaseReport, verified: Omit<ReleaseReport, 'releasedAt'>): readonly Refusal[] =>
  (['declarationNo', 'amount', 'currency'] as const)
    .filter((field) => release[field] !== verified[field])
    .map((field) =>
      invalid('9710-R27', field, { en: `the verified declaration says ${verified[field]}`, zh: `与已验证的报关单不一致：${verified[field]}` }, { expected: verified[field], actual: release[field] }),
    );

/**
 * The release counts as soon as the declaration is verified, and is kept until then: customs does not wait for our verification (9710-R25, 9710-R27).
 * The same release told again changes nothing.
 */
export const reportRelease: Decide<ReportReleaseInput, CustomsOrder, CustomsOrderEvent> = (input, order, { now, actor }) => {
  requireAction('report-release', order, actor);
  requireDeclarationNo(input.declarationNo, 'declarationNo', now);
  const release = releaseOf(input);
  if (new Date(release.releasedAt) > now) throw invalid('9710-R28', 'releasedAt', { en: 'lies in the future', zh: '放行日期不能晚于当前时间' });
  const known = order.releases.find(({ declarationNo }) => declarationNo === release.declarationNo);
  if (known !== undefined) {
    if (sameRelease(known, release)) return [];
    const text = { en: 'customs has told of this release before, with other facts', zh: '该报关单的放行信息已登记，且内容不同' };
    throw refusal('9710-R28', text, { code: 'release-differs', facts: { ...known } });
  }
  const data = { orderNo: order.orderNo, ...release };
  if (order.verified === undefined || order.status !== 'COMPLETED') return [{ type: 'ReleaseReported', data }];
  refuseIfAny(misfits(release, order.verified));
  return [{ type: 'DeclarationReleased', data }];
};

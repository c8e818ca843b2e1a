import { Command, NotFound, type CompanyId, type Decide } from '#event-sourcing';
import { Pattern } from '#platform';
import { activeProfile, type WithProfile } from '../profiles/active-profile.js';
import { requireAction } from './actions.js';
import { drafted } from './draft-order.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

export class CopyOrderInput {
  @Pattern(/^\d{6}-\d{5}$/, { en: 'must be an order number such as 185002-45864', zh: '必须是订单号，例如 185002-45864' }, { context: { rule: '9710-R57' } })
  sourceOrderNo!: string;
}

/** Begins a draft with header and lines of another order of the company (复制订单, 9710-R57). */
export class CopyOrder extends Command<CopyOrderInput> {}

/** The order to copy and the company that the new one is for. */
export interface WithSource extends WithProfile {
  readonly source: CustomsOrder;
  readonly company: CompanyId;
}

/** Number, pledge, transmission and declaration are not copied. Throws `NotFound` for an order that is not the company's. */
export const copyOrder: Decide<CopyOrderInput, CustomsOrder, CustomsOrderEvent, WithSource> = (
  { sourceOrderNo },
  _,
  { id, now, actor, source, company, profile },
) => {
  if (source.companyId !== company) throw new NotFound('customsOrder', sourceOrderNo);
  requireAction('copy', source, actor);
  const { scene: __, lines, ...header } = source.content;
  return [drafted(id, actor.id, { ...header, lines: lines.map(({ seq: ___, ...line }) => line) }, activeProfile(profile, now), { copiedFrom: sourceOrderNo })];
};

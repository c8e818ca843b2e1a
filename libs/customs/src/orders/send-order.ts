import { Command, invalid, refusal, type Decide } from '#event-sourcing';
import { Flag, Nested, OneOf, Optional } from '#platform';
import { activeProfile, type WithProfile } from '../profiles/active-profile.js';
import type { CustomsProfileEntry } from '../profiles/events.js';
import { requireAction } from './actions.js';
import { warningsOf } from './content.js';
import { requireComplete } from './completeness.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';
import { PLEDGE_TEXT_VERSIONS } from './pledge-texts.js';
import type { ProfileSnapshot } from './values.js';

/** The pledge as shown to the exporter. */
export class PledgeInput {
  @Flag({ context: { rule: '9710-R12' } })
  accepted!: boolean;

  /** Which of the pledge texts was shown (9710-C17). */
  @OneOf(PLEDGE_TEXT_VERSIONS, { context: { rule: '9710-C17' } })
  textVersion!: string;
}

export class SendOrderInput {
  @Optional()
  @Nested(() => PledgeInput, { context: { rule: '9710-R12' } })
  pledge?: PledgeInput;
}

/** Sends an order to review and, once approved, to customs (发送跨境电商订单). */
export class SendOrder extends Command<SendOrderInput> {}

/** The snapshot of the first submission stays, whatever becomes of the profile (9710-C16). */
const snapshotFor = ({ submitted }: CustomsOrder, { companyName, uscc, channel }: CustomsProfileEntry): ProfileSnapshot =>
  submitted?.profile ?? { companyName, uscc, channel };

const requirePledge = (pledge: PledgeInput | undefined): string => {
  if (pledge?.accepted === true) return pledge.textVersion;
  throw invalid('9710-R12', 'pledge', { en: 'the pledge must be accepted', zh: '请先勾选承诺' });
};

/** Customs finds an order by enterprise code and number: under another code the change would be of an order it does not hold. */
const requireSameParty = ({ heldByCustoms, lastMessage }: CustomsOrder, ebcCode: string): void => {
  if (!heldByCustoms || lastMessage === undefined || lastMessage.ebcCode === ebcCode) return;
  throw refusal(
    '9710-C9',
    { en: 'customs holds the order under another enterprise code: cancel it and copy it', zh: '海关已接收该订单，不能变更电商企业代码，请取消后复制' },
    { kind: 'invalid', field: 'ebcCode', facts: { held: lastMessage.ebcCode, given: ebcCode } },
  );
};

/** Required fields and pledge are checked here, not before (9710-R4, 9710-R54); the customer's own declaration is added (9710-R47). */
export const sendOrder: Decide<SendOrderInput, CustomsOrder, CustomsOrderEvent, WithProfile> = ({ pledge }, order, { now, actor, profile }) => {
  requireAction('send', order, actor);
  const active = activeProfile(profile, now);
  const { orderNo, content, totals, submitted } = order;
  requireComplete(content);
  const textVersion = requirePledge(pledge);
  requireSameParty(order, content.ebcCode);
  const at = now.toISOString();
  return [
    {
      type: 'OrderSubmitted',
      data: {
        orderNo,
        submission: (submitted?.submission ?? 0) + 1,
        orderedAt: submitted?.orderedAt ?? at,
        submittedAt: at,
        content,
        totals,
        pledge: { by: actor.id, at, textVersion },
        profile: snapshotFor(order, active),
        services: ['9710-fulfilment', 'customer-declaration'],
        fastReview: active.eportDataAuthorised,
        warnings: warningsOf(content, order.batch),
      },
    },
  ];
};

import { Command, refusal, type Decide } from '#event-sourcing';
import type { CustomsProfileEntry } from '../profiles/events.js';
import { requireAction } from './actions.js';
import { type OrderContentInput } from './content-input.js';
import { checkContent } from './content.js';
import type { CustomsOrderEvent } from './events.js';
import { draftNoOf } from './order-number.js';
import type { CustomsOrder } from './order.js';

/** What the company's customs profile says now; undefined if it has none. */
export interface WithProfile {
  readonly profile: CustomsProfileEntry | undefined;
}

/** The profile, known to be there and with the 9710 service activated (9710-R5, 9710-R30). Throws `Refusal`. */
export const requireActiveProfile = (profile: CustomsProfileEntry | undefined): CustomsProfileEntry => {
  if (profile === undefined) {
    throw refusal('9710-R5', { en: 'the company has no customs profile yet', zh: '企业尚未登记海关资料' }, { code: 'no-customs-profile' });
  }
  if (!profile.service9710Active) {
    throw refusal('9710-R30', { en: 'the company has not activated the 9710 service', zh: '企业尚未开通 9710 服务，请立即开通' }, { code: 'service-not-active' });
  }
  return profile;
};

/** The first event of an order: a draft with its number and what the profile says about the company (9710-R5, 9710-R6, 9710-R47). */
export const drafted = (orderNo: string, account: string, input: OrderContentInput, profile: CustomsProfileEntry, copiedFrom?: string): CustomsOrderEvent => ({
  type: 'OrderDrafted',
  data: {
    orderNo,
    draftNo: draftNoOf(orderNo),
    account,
    companyName: profile.companyName,
    channel: profile.channel,
    exportMode: 'self-export',
    supervisionMode: '9710',
    services: ['9710-fulfilment'],
    ...checkContent({ ...input, ebcCode: input.ebcCode ?? profile.ebcCode }),
    ...(copiedFrom !== undefined && { copiedFrom }),
  },
});

/** Begins a draft; anything may be missing (9710-R13, 9710-R54). */
export class DraftOrder extends Command<OrderContentInput> {}

export const draftOrder: Decide<OrderContentInput, CustomsOrder, CustomsOrderEvent, WithProfile> = (input, order, { id, actor, profile }) => {
  requireAction('save-draft', order, actor);
  return [drafted(id, actor.id, input, requireActiveProfile(profile))];
};

import { Command, type Decide } from '#event-sourcing';
import { activeProfile, type WithProfile } from '../profiles/active-profile.js';
import type { CustomsProfileEntry } from '../profiles/events.js';
import { requireAction } from './actions.js';
import { type OrderContentInput } from './content-input.js';
import { checkContent } from './content.js';
import type { CustomsOrderEvent, OrderDrafted } from './events.js';
import { draftNoOf } from './order-number.js';
import type { CustomsOrder } from './order.js';

/** What an order was begun from, if from anything: another order, or a shipment batch. */
export type DraftOrigin = Pick<OrderDrafted, 'copiedFrom' | 'batch' | 'batchGoods'>;

/** The first event of an order: a draft with its number and what the profile says about the company (9710-R5, 9710-R6, 9710-R47). */
export const drafted = (
  orderNo: string,
  account: string,
  input: OrderContentInput,
  profile: CustomsProfileEntry,
  { copiedFrom, batch, batchGoods = [] }: DraftOrigin = {},
): CustomsOrderEvent => ({
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
    ...checkContent({ ...input, ebcCode: input.ebcCode ?? profile.ebcCode }, batch && { ...batch, goods: batchGoods }),
    ...(copiedFrom !== undefined && { copiedFrom }),
    ...(batch !== undefined && { batch, batchGoods }),
  },
});

/** Begins a draft; anything may be missing (9710-R13, 9710-R54). */
export class DraftOrder extends Command<OrderContentInput> {}

export const draftOrder: Decide<OrderContentInput, CustomsOrder, CustomsOrderEvent, WithProfile> = (input, order, { id, now, actor, profile }) => {
  requireAction('save-draft', order, actor);
  return [drafted(id, actor.id, input, activeProfile(profile, now))];
};

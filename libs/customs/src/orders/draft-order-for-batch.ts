import { Command, type Decide } from '#event-sourcing';
import { activeProfile, type WithProfile } from '../profiles/active-profile.js';
import { requireSystem } from './actions.js';
import { drafted } from './draft-order.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';
import type { BatchGoods, BatchLink } from './values.js';

/** What a shipping desk asks customs to draft. */
export interface BatchOrderRequest {
  readonly batch: BatchLink;
  /** 下单账号: who chose the 9710 service. */
  readonly account: string;
  readonly goods: readonly BatchGoods[];
  /** ISO 4217 code. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2 code, if the trade order has one (9710-R51). */
  readonly tradeCountry?: string;
}

/** Begins the draft of a shipment batch's 9710 order (9710履约服务); header only, since its lines need not be the batch's goods (9710-C15). For the system itself. */
export class DraftOrderForBatch extends Command<BatchOrderRequest> {}

/** Throws as `activeProfile`: the company must have the 9710 service (9710-R30). */
export const draftOrderForBatch: Decide<BatchOrderRequest, CustomsOrder, CustomsOrderEvent, WithProfile> = (
  { batch, account, goods, currency, tradeCountry },
  _,
  { id, now, actor, profile },
) => {
  requireSystem(actor);
  const input = { tradeAssuranceNo: batch.tradeOrderNo, currency, ...(tradeCountry !== undefined && { tradeCountry }) };
  return [drafted(id, account, input, activeProfile(profile, now), { batch, batchGoods: goods })];
};

import type { Actor, Kept } from '#event-sourcing';
import { amountOf, named, type Amount, type Named } from '#platform';
import type { OrderAction } from '../actions.js';
import { SERVICE_LABELS } from '../labels.js';
import type { DeclarationDetail, FollowUp, OrderBasics, OrderContents, OrderDetail, PlacedOrder, TransmissionDetail } from '../order-detail.js';
import { actionsOf, countryOf, namedStanding, type NamedStanding } from './order-list-item.js';
import { EXPORT_MODE_LABELS, SCENE_LABELS } from './order-vocabulary.js';

/** An order by the sections of its page (订单详情目录). Null stands for "none". */
export interface OrderPage {
  readonly orderNo: string;
  /** Revision of the order; `"<revision>"` is its ETag. */
  readonly revision: number;
  readonly companyId: string;
  /** What the caller may do with the order now. */
  readonly actions: readonly OrderAction[];
  /** 基础信息 */
  readonly basics: Omit<OrderBasics, 'status' | 'transmission' | 'declaration' | 'services' | 'exportMode'> &
    NamedStanding & { readonly services: readonly Named[]; readonly exportMode: Named; readonly scene: Named };
  /** 订单信息 */
  readonly order: OrderContents & { readonly amount: Amount; readonly tradeCountry: Named | null };
  /** 通关信息; the blocks' statuses are among the basics. */
  readonly clearance: { readonly transmission: TransmissionDetail; readonly declaration: DeclarationDetail | null };
  /** 跟单信息 */
  readonly followUp: FollowUp;
  /** 下单信息 */
  readonly placed: PlacedOrder | null;
  /** 通关日志 */
  readonly log: { readonly href: string };
}

/** The kept document as the caller gets it. */
export const orderPage = ({ orderNo, revision, companyId, basics, order, transmission, declaration, followUp, placed }: Kept<OrderDetail>, actor: Actor): OrderPage => ({
  orderNo,
  revision,
  companyId,
  actions: actionsOf(basics, actor),
  basics: {
    ...basics,
    ...namedStanding(basics),
    services: basics.services.map((service) => named(SERVICE_LABELS, service)),
    exportMode: named(EXPORT_MODE_LABELS, basics.exportMode),
    scene: named(SCENE_LABELS, order.content.scene),
  },
  order: { ...order, amount: amountOf(order.totals.amount, order.content.currency ?? null), tradeCountry: countryOf(order.content.tradeCountry ?? null) },
  clearance: { transmission, declaration },
  followUp,
  placed,
  log: { href: `/v1/customs-orders/${orderNo}/timeline` },
});

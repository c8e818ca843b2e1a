import type { Actor, Bilingual, Kept } from '#event-sourcing';
import { amountOf, named, type Amount, type Named } from '#platform';
import { allowedActions, type OrderAction } from '../actions.js';
import { DECLARATION_STATUS_LABELS, ORDER_STATUS_LABELS, SERVICE_LABELS, TRANSMISSION_STATUS_LABELS } from '../labels.js';
import type { OrderRow } from '../order-dashboard.js';
import { stageOf, type Instant } from '../values.js';
import { countryName } from './countries.js';
import type { KeptStanding } from './order-standing.js';
import { EXPORT_MODE_LABELS, NO_SERVICE, SCENE_LABELS, STAGE_LABELS } from './order-vocabulary.js';

/** Where an order stands, named. `declaration` is null until the transmission has succeeded (9710-R55). */
export interface NamedStanding {
  readonly status: Named;
  readonly stage: Named;
  readonly transmission: Named;
  readonly declaration: Named | null;
}

/** What one column says of its service; `value` is null if the order does not carry it (9710-R44). */
export interface ServiceColumn {
  readonly value: string | null;
  readonly text: Bilingual;
}

/** A row of the order list as it is answered. */
export interface OrderListItem extends NamedStanding {
  readonly orderNo: string;
  /** Revision of the order; `"<revision>"` is its ETag. */
  readonly revision: number;
  readonly companyId: string;
  readonly companyName: string;
  readonly account: string;
  readonly orderedAt: Instant | null;
  readonly exportMode: Named;
  readonly scene: Named;
  readonly services: readonly Named[];
  readonly tradeAssuranceNo: string | null;
  readonly remarkNo: string | null;
  readonly tradeCountry: Named | null;
  readonly amount: Amount;
  readonly columns: {
    readonly logistics: ServiceColumn;
    /** 报关: how far it is, and by whom it is declared. */
    readonly customs: ServiceColumn & { readonly declaredBy: Bilingual | null };
    readonly taxRefund: ServiceColumn;
    readonly funds: ServiceColumn;
  };
  readonly crossBorderOrderNo: string | null;
  readonly sentAt: Instant | null;
  readonly failureReason: string | null;
  readonly lastAttemptAt: Instant | null;
  readonly resendFrom: Instant | null;
  /** What the caller may do with the order now (9710-C7). */
  readonly actions: readonly OrderAction[];
}

export const countryOf = (code: string | null): Named | null => (code === null ? null : { value: code, label: countryName(code) });

export const namedStanding = ({ status, transmission, declaration }: KeptStanding): NamedStanding => ({
  status: named(ORDER_STATUS_LABELS, status),
  stage: named(STAGE_LABELS, stageOf(status)),
  transmission: named(TRANSMISSION_STATUS_LABELS, transmission),
  declaration: declaration && named(DECLARATION_STATUS_LABELS, declaration),
});

/** What the caller may do now with an order that stands so. */
export const actionsOf = ({ status, transmission, declaration }: KeptStanding, { roles }: Actor): readonly OrderAction[] =>
  allowedActions({ status, transmission, declaration: declaration ?? undefined }, roles);

const columns = ({ status, services }: OrderRow): OrderListItem['columns'] => ({
  logistics: { value: null, text: NO_SERVICE.logistics },
  customs: {
    value: status,
    text: ORDER_STATUS_LABELS[status],
    declaredBy: services.includes('customer-declaration') ? SERVICE_LABELS['customer-declaration'] : null,
  },
  taxRefund: { value: null, text: NO_SERVICE.taxRefund },
  funds: { value: null, text: NO_SERVICE.funds },
});

/** A kept row as the caller gets it. */
export const orderListItem = (row: Kept<OrderRow>, actor: Actor): OrderListItem => ({
  orderNo: row.orderNo,
  revision: row.revision,
  companyId: row.companyId,
  companyName: row.companyName,
  account: row.account,
  orderedAt: row.orderedAt,
  ...namedStanding(row),
  exportMode: named(EXPORT_MODE_LABELS, row.exportMode),
  scene: named(SCENE_LABELS, row.scene),
  services: row.services.map((service) => named(SERVICE_LABELS, service)),
  tradeAssuranceNo: row.tradeAssuranceNo,
  remarkNo: row.remarkNo,
  tradeCountry: countryOf(row.tradeCountry),
  amount: amountOf(row.amount, row.currency),
  columns: columns(row),
  crossBorderOrderNo: row.crossBorderOrderNo,
  sentAt: row.sentAt,
  failureReason: row.failureReason,
  lastAttemptAt: row.lastAttemptAt,
  resendFrom: row.resendFrom,
  actions: actionsOf(row, actor),
});

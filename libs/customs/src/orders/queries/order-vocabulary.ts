import type { Bilingual } from '#event-sourcing';
import type { OrderStage, OrderStatus, TradeScene } from '../values.js';

/** The statuses that have a tab of their own above the list; 全部 shows every order (9710-R38, 9710-R59). */
export const TAB_LABELS = {
  TO_MODIFY: { zh: '待修改', en: 'to be modified' },
  TO_CONFIRM: { zh: '待确认', en: 'to be confirmed' },
  IN_REVIEW: { zh: '审核中', en: 'in review' },
  COMPLETED: { zh: '已完成', en: 'completed' },
  CANCELLED: { zh: '已取消', en: 'cancelled' },
} as const satisfies Partial<Record<OrderStatus, Bilingual>>;
export type OrderTab = keyof typeof TAB_LABELS;
export const ORDER_TABS = Object.keys(TAB_LABELS) as OrderTab[];
export const ALL_TAB: Bilingual = { zh: '全部', en: 'all' };

/** 报关状态: the statuses that have no tab, found by the progress filter (9710-R41, 9710-R59). */
export const PROGRESS_STATUSES = ['APPROVED', 'SENDING', 'TO_DECLARE', 'DECLARATION_REVIEW'] as const satisfies readonly OrderStatus[];

/** The statuses of orders in the list: all but those of the draft box. */
export const PLACED_STATUSES: readonly OrderStatus[] = [...ORDER_TABS, ...PROGRESS_STATUSES];

/** 出口方式 of the platform's orders (9710-R39). A 9710 order is a self export; the other modes are those of other services. */
export const EXPORT_MODE_LABELS = {
  'agent-export': { zh: '一达通代理出口', en: 'agent export' },
  'self-export': { zh: '自营出口', en: 'self export' },
  'market-purchase': { zh: '市场采购出口', en: 'market purchase' },
  'simple-shipping': { zh: '便捷发货出口', en: 'simple shipping' },
} as const satisfies Readonly<Record<string, Bilingual>>;

/** 交易场景 */
export const SCENE_LABELS: Readonly<Record<TradeScene, Bilingual>> = {
  'trade-assurance': { zh: '信保订单', en: 'trade-assurance order' },
  'cross-border': { zh: '跨境电商', en: 'cross-border e-commerce' },
};

/** The stage bar. */
export const STAGE_LABELS: Readonly<Record<OrderStage, Bilingual>> = {
  REVIEW: { zh: '审核阶段', en: 'review' },
  CLEARANCE: { zh: '通关阶段', en: 'clearance' },
  FINISHED: { zh: '服务完结', en: 'finished' },
};

/** The columns of services that a 9710 order does not carry (9710-R44). */
export const NO_SERVICE = {
  logistics: { zh: '无物流服务', en: 'no logistics service' },
  taxRefund: { zh: '无退税服务', en: 'no tax refund service' },
  funds: { zh: '无资金服务', en: 'no funds service' },
} as const satisfies Readonly<Record<string, Bilingual>>;

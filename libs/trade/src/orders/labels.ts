import type { Bilingual } from '#event-sourcing';
import type { ExportChannel, Protection, TradeOrderStatus, TransportMode } from './values.js';

/** Names of the export channels (TA-C1). */
export const EXPORT_CHANNEL_LABELS: Readonly<Record<ExportChannel, Bilingual>> = {
  AGENT: { en: 'agent export', zh: '一达通代理出口' },
  SELF_9710: { en: 'self export 9710', zh: '自营出口（9710）' },
  SELF_0110: { en: 'self export 0110', zh: '自营出口（0110）' },
};

/** Names of the transport modes (TA-R25, TA-C5). */
export const TRANSPORT_MODE_LABELS: Readonly<Record<TransportMode, Bilingual>> = {
  air: { en: 'air', zh: '空运' },
  land: { en: 'land', zh: '陆运' },
  sea: { en: 'sea', zh: '海运' },
  express: { en: 'express', zh: '快递' },
  rail: { en: 'rail', zh: '铁路' },
  multimodal: { en: 'multimodal', zh: '多式联运' },
};

/** Names of where an order stands (TA-A2.3). */
export const ORDER_STATUS_LABELS: Readonly<Record<TradeOrderStatus, Bilingual>> = {
  DRAFT: { en: 'draft', zh: '草稿' },
  AWAITING_BUYER: { en: 'awaiting the buyer', zh: '等待买家确认' },
  AWAITING_PAYMENT: { en: 'awaiting payment', zh: '等待付款' },
  AWAITING_SHIPMENT: { en: 'awaiting shipment', zh: '等待发货' },
  PARTIALLY_SHIPPED: { en: 'partly shipped', zh: '部分发货' },
  SHIPPED: { en: 'shipped', zh: '已发货' },
  DISPUTED: { en: 'in dispute', zh: '纠纷中' },
  COMPLETED: { en: 'completed', zh: '已完成' },
  CANCELLED: { en: 'cancelled', zh: '已取消' },
};

/** Names of the levels of protection (TA-R8…R10). */
export const PROTECTION_LABELS: Readonly<Record<Protection, Bilingual>> = {
  NONE: { en: 'no protection', zh: '0保障' },
  UNTIL_SHIPMENT: { en: 'until before shipment', zh: '保障到发货前' },
  UNTIL_RECEIPT: { en: 'until after receipt', zh: '保障到收货后' },
};

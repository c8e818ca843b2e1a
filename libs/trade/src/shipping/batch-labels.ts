import type { Bilingual } from '#event-sourcing';
import type { ExportWay } from './batch-events.js';
import type { CustomsRowStatus } from './batch-standing.js';

/** Names of the ways of giving export information, as the seed words them (9710-R2). */
export const EXPORT_WAY_LABELS: Readonly<Record<ExportWay, Bilingual>> = {
  '9710-service': { en: '9710 service', zh: '9710履约服务' },
  'smart-declaration': { en: 'smart declaration', zh: '智能报关服务' },
  'own-declaration': { en: 'own export declaration', zh: '提交出口报关单' },
};

/** Names of what the row 报关 of a batch shows. */
export const CUSTOMS_ROW_LABELS: Readonly<Record<CustomsRowStatus, Bilingual>> = {
  NONE: { en: 'no export information', zh: '未提交出口信息' },
  ORDER_REQUESTED: { en: '9710 order being drafted', zh: '9710 订单创建中' },
  AWAITING_ACCEPTANCE: { en: 'awaiting customs acceptance', zh: '待通关受理' },
  TO_MODIFY: { en: 'to be modified', zh: '待修改' },
  AWAITING_DECLARATION: { en: 'declaration to be submitted', zh: '待提交报关单' },
  UNDER_REVIEW: { en: 'declaration under review', zh: '报关单审核中' },
  REJECTED: { en: 'declaration not verified', zh: '报关单验证未通过' },
  VERIFIED: { en: 'awaiting release', zh: '待放行' },
  RELEASED: { en: 'released', zh: '已放行' },
};

/** The logistics row before a carrier has said anything. */
export const NO_TRACKING: Bilingual = { en: 'no logistics information yet', zh: '暂无物流信息' };

/** How far a trade order's shipping is (发货状态). */
export const SHIP_STATUSES = ['AWAITING', 'PARTIAL', 'SHIPPED'] as const;
export type ShipStatus = (typeof SHIP_STATUSES)[number];

export const SHIP_STATUS_LABELS: Readonly<Record<ShipStatus, Bilingual>> = {
  AWAITING: { en: 'awaiting shipment', zh: '等待发货' },
  PARTIAL: { en: 'partly shipped', zh: '部分发货' },
  SHIPPED: { en: 'shipped', zh: '已发货' },
};

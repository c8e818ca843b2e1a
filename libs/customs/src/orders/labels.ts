import type { Bilingual } from '#event-sourcing';
import type { DeclarationMismatch, DeclarationStatus, OrderStatus, Service, TransmissionStatus } from './values.js';

/** Names of an order's statuses; Chinese as the seed words them (9710-A1.4). */
export const ORDER_STATUS_LABELS: Readonly<Record<OrderStatus, Bilingual>> = {
  DRAFT: { en: 'draft', zh: '草稿' },
  IN_REVIEW: { en: 'in review', zh: '审核中' },
  TO_CONFIRM: { en: 'to be confirmed', zh: '待确认' },
  TO_MODIFY: { en: 'to be modified', zh: '待修改' },
  APPROVED: { en: 'approved', zh: '审核通过' },
  SENDING: { en: 'being sent to customs', zh: '电商订单发送中' },
  TO_DECLARE: { en: 'to be declared', zh: '待报关' },
  DECLARATION_REVIEW: { en: 'declaration under review', zh: '报关单审核' },
  COMPLETED: { en: 'completed', zh: '服务完结' },
  CANCELLED: { en: 'cancelled', zh: '已取消' },
  DELETED: { en: 'deleted', zh: '已删除' },
};

/** Names of the transmission's statuses (跨境电商订单). */
export const TRANSMISSION_STATUS_LABELS: Readonly<Record<TransmissionStatus, Bilingual>> = {
  PENDING: { en: 'pending', zh: '待处理' },
  PROCESSING: { en: 'processing', zh: '处理中' },
  SUCCEEDED: { en: 'sent', zh: '发送成功' },
  FAILED: { en: 'failed', zh: '发送失败' },
};

/** Names of the declaration's statuses (报关单). */
export const DECLARATION_STATUS_LABELS: Readonly<Record<DeclarationStatus, Bilingual>> = {
  NOT_UPLOADED: { en: 'not uploaded', zh: '未上传' },
  UNDER_REVIEW: { en: 'under review', zh: '审核中' },
  VERIFIED: { en: 'verified', zh: '验证通过' },
  REJECTED: { en: 'not verified', zh: '验证未通过' },
};

/** Names of the services an order carries (已选的服务). */
export const SERVICE_LABELS: Readonly<Record<Service, Bilingual>> = {
  '9710-fulfilment': { en: '9710 fulfilment service', zh: '9710履约服务' },
  'customer-declaration': { en: "customer's own declaration", zh: '客户自行报关服务' },
};

/** Names of what a declaration can get wrong. */
export const MISMATCH_LABELS: Readonly<Record<DeclarationMismatch, Bilingual>> = {
  'declaration-no': { en: 'declaration number', zh: '报关单号' },
  'order-no': { en: 'order number', zh: '订单号' },
  'supervision-mode': { en: 'supervision mode', zh: '监管方式' },
  company: { en: 'company', zh: '境内发货人' },
  amount: { en: 'amount', zh: '金额' },
  currency: { en: 'currency', zh: '币制' },
};

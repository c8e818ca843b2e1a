import { CUSTOMS_ORDER_STATUS_LABELS } from '#customs';
import type { Bilingual } from '#event-sourcing';
import type { BatchEvent, Release } from './batch-events.js';
import { EXPORT_WAY_LABELS } from './batch-labels.js';

const ofRelease = ({ declarationNo, declaredAmount, currency, releasedAt }: Release): string => `${declarationNo}, ${declaredAmount} ${currency}, ${releasedAt}`;

/** What an event says of the batch that it is about. */
const said = (event: BatchEvent): Bilingual => {
  const { type, data } = event;
  switch (type) {
    case 'BatchAdded':
      return { zh: '新增', en: 'added' };
    case 'BatchGoodsSet':
      return { zh: `选择商品，共 ${data.goods.length} 项`, en: `goods chosen, ${data.goods.length} line(s)` };
    case 'BatchLogisticsSet':
      return { zh: `提交物流，${data.provider} ${data.trackingNo}`, en: `logistics: ${data.provider} ${data.trackingNo}` };
    case 'TrackingRecorded':
      return { zh: `物流动态：${data.event.status}`, en: `tracking: ${data.event.status}` };
    case 'ExportServiceChosen':
      return { zh: `选择${EXPORT_WAY_LABELS['9710-service'].zh}`, en: `${EXPORT_WAY_LABELS['9710-service'].en} chosen` };
    case 'ExportWayChosen':
      return { zh: `选择${EXPORT_WAY_LABELS[data.way].zh}`, en: `${EXPORT_WAY_LABELS[data.way].en} chosen` };
    case 'ExportOrderLinked':
      return { zh: `关联 9710 订单 ${data.exportOrderNo}`, en: `linked with 9710 order ${data.exportOrderNo}` };
    case 'ExportServiceRefused':
      return { zh: `9710 订单未能创建：${data.reason.zh}`, en: `no 9710 order: ${data.reason.en}` };
    case 'ExportOrderFollowed':
      return { zh: `9710 订单 ${data.exportOrderNo}：${CUSTOMS_ORDER_STATUS_LABELS[data.status].zh}`, en: `9710 order ${data.exportOrderNo}: ${CUSTOMS_ORDER_STATUS_LABELS[data.status].en}` };
    case 'BatchReopened':
      return { zh: '9710 订单退回，可重新编辑', en: 'reopened for editing, its 9710 order was returned' };
    case 'BatchPutOnOrdinaryPath':
      return { zh: '9710 订单已取消，按 0110 普通方式继续', en: 'goes on by the ordinary way 0110, its 9710 order was cancelled' };
    case 'BatchDeclarationSubmitted':
      return { zh: `提交出口报关单 ${data.declarationNo}`, en: `declaration ${data.declarationNo} submitted` };
    case 'BatchDeclarationLinked':
      return { zh: `报关单 ${data.declarationNo} 已关联本订单，等待验证`, en: `declaration ${data.declarationNo} linked, under review` };
    case 'BatchDeclarationVerified':
      return { zh: `报关信息验证通过，报关单号：${data.declarationNo}`, en: `declaration ${data.declarationNo} verified` };
    case 'BatchDeclarationRejected':
      return { zh: `报关信息验证未通过，原因：${data.reason.zh}`, en: `declaration ${data.declarationNo} not verified: ${data.reason.en}` };
    case 'DeclarationReleased':
      return { zh: `海关已放行：${ofRelease(data)}`, en: `released by customs: ${ofRelease(data)}` };
    case 'ReleasePending':
      return { zh: `海关已放行，待 ${data.currency} 兑 ${data.orderCurrency} 汇率：${ofRelease(data)}`, en: `released by customs, waiting for a rate from ${data.currency} to ${data.orderCurrency}: ${ofRelease(data)}` };
    case 'ReleaseSetAside':
      return { zh: `放行不计入本订单，原因：${data.reason.zh}`, en: `release does not count: ${data.reason.en}` };
    case 'OrderPartiallyShipped':
      return { zh: `部分发货，已放行 ${data.releasedAmount}`, en: `partly shipped, ${data.releasedAmount} released` };
    case 'OrderShipped':
      return { zh: `已发货，发货时间：${data.shippedAt}`, en: `shipped at ${data.shippedAt}, ${data.releasedAmount} released` };
    case 'ShipmentDateCorrected':
      return { zh: `发货时间更正为 ${data.shippedAt}`, en: `shipped at ${data.shippedAt} after all` };
    case 'BatchDeletionRequested':
      return { zh: `申请删除，并撤回 9710 订单 ${data.exportOrderNo}`, en: `to be deleted with its 9710 order ${data.exportOrderNo}` };
    case 'BatchDeletionRefused':
      return { zh: `不能删除：${data.reason.zh}`, en: `not deleted: ${data.reason.en}` };
    case 'BatchDeleted':
      return { zh: '已删除', en: 'deleted' };
  }
};

/** The entry that an event of shipping leaves in the order's timeline. */
export const batchText = (event: BatchEvent): Bilingual => {
  const text = said(event);
  if (!('batchNo' in event.data)) return text;
  const { batchNo } = event.data;
  return { zh: `发货批次${batchNo}：${text.zh}`, en: `batch ${batchNo}: ${text.en}` };
};

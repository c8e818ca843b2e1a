import type { Bilingual } from '#event-sourcing';
import { beijingTime } from '../gateway/beijing-time.js';
import type { CustomsOrderEvent } from './events.js';
import type { AppType, Instant, ReceiptEffect } from './values.js';

/** `yyyy-MM-dd HH:mm:ss` in Beijing time, as the platform prints instants. */
export const printed = (instant: Instant): string => beijingTime(new Date(instant)).replace('T', ' ');

const PUSHED: Readonly<Record<AppType, Bilingual>> = {
  1: { zh: '跨境电商订单发送处理中', en: 'the order data are being sent to customs' },
  2: { zh: '跨境电商订单变更发送处理中', en: 'the changed order data are being sent to customs' },
  3: { zh: '跨境电商订单撤销发送处理中', en: 'the deletion of the order is being sent to customs' },
};

const BECAME: Readonly<Record<ReceiptEffect, Bilingual>> = {
  progress: { zh: '海关处理中', en: 'customs is at work' },
  succeeded: { zh: '海关已接受', en: 'customs accepts' },
  failed: { zh: '海关未接受', en: 'customs refuses' },
  'no-change': { zh: '结果不变', en: 'nothing new' },
  repeated: { zh: '重复回执', en: 'received before' },
  stale: { zh: '早于已收回执', en: 'older than what was received before' },
  late: { zh: '订单状态已变更', en: 'too late, the order has moved on' },
};

/** The entry that an event leaves in the customs log, worded as the platform words it where the seed shows it (9710-R45). */
export const timelineText = (event: CustomsOrderEvent): Bilingual => {
  switch (event.type) {
    case 'OrderDrafted':
      return { zh: `保存草稿，草稿单号：${event.data.draftNo}`, en: `draft ${event.data.draftNo} saved` };
    case 'BatchGoodsNoted':
      return { zh: '发货批次商品已变更', en: 'the goods of the shipment batch have changed' };
    case 'DraftSaved':
      return { zh: '更新草稿', en: 'draft saved again' };
    case 'LinesReplaced':
      return { zh: `替换商品信息，共 ${event.data.lines.length} 项`, en: `goods replaced, ${event.data.lines.length} lines` };
    case 'DraftDeleted':
      return { zh: '删除草稿', en: 'draft deleted' };
    case 'OrderSubmitted':
      return event.data.submission === 1 ? { zh: '提交订单，等待审核', en: 'order placed, waiting for review' } : { zh: '修改后重新提交订单，等待审核', en: 'order placed again after modification, waiting for review' };
    case 'OrderApproved':
      return { zh: '订单审核通过，将向海关跨境电商系统发送订单数据', en: 'order approved, its data will be sent to the customs cross-border system' };
    case 'ConfirmationRequested':
      return { zh: `待确认：${event.data.question}`, en: `to be confirmed: ${event.data.question}` };
    case 'ConfirmationAnswered':
      return { zh: `已确认：${event.data.answer}`, en: `confirmed: ${event.data.answer}` };
    case 'OrderReturned':
    case 'OrderReturnedForModification':
      return { zh: `订单退回，退回原因：${event.data.reason}`, en: `order returned, reason: ${event.data.reason}` };
    case 'OrderModified':
      return { zh: '修改订单', en: 'order modified' };
    case 'OrderCancelled':
      return { zh: `取消订单，原因：${event.data.reason}`, en: `order cancelled, reason: ${event.data.reason}` };
    case 'TransmissionRequested':
      return PUSHED[event.data.appType];
    case 'TransmissionDispatched':
      return { zh: '传输通道已接收', en: 'the channel has taken the message over' };
    case 'ReceiptRecorded': {
      const { returnStatus, returnInfo = '', effect } = event.data;
      return { zh: `海关回执 ${returnStatus}（${BECAME[effect].zh}）${returnInfo}`, en: `customs receipt ${returnStatus} (${BECAME[effect].en}) ${returnInfo}`.trimEnd() };
    }
    case 'CustomsOrderSent': {
      const { sentAt, crossBorderOrderNo } = event.data;
      return {
        zh: `跨境电商订单发送成功，发送时间：${printed(sentAt)}，跨境电商订单号：${crossBorderOrderNo}`,
        en: `order data sent to customs at ${printed(sentAt)} Beijing time, cross-border order number ${crossBorderOrderNo}`,
      };
    }
    case 'SendFailed':
      return { zh: `跨境电商订单发送失败，提示原因：${event.data.reason}`, en: `sending to customs failed: ${event.data.reason}` };
    case 'CustomsDeletionConfirmed':
      return { zh: '海关已撤销跨境电商订单', en: 'customs has deleted the order' };
    case 'CustomsDeletionFailed':
      return { zh: `跨境电商订单撤销失败，提示原因：${event.data.reason}`, en: `deleting the order at customs failed: ${event.data.reason}` };
    case 'DeclarationUploaded':
      return { zh: `上传出口凭证，报关单号：${event.data.stated.declarationNo}`, en: `declaration ${event.data.stated.declarationNo} uploaded` };
    case 'DeclarationVerified':
      return { zh: `报关信息验证通过，报关单号：${event.data.declarationNo}`, en: `declaration ${event.data.declarationNo} verified` };
    case 'DeclarationRejected':
      return { zh: `报关信息验证未通过，原因：${event.data.reason}`, en: `declaration not verified: ${event.data.reason}` };
    case 'ReleaseReported':
      return { zh: `海关已放行，待报关单验证，报关单号：${event.data.declarationNo}，放行时间：${printed(event.data.releasedAt)}`, en: `declaration ${event.data.declarationNo} released at ${printed(event.data.releasedAt)} Beijing time, to be verified` };
    case 'DeclarationReleased':
      return { zh: `海关已放行，报关单号：${event.data.declarationNo}，放行时间：${printed(event.data.releasedAt)}`, en: `declaration ${event.data.declarationNo} released at ${printed(event.data.releasedAt)} Beijing time` };
    case 'ServiceCompleted':
      return { zh: '服务完结', en: 'service finished' };
    case 'SupportCaseOpened':
      return { zh: `已提交技术人员处理，处理单号：${event.data.caseNo}`, en: `handed to technical support, case ${event.data.caseNo}` };
  }
};

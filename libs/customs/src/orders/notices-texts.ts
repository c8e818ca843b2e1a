import type { Bilingual } from '#event-sourcing';
import type { OrderAction } from './actions.js';
import { printed } from './customs-timeline-texts.js';
import type { CustomsOrderEvent } from './events.js';

/** What a notice is about; the first three as the platform names them. */
export const NOTICE_TOPICS = {
  'order-sending': { zh: '电商订单发送', en: 'sending the order' },
  'cross-border-order': { zh: '跨境电商订单', en: 'cross-border order' },
  return: { zh: '退单', en: 'returned order' },
  confirmation: { zh: '订单确认', en: 'confirmation' },
  cancellation: { zh: '取消订单', en: 'cancellation' },
  declaration: { zh: '报关单', en: 'declaration' },
  completion: { zh: '服务完结', en: 'service finished' },
  support: { zh: '技术处理', en: 'technical support' },
} as const satisfies Readonly<Record<string, Bilingual>>;

export type NoticeTopic = keyof typeof NOTICE_TOPICS;

/** [消息], or [待办] with the action that is asked for. */
export type Notice = { readonly topic: NoticeTopic; readonly text: Bilingual } & ({ readonly kind: 'message' } | { readonly kind: 'todo'; readonly action: OrderAction });

const message = (topic: NoticeTopic, zh: string, en: string): Notice => ({ kind: 'message', topic, text: { zh, en } });
const todo = (topic: NoticeTopic, action: OrderAction, zh: string, en: string): Notice => ({ kind: 'todo', topic, action, text: { zh, en } });

/** What the exporter is told about an event, worded as the platform words it where the seed shows it (9710-R18, R22, R25, R26, R45). */
export const noticesOf = (event: CustomsOrderEvent): readonly Notice[] => {
  switch (event.type) {
    case 'OrderApproved':
      return [message('order-sending', '电商订单发送中，请您耐心等待', 'the order is being sent, please wait')];
    case 'TransmissionRequested':
      return event.data.appType === 3 ? [] : [message('cross-border-order', '跨境电商订单发送处理中', 'the order data are being sent to customs')];
    case 'CustomsOrderSent':
      return [sent(event.data), todo('declaration', 'upload-declaration', '您需要上传出口报关单', 'please upload the export declaration')];
    case 'SendFailed':
      return [todo('cross-border-order', 'resend', `跨境电商订单发送海关失败，您可尝试重新发送，提示原因：${event.data.reason}`, `sending to customs failed, you may try again: ${event.data.reason}`)];
    case 'CustomsDeletionConfirmed':
      return [message('cancellation', '海关已撤销跨境电商订单', 'customs has deleted the order')];
    case 'CustomsDeletionFailed':
      return [todo('cancellation', 'resend', `向海关撤销跨境电商订单失败，您可尝试重新发送，提示原因：${event.data.reason}`, `deleting the order at customs failed, you may try again: ${event.data.reason}`)];
    case 'OrderReturned':
    case 'OrderReturnedForModification':
      return [todo('return', 'modify', `订单退回，请您及时修改订单，退回原因：${event.data.reason}`, `the order was returned, please modify it soon, reason: ${event.data.reason}`)];
    case 'ConfirmationRequested':
      return [todo('confirmation', 'answer-confirmation', `请您确认：${event.data.question}`, `please confirm: ${event.data.question}`)];
    case 'OrderCancelled':
      return [message('cancellation', `订单已取消，原因：${event.data.reason}`, `the order was cancelled, reason: ${event.data.reason}`)];
    case 'DeclarationVerified':
      return [message('declaration', '报关信息验证通过', 'the declaration was verified')];
    case 'DeclarationRejected':
      return [todo('declaration', 'upload-declaration', `报关信息验证未通过，请您重新上传出口报关单，原因：${event.data.reason}`, `the declaration was not verified, please upload another: ${event.data.reason}`)];
    case 'DeclarationReleased':
      return [message('declaration', `海关已放行，放行时间：${printed(event.data.releasedAt)}`, `customs released the goods at ${printed(event.data.releasedAt)} Beijing time`)];
    case 'ServiceCompleted':
      return [message('completion', '您的服务已完结，谢谢！', 'your service is finished, thank you')];
    case 'SupportCaseOpened':
      return [message('support', `订单已提交技术人员处理，处理单号：${event.data.caseNo}`, `technical staff look into the order, case ${event.data.caseNo}`)];
    default:
      return [];
  }
};

const sent = ({ sentAt, crossBorderOrderNo }: Extract<CustomsOrderEvent, { type: 'CustomsOrderSent' }>['data']): Notice =>
  message(
    'cross-border-order',
    `跨境电商订单发送成功，发送时间：${printed(sentAt)}，跨境电商订单号：${crossBorderOrderNo}`,
    `order data sent to customs at ${printed(sentAt)} Beijing time, cross-border order number ${crossBorderOrderNo}`,
  );

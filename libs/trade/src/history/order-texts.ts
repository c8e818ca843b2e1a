import type { Bilingual } from '#event-sourcing';
import type { TradeOrderEvent } from '../orders/events.js';
import type { Side } from '../orders/values.js';
import { batchText } from '../shipping/batch-texts.js';

const SIDES: Readonly<Record<Side, Bilingual>> = { SUPPLIER: { zh: '卖家', en: 'the supplier' }, BUYER: { zh: '买家', en: 'the buyer' } };

const COMPLETED_BY = {
  BUYER: { zh: '买家确认收货，订单完成', en: 'the buyer confirmed receipt, the order is completed' },
  TIME: { zh: '到期自动确认收货，订单完成', en: 'receipt counts as confirmed by time, the order is completed' },
  SETTLEMENT: { zh: '纠纷裁决，订单完成', en: 'the order is completed by settlement' },
} as const;

/** The entry that an event leaves in its order's timeline. */
export const orderText = (event: TradeOrderEvent): Bilingual => {
  switch (event.type) {
    case 'TradeOrderDrafted':
      return { zh: `起草信保订单，金额 ${event.data.amount} ${event.data.currency}`, en: `order drafted over ${event.data.amount} ${event.data.currency}` };
    case 'TradeOrderRevised':
      return { zh: `修改订单，金额 ${event.data.amount} ${event.data.currency}`, en: `order revised, over ${event.data.amount} ${event.data.currency}` };
    case 'ContractAttached': {
      const { side, searched } = event.data;
      return { zh: `${SIDES[side].zh}上传合同${searched ? '' : '（无可检索文本）'}`, en: `${SIDES[side].en} attached a contract${searched ? '' : ' (no text to search)'}` };
    }
    case 'BuyerMatched':
      return event.data.registration === 'REGISTERED' ? { zh: '匹配到已注册买家', en: 'matched a registered buyer' } : { zh: '买家尚未注册', en: 'the buyer is not registered yet' };
    case 'TradeOrderSubmitted':
      return { zh: '提交订单，等待买家确认', en: 'submitted, awaiting the buyer' };
    case 'ShareLinkIssued':
      return { zh: '生成订单链接', en: 'a link to the order was issued' };
    case 'ShareLinkRevoked':
      return { zh: '撤销订单链接', en: 'a link to the order was revoked' };
    case 'TradeOrderConfirmed':
      return { zh: '买家确认订单及合同，等待付款', en: 'the buyer confirmed order and contract, awaiting payment' };
    case 'TradeOrderCancelled':
      return { zh: `${SIDES[event.data.side].zh}取消订单：${event.data.reason}`, en: `${SIDES[event.data.side].en} cancelled the order: ${event.data.reason}` };
    case 'PaymentRecorded':
      return { zh: `收到付款 ${event.data.amount} ${event.data.currency}`, en: `payment of ${event.data.amount} ${event.data.currency} received` };
    case 'PaymentSetAside':
      return { zh: `款项 ${event.data.amount} ${event.data.currency} 待退回：${event.data.reason.zh}`, en: `payment of ${event.data.amount} ${event.data.currency} set aside: ${event.data.reason.en}` };
    case 'FundsReceived':
      return { zh: '已到款，等待发货', en: 'the money is in, awaiting shipment' };
    case 'ReceiptDeadlineSet':
      return { zh: `收货确认期 ${event.data.days} 天`, en: `${event.data.days} days to confirm receipt` };
    case 'DisputeOpened':
      return { zh: `买家发起纠纷：${event.data.reason}`, en: `the buyer opened a dispute: ${event.data.reason}` };
    case 'DisputeSettled':
      return { zh: `纠纷已处理：${event.data.note}`, en: `the dispute was settled: ${event.data.note}` };
    case 'TradeOrderCompleted':
      return COMPLETED_BY[event.data.by];
    case 'ReviewLeft':
      return { zh: `买家评价 ${event.data.stars} 星`, en: `the buyer left ${event.data.stars} stars` };
    default:
      return batchText(event);
  }
};

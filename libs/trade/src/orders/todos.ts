import type { Bilingual } from '#event-sourcing';
import { endOf, NEVER } from '../shipping/ship-date.js';
import type { TradeOrder } from './order.js';

/** What a party to an order is to do next, or waits for (TA-R27). */
export const TODO_TITLES = {
  MATCH_BUYER: { en: 'match the buyer', zh: '匹配买家信息' },
  REMIND_BUYER: { en: 'remind the buyer to confirm', zh: '提醒买家确认' },
  SHIP: { en: 'ship before the agreed date', zh: '按约定时间发货' },
  AWAIT_RECEIPT: { en: 'receipt is to be confirmed', zh: '等待买家确认收货' },
  CONFIRM_ORDER: { en: 'confirm order and contract', zh: '确认订单和合同' },
  PAY: { en: 'pay to the collection account', zh: '付款至收款账号' },
  CONFIRM_RECEIPT: { en: 'confirm receipt', zh: '确认收货' },
} as const satisfies Readonly<Record<string, Bilingual>>;
export type TodoTopic = keyof typeof TODO_TITLES;
export const TODO_TOPICS = Object.keys(TODO_TITLES) as TodoTopic[];

/** What each party is to do now, and until when; `NEVER` for whenever. */
export interface Todos {
  readonly supplierTodo: TodoTopic | null;
  readonly buyerTodo: TodoTopic | null;
  readonly dueAt: string;
}

const NOTHING: Todos = { supplierTodo: null, buyerTodo: null, dueAt: NEVER };

/** The to-dos of an order that stands so. */
export const todosOf = ({ status, buyer, agreedShipDate, receiptDeadline }: TradeOrder): Todos => {
  switch (status) {
    case 'DRAFT':
      return { ...NOTHING, supplierTodo: buyer === null ? 'MATCH_BUYER' : null };
    case 'AWAITING_BUYER':
      return { ...NOTHING, supplierTodo: 'REMIND_BUYER', buyerTodo: 'CONFIRM_ORDER' };
    case 'AWAITING_PAYMENT':
      return { ...NOTHING, buyerTodo: 'PAY' };
    case 'AWAITING_SHIPMENT':
    case 'PARTIALLY_SHIPPED':
      return { ...NOTHING, supplierTodo: 'SHIP', dueAt: agreedShipDate === undefined ? NEVER : endOf(agreedShipDate) };
    case 'SHIPPED':
      return { supplierTodo: 'AWAIT_RECEIPT', buyerTodo: 'CONFIRM_RECEIPT', dueAt: receiptDeadline?.dueAt ?? NEVER };
    case 'DISPUTED':
    case 'COMPLETED':
    case 'CANCELLED':
      return NOTHING;
  }
};

const DAY_MS = 86_400_000;

/** Days until the instant, a begun one counts; negative for days since, of which begun ones count too. */
export const daysUntil = (dueAt: string, now: Date): number => {
  const days = (Date.parse(dueAt) - now.getTime()) / DAY_MS;
  return days > 0 ? Math.ceil(days) : Math.floor(days);
};

const countdown = (days: number): Bilingual =>
  days > 0 ? { en: `${days} ${days === 1 ? 'day' : 'days'} left`, zh: `还剩 ${days} 天` } : { en: `overdue for ${-days} ${days === -1 ? 'day' : 'days'}`, zh: `已逾期 ${-days} 天` };

/** The to-do as it is told, counting down to its date. */
export const todoText = (topic: TodoTopic, orderNo: string, days: number | null): Bilingual => {
  const title = TODO_TITLES[topic];
  const left = days === null ? undefined : countdown(days);
  return { en: `order ${orderNo}: ${title.en}${left ? `, ${left.en}` : ''}`, zh: `订单${orderNo}：${title.zh}${left ? `，${left.zh}` : ''}` };
};

import { refusal, type Actor, type Bilingual, type Role } from '#event-sourcing';
import { isBuyerOf } from './buyer-access.js';
import { ORDER_STATUS_LABELS } from './labels.js';
import type { TradeOrder } from './order.js';
import type { TradeOrderStatus } from './values.js';

/** Something that must hold for an action besides the status, and the refusal where it does not. */
interface Condition {
  readonly holds: (order: TradeOrder) => boolean;
  readonly rule: string;
  readonly code: string;
  readonly text: Bilingual;
}

interface ActionRule {
  readonly roles: readonly Role[];
  readonly when: readonly TradeOrderStatus[];
  readonly rule: string;
  readonly label: Bilingual;
  readonly conditions?: readonly Condition[];
}

const BEFORE_PAYMENT = ['DRAFT', 'AWAITING_BUYER', 'AWAITING_PAYMENT'] as const;

/** How many contracts and links an order may ever have, so that its stream stays short. */
const MAX_CONTRACTS = 20;
const MAX_LINKS = 100;

const BUYER_MATCHED: Condition = {
  holds: ({ buyer }) => buyer !== null,
  ...{ rule: 'TA-R4', code: 'buyer-not-matched', text: { en: 'match the buyer first', zh: '请先匹配买家信息' } },
};

const CONTRACT_THERE: Condition = {
  holds: ({ mode, contracts }) => mode !== 'ATTACHMENT' || contracts.some(({ side }) => side === 'SUPPLIER'),
  ...{ rule: 'TA-R3', code: 'contract-missing', text: { en: 'attach the contract that the order is drafted from', zh: '请先上传起草订单所依据的合同' } },
};

const ROOM_FOR_CONTRACTS: Condition = {
  holds: ({ contracts }) => contracts.length < MAX_CONTRACTS,
  ...{ rule: 'TA-R5', code: 'too-many-contracts', text: { en: `the order has ${MAX_CONTRACTS} contracts already`, zh: `合同已达 ${MAX_CONTRACTS} 份` } },
};

const ROOM_FOR_LINKS: Condition = {
  holds: ({ links }) => links.length < MAX_LINKS,
  ...{ rule: 'TA-R13', code: 'too-many-links', text: { en: `the order has had ${MAX_LINKS} links`, zh: `该订单已生成 ${MAX_LINKS} 个链接` } },
};

const NOTHING_PAID: Condition = {
  holds: ({ paidAmount }) => paidAmount === '0',
  ...{ rule: 'TA-R16', code: 'partly-paid', text: { en: 'part of the money is in already', zh: '订单已收到部分款项，不能取消' } },
};

const NOT_REVIEWED: Condition = {
  holds: ({ reviewed }) => !reviewed,
  ...{ rule: 'TA-R23', code: 'already-reviewed', text: { en: 'the order is reviewed already', zh: '订单已评价' } },
};

const RULES = {
  revise: { roles: ['exporter'], when: ['DRAFT'], rule: 'TA-R3', label: { en: 'revising', zh: '修改订单' } },
  'match-buyer': { roles: ['exporter'], when: ['DRAFT'], rule: 'TA-R4', label: { en: 'matching the buyer', zh: '匹配买家信息' } },
  submit: { roles: ['exporter'], when: ['DRAFT'], rule: 'TA-R12', label: { en: 'submitting', zh: '提交订单' }, conditions: [BUYER_MATCHED, CONTRACT_THERE] },
  'attach-contract': { roles: ['exporter', 'buyer'], when: ['DRAFT', 'AWAITING_BUYER'], rule: 'TA-R5', label: { en: 'attaching a contract', zh: '上传合同' }, conditions: [ROOM_FOR_CONTRACTS] },
  'share-link': { roles: ['exporter'], when: ['AWAITING_BUYER', 'AWAITING_PAYMENT'], rule: 'TA-R13', label: { en: 'sharing the order link', zh: '复制订单链接' }, conditions: [ROOM_FOR_LINKS] },
  confirm: { roles: ['buyer'], when: ['AWAITING_BUYER'], rule: 'TA-R14', label: { en: 'confirming', zh: '确认订单' } },
  cancel: { roles: ['exporter', 'buyer'], when: BEFORE_PAYMENT, rule: 'TA-R11', label: { en: 'cancelling', zh: '取消订单' }, conditions: [NOTHING_PAID] },
  'confirm-receipt': { roles: ['buyer'], when: ['SHIPPED'], rule: 'TA-R23', label: { en: 'confirming receipt', zh: '确认收货' } },
  'open-dispute': { roles: ['buyer'], when: ['SHIPPED'], rule: 'TA-R26', label: { en: 'opening a dispute', zh: '发起纠纷' } },
  'settle-dispute': { roles: ['ops'], when: ['DISPUTED'], rule: 'TA-R26', label: { en: 'settling the dispute', zh: '处理纠纷' } },
  review: { roles: ['buyer'], when: ['COMPLETED'], rule: 'TA-R23', label: { en: 'reviewing', zh: '评价' }, conditions: [NOT_REVIEWED] },
} as const satisfies Readonly<Record<string, ActionRule>>;

/** What people do with a trade order; also the names of the HTTP sub-resources. */
export type TradeAction = keyof typeof RULES;

const ACTIONS = Object.keys(RULES) as TradeAction[];

const ruleOf = (action: TradeAction): ActionRule => RULES[action];

/** What the caller may do with the order as it stands. Buyers act on the orders that name them only. */
export const allowedTradeActions = (order: TradeOrder, actor: Actor): readonly TradeAction[] => {
  const roles = actor.roles.filter((role) => role !== 'buyer' || isBuyerOf(actor, order));
  return ACTIONS.filter((action) => {
    const { roles: allowed, when, conditions = [] } = ruleOf(action);
    return allowed.some((role) => roles.includes(role)) && when.includes(order.status) && conditions.every(({ holds }) => holds(order));
  });
};

/** Lets a decision go on, or throws the refusal: `forbidden` for a wrong role, `conflict` for an order that does not stand so that the action is possible. */
export const requireTradeAction = (action: TradeAction, order: TradeOrder, { roles }: Actor): void => {
  const { roles: allowed, rule, label, when, conditions = [] } = ruleOf(action);
  if (!allowed.some((role) => roles.includes(role))) throw refusal(rule, { en: `${label.en} is not for this role`, zh: `当前角色无权${label.zh}` }, { kind: 'forbidden' });
  const { status } = order;
  if (!when.includes(status)) {
    const name = ORDER_STATUS_LABELS[status];
    throw refusal(rule, { en: `${label.en} is not possible now: the order is: ${name.en}`, zh: `订单状态为“${name.zh}”，不能${label.zh}` }, { code: 'action-not-allowed', facts: { status } });
  }
  const missed = conditions.find(({ holds }) => !holds(order));
  if (missed !== undefined) throw refusal(missed.rule, missed.text, { code: missed.code });
};

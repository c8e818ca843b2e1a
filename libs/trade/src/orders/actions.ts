import { refusal, type Actor, type Bilingual, type Role } from '#event-sourcing';
import { ORDER_STATUS_LABELS } from './labels.js';
import type { TradeOrderStatus } from './values.js';

interface ActionRule {
  readonly roles: readonly (Role | 'system')[];
  readonly when: readonly TradeOrderStatus[];
  readonly rule: string;
  readonly label: Bilingual;
}

const BEFORE_PAYMENT = ['DRAFT', 'AWAITING_BUYER', 'AWAITING_PAYMENT'] as const;

const RULES = {
  revise: { roles: ['exporter'], when: ['DRAFT'], rule: 'TA-R3', label: { en: 'revising', zh: '修改订单' } },
  'match-buyer': { roles: ['exporter'], when: ['DRAFT'], rule: 'TA-R4', label: { en: 'matching the buyer', zh: '匹配买家信息' } },
  submit: { roles: ['exporter'], when: ['DRAFT'], rule: 'TA-R12', label: { en: 'submitting', zh: '提交订单' } },
  'attach-contract': { roles: ['exporter', 'buyer'], when: ['DRAFT', 'AWAITING_BUYER'], rule: 'TA-R5', label: { en: 'attaching a contract', zh: '上传合同' } },
  'share-link': { roles: ['exporter'], when: ['AWAITING_BUYER', 'AWAITING_PAYMENT'], rule: 'TA-R13', label: { en: 'sharing the order link', zh: '复制订单链接' } },
  confirm: { roles: ['buyer'], when: ['AWAITING_BUYER'], rule: 'TA-R14', label: { en: 'confirming', zh: '确认订单' } },
  cancel: { roles: ['exporter', 'buyer'], when: BEFORE_PAYMENT, rule: 'TA-R11', label: { en: 'cancelling', zh: '取消订单' } },
  'confirm-receipt': { roles: ['buyer'], when: ['SHIPPED'], rule: 'TA-R23', label: { en: 'confirming receipt', zh: '确认收货' } },
  'open-dispute': { roles: ['buyer'], when: ['SHIPPED'], rule: 'TA-R26', label: { en: 'opening a dispute', zh: '发起纠纷' } },
  'settle-dispute': { roles: ['ops'], when: ['DISPUTED'], rule: 'TA-R26', label: { en: 'settling the dispute', zh: '处理纠纷' } },
  review: { roles: ['buyer'], when: ['COMPLETED'], rule: 'TA-R23', label: { en: 'reviewing', zh: '评价' } },
} as const satisfies Readonly<Record<string, ActionRule>>;

/** What people do with a trade order; also the names of the HTTP sub-resources. */
export type TradeAction = keyof typeof RULES;

const ACTIONS = Object.keys(RULES) as TradeAction[];

const ruleOf = (action: TradeAction): ActionRule => RULES[action];

const mayDo = (action: TradeAction, roles: Actor['roles']): boolean => roles.some((role) => ruleOf(action).roles.includes(role));

/** What the caller may do with an order that stands so. */
export const allowedTradeActions = (status: TradeOrderStatus, roles: Actor['roles']): readonly TradeAction[] =>
  ACTIONS.filter((action) => mayDo(action, roles) && ruleOf(action).when.includes(status));

/** Lets a decision go on, or throws the refusal: `forbidden` for a wrong role, `conflict` for a status that does not allow the action. */
export const requireTradeAction = (action: TradeAction, status: TradeOrderStatus, { roles }: Actor): void => {
  const { rule, label, when } = ruleOf(action);
  if (!mayDo(action, roles)) throw refusal(rule, { en: `${label.en} is not for this role`, zh: `当前角色无权${label.zh}` }, { kind: 'forbidden' });
  if (when.includes(status)) return;
  const name = ORDER_STATUS_LABELS[status];
  throw refusal(rule, { en: `${label.en} is not possible now: the order is: ${name.en}`, zh: `订单状态为“${name.zh}”，不能${label.zh}` }, { code: 'action-not-allowed', facts: { status } });
};

import { refusal, type Actor, type Bilingual, type Role } from '#event-sourcing';
import { ORDER_STATUS_LABELS } from './labels.js';
import type { DeclarationStatus, OrderStatus, TransmissionStatus } from './values.js';

/** What the allowed actions depend on besides the caller; read models of orders keep these three fields. */
export interface OrderStanding {
  readonly status: OrderStatus;
  readonly transmission: TransmissionStatus;
  readonly declaration?: DeclarationStatus | undefined;
}

interface ActionRule {
  readonly roles: readonly (Role | 'system')[];
  readonly when: (order: OrderStanding) => boolean;
  /** The rule that a refusal names. */
  readonly rule: string;
  readonly label: Bilingual;
}

const inStatus =
  (...statuses: readonly OrderStatus[]) =>
  ({ status }: OrderStanding): boolean =>
    statuses.includes(status);

/** A declaration, once uploaded, binds the order; until then a sent order, like one that could not be sent, may be taken back (9710-C6, 9710-C7). */
const returnable = ({ status, transmission, declaration }: OrderStanding): boolean =>
  (status === 'SENDING' && transmission === 'FAILED') || (status === 'TO_DECLARE' && declaration === 'NOT_UPLOADED');

const RULES = {
  'save-draft': { roles: ['exporter'], when: inStatus('DRAFT'), rule: '9710-R13', label: { en: 'saving the draft', zh: '保存草稿' } },
  'replace-lines': { roles: ['exporter'], when: inStatus('DRAFT', 'TO_MODIFY'), rule: '9710-R11', label: { en: 'replacing the lines', zh: '替换商品行' } },
  'delete-draft': { roles: ['exporter'], when: inStatus('DRAFT'), rule: '9710-R35', label: { en: 'deleting the draft', zh: '删除草稿' } },
  send: { roles: ['exporter'], when: inStatus('DRAFT', 'TO_MODIFY'), rule: '9710-R14', label: { en: 'sending', zh: '发送跨境电商订单' } },
  approve: { roles: ['reviewer'], when: inStatus('IN_REVIEW'), rule: '9710-R17', label: { en: 'approving', zh: '审核通过' } },
  'request-confirmation': { roles: ['reviewer'], when: inStatus('IN_REVIEW'), rule: '9710-C13', label: { en: 'asking for confirmation', zh: '要求确认' } },
  'answer-confirmation': { roles: ['exporter'], when: inStatus('TO_CONFIRM'), rule: '9710-C13', label: { en: 'confirming', zh: '确认' } },
  return: { roles: ['reviewer'], when: inStatus('IN_REVIEW'), rule: '9710-R23', label: { en: 'returning to the exporter', zh: '退单' } },
  resend: { roles: ['exporter'], when: ({ transmission }) => transmission === 'FAILED', rule: '9710-R18', label: { en: 'sending again', zh: '重新发送订单' } },
  'return-for-modification': { roles: ['exporter'], when: returnable, rule: '9710-C6', label: { en: 'returning to edit', zh: '退回修改' } },
  modify: { roles: ['exporter'], when: inStatus('TO_MODIFY'), rule: '9710-R23', label: { en: 'modifying', zh: '修改订单' } },
  cancel: { roles: ['exporter'], when: inStatus('TO_MODIFY'), rule: '9710-R23', label: { en: 'cancelling', zh: '取消订单' } },
  copy: { roles: ['exporter'], when: ({ status }) => status !== 'DELETED', rule: '9710-R57', label: { en: 'copying', zh: '复制订单' } },
  'upload-declaration': { roles: ['exporter'], when: inStatus('TO_DECLARE'), rule: '9710-R55', label: { en: 'uploading a declaration', zh: '上传出口凭证' } },
  'verify-declaration': { roles: ['reviewer', 'system'], when: inStatus('DECLARATION_REVIEW'), rule: '9710-R25', label: { en: 'verifying the declaration', zh: '报关单验真' } },
  'reject-declaration': { roles: ['reviewer'], when: inStatus('DECLARATION_REVIEW'), rule: '9710-R25', label: { en: 'rejecting the declaration', zh: '退回报关单' } },
  'report-release': {
    roles: ['customs-gateway', 'reviewer', 'broker', 'system'],
    when: inStatus('TO_DECLARE', 'DECLARATION_REVIEW', 'COMPLETED'),
    rule: '9710-R28',
    label: { en: 'reporting the release', zh: '登记放行' },
  },
  'open-support-case': { roles: ['exporter', 'system'], when: ({ transmission }) => transmission === 'PROCESSING', rule: '9710-R21', label: { en: 'calling technical support', zh: '提交技术处理' } },
} as const satisfies Readonly<Record<string, ActionRule>>;

/** What people do with an order; also the names of the HTTP sub-resources. */
export type OrderAction = keyof typeof RULES;

export const ORDER_ACTIONS = Object.keys(RULES) as OrderAction[];

const mayDo = (action: OrderAction, roles: Actor['roles']): boolean => {
  const allowed: ActionRule['roles'] = RULES[action].roles;
  return roles.some((role) => allowed.includes(role));
};

/**
 * The actions that the order's standing and the caller's roles allow now: the one source for read models and decisions (9710-R26, 9710-C2, 9710-C7).
 * Waiting times are not looked at: a resend within the cool-down is offered and refused with the seconds left.
 */
export const allowedActions = (order: OrderStanding, roles: Actor['roles']): readonly OrderAction[] =>
  ORDER_ACTIONS.filter((action) => mayDo(action, roles) && RULES[action].when(order));

/** Lets a decision go on, or throws the refusal: `forbidden` for a wrong role, `conflict` for a state that does not allow the action. */
export const requireAction = (action: OrderAction, order: OrderStanding, actor: Actor): void => {
  const { rule, label, when } = RULES[action];
  if (!mayDo(action, actor.roles)) {
    throw refusal(rule, { en: `${label.en} is not for this role`, zh: `当前角色无权${label.zh}` }, { kind: 'forbidden' });
  }
  if (when(order)) return;
  const status = ORDER_STATUS_LABELS[order.status];
  const facts = { status: order.status, transmission: order.transmission, ...(order.declaration && { declaration: order.declaration }) };
  throw refusal(
    order.status === 'COMPLETED' ? '9710-R26' : rule,
    { en: `${label.en} is not possible now: the order is ${status.en}`, zh: `订单状态为“${status.zh}”，不能${label.zh}` },
    { code: 'action-not-allowed', facts },
  );
};

/** Lets a decision that is not people's to take go on: those of processes, deadlines and the gateway. */
export const requireSystem = ({ roles }: Actor): void => {
  if (roles.includes('system') || roles.includes('customs-gateway')) return;
  throw refusal('9710-R17', { en: 'this is for the system itself', zh: '仅供系统调用' }, { kind: 'forbidden' });
};

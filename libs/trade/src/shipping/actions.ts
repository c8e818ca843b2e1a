import { refusal, type Actor, type Bilingual, type Role } from '#event-sourcing';
import { hasExportInfo, isAwaitingCustoms, isOpen, isPacked } from './batch-standing.js';
import type { Batch, Batches } from './batches.js';

/** What the allowed actions depend on besides the caller; the shipping desk keeps these fields. */
export interface ShippingStanding {
  readonly status: string;
  readonly batches: Batches;
}

/** Something that must hold for an action, and the refusal where it does not. */
interface Condition<Subject extends readonly unknown[]> {
  readonly holds: (...subject: Subject) => boolean;
  readonly rule: string;
  readonly text: Bilingual;
}

interface ActionRule<Subject extends readonly unknown[]> {
  readonly roles: readonly (Role | 'system')[];
  readonly rule: string;
  readonly label: Bilingual;
  readonly conditions: readonly Condition<Subject>[];
}

type OnOrder = [order: ShippingStanding];
type OnBatch = [order: ShippingStanding, batch: Batch];

/** The statuses in which goods are shipped; the rest of an order that counts as shipped may follow. */
const SHIPPING_STATUSES: ReadonlySet<string> = new Set(['AWAITING_SHIPMENT', 'PARTIALLY_SHIPPED', 'SHIPPED']);

const MONEY_IS_IN: Condition<OnOrder> = {
  holds: ({ status }) => SHIPPING_STATUSES.has(status),
  rule: 'TA-R16',
  text: { en: 'goods are shipped after the money is in and before the order is finished', zh: '订单到款后、完结前才能发货' },
};

const LATEST_HAS_EXPORT_INFO: Condition<OnOrder> = {
  holds: ({ batches: { list } }) => list.every((batch, index) => index < list.length - 1 || hasExportInfo(batch)),
  rule: '9710-R53',
  text: { en: 'the latest batch has no export information yet', zh: '最近的发货批次尚未提交出口信息' },
};

const OPEN: Condition<OnBatch> = {
  holds: (_, batch) => isOpen(batch),
  rule: '9710-C11',
  text: {
    en: 'its export information is under way: its 9710 order must be a draft, to be modified or cancelled, its declaration rejected',
    zh: '出口信息处理中：9710 订单须为草稿、待修改或已取消，报关单须为验证未通过',
  },
};

const PACKED: Condition<OnBatch> = {
  holds: (_, batch) => isPacked(batch),
  rule: '9710-R52',
  text: { en: 'goods (step 1) and logistics (step 2) are saved first', zh: '请先保存商品（第 1 步）和物流（第 2 步）' },
};

const NO_EXPORT_INFO: Condition<OnBatch> = {
  holds: (_, batch) => !hasExportInfo(batch) && !isAwaitingCustoms(batch),
  rule: '9710-R2',
  text: { en: 'the batch has export information already', zh: '该批次已提交出口信息' },
};

const CARRIED: Condition<OnBatch> = {
  holds: (_, { logistics }) => logistics !== undefined,
  rule: '9710-R52',
  text: { en: 'logistics (step 2) are saved first', zh: '请先保存物流（第 2 步）' },
};

const ORDINARY: Condition<OnBatch> = {
  holds: (_, { export: chosen, ordinaryPath }) => (chosen === undefined ? ordinaryPath : chosen.way !== '9710-service'),
  rule: '9710-R2',
  text: { en: 'smart declaration or an own declaration is chosen first', zh: '请先选择智能报关服务或提交出口报关单' },
};

const declarationIs = (status: string, en: string, zh: string, rule: string): Condition<OnBatch> => ({
  holds: (_, { export: chosen }) => chosen !== undefined && chosen.way !== '9710-service' && chosen.declaration?.status === status,
  rule,
  text: { en, zh },
});

const UNDER_REVIEW = declarationIs('UNDER_REVIEW', 'there is no declaration under review', '没有待验证的报关单', '9710-R24');
const VERIFIED = declarationIs('VERIFIED', 'there is no verified declaration', '报关单尚未验证通过', '9710-R27');

const onOrder = {
  'add-batch': { roles: ['exporter'], rule: '9710-R53', label: { en: 'adding a batch', zh: '新增发货批次' }, conditions: [MONEY_IS_IN, LATEST_HAS_EXPORT_INFO] },
} as const satisfies Readonly<Record<string, ActionRule<OnOrder>>>;

const onBatch = {
  'set-goods': { roles: ['exporter'], rule: '9710-R1', label: { en: 'choosing the goods', zh: '选择本批商品' }, conditions: [MONEY_IS_IN, OPEN] },
  'set-logistics': { roles: ['exporter'], rule: '9710-R1', label: { en: 'submitting logistics', zh: '提交物流信息' }, conditions: [MONEY_IS_IN, OPEN] },
  'record-tracking': { roles: ['exporter', 'broker', 'ops'], rule: '9710-R1', label: { en: 'recording tracking', zh: '登记物流动态' }, conditions: [CARRIED] },
  'choose-export-way': { roles: ['exporter'], rule: '9710-R2', label: { en: 'giving export information', zh: '提交出口信息' }, conditions: [MONEY_IS_IN, PACKED, NO_EXPORT_INFO] },
  'submit-declaration': { roles: ['exporter', 'broker'], rule: '9710-R24', label: { en: 'submitting a declaration', zh: '提交出口报关单' }, conditions: [MONEY_IS_IN, PACKED, ORDINARY, NO_EXPORT_INFO] },
  'verify-declaration': { roles: ['reviewer', 'system'], rule: '9710-R24', label: { en: 'verifying the declaration', zh: '报关单验真' }, conditions: [UNDER_REVIEW] },
  'reject-declaration': { roles: ['reviewer'], rule: '9710-R24', label: { en: 'rejecting the declaration', zh: '退回报关单' }, conditions: [UNDER_REVIEW] },
  'record-release': { roles: ['customs-gateway', 'reviewer', 'broker'], rule: '9710-R27', label: { en: 'recording the release', zh: '登记放行' }, conditions: [VERIFIED] },
  'delete-batch': { roles: ['exporter'], rule: '9710-C11', label: { en: 'deleting the batch', zh: '删除本批次' }, conditions: [MONEY_IS_IN, OPEN] },
} as const satisfies Readonly<Record<string, ActionRule<OnBatch>>>;

/** What people do with the shipping of an order, and with one batch. */
export type ShippingAction = keyof typeof onOrder;
export type BatchAction = keyof typeof onBatch;

const allowed = <Name extends string, Subject extends readonly unknown[]>(rules: Readonly<Record<Name, ActionRule<Subject>>>, roles: Actor['roles'], ...subject: Subject): readonly Name[] =>
  (Object.keys(rules) as Name[]).filter((name) => {
    const rule: ActionRule<Subject> = rules[name];
    return roles.some((role) => rule.roles.includes(role)) && rule.conditions.every(({ holds }) => holds(...subject));
  });

const demand = <Subject extends readonly unknown[]>({ roles, rule, label, conditions }: ActionRule<Subject>, actor: Actor, ...subject: Subject): void => {
  if (!actor.roles.some((role) => roles.includes(role))) {
    throw refusal(rule, { en: `${label.en} is not for this role`, zh: `当前角色无权${label.zh}` }, { kind: 'forbidden' });
  }
  const missed = conditions.find(({ holds }) => !holds(...subject));
  if (missed === undefined) return;
  throw refusal(missed.rule, { en: `${label.en} is not possible now: ${missed.text.en}`, zh: `不能${label.zh}：${missed.text.zh}` }, { code: 'action-not-allowed' });
};

/** What the caller may do with the shipping of the order now. */
export const allowedShippingActions = (order: ShippingStanding, roles: Actor['roles']): readonly ShippingAction[] => allowed<ShippingAction, OnOrder>(onOrder, roles, order);

/** What the caller may do with the batch now. */
export const allowedBatchActions = (order: ShippingStanding, batch: Batch, roles: Actor['roles']): readonly BatchAction[] => allowed<BatchAction, OnBatch>(onBatch, roles, order, batch);

/** Lets a decision go on, or throws the refusal: `forbidden` for a wrong role, `conflict` for a standing that does not allow the action. */
export const requireShippingAction = (action: ShippingAction, order: ShippingStanding, actor: Actor): void => demand<OnOrder>(onOrder[action], actor, order);

/** As `requireShippingAction`, for an action on a batch. */
export const requireBatchAction = (action: BatchAction, order: ShippingStanding, batch: Batch, actor: Actor): void => demand<OnBatch>(onBatch[action], actor, order, batch);

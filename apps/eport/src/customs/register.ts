import type { Objection } from './order-checks.js';

/** What customs holds of an order, known by platform, enterprise and order number. */
export interface HeldOrder {
  readonly orderNo: string;
  readonly ebpCode: string;
  readonly ebcCode: string;
  readonly state: 'held' | 'deleted' | 'declared';
  /** The message that brought it into this state. */
  readonly messageGuid: string;
  /** The declared fields of head and lines. */
  readonly content: unknown;
  /** ISO 8601 UTC. */
  readonly updatedAt: string;
}

/** What an application asks for: 1 new, 2 change, 3 delete. */
export type AppType = '1' | '2' | '3';

const NUMBER_EXISTS: Objection = { code: '-301010', info: '订单号已存在' };
const NOTHING_TO_ACT_ON: Objection = { code: '-301009', info: '申报类型错误或操作的订单不存在' };
const USED_IN_A_LIST: Objection = { code: '-301011', info: '订单已被清单使用，状态不允许' };

/** Whether customs, holding this, can do what is asked: the new state of the order, or its objection. */
export const applied = (appType: AppType, state: HeldOrder['state'] | undefined): HeldOrder['state'] | Objection => {
  if (state === 'declared') return appType === '1' ? NUMBER_EXISTS : USED_IN_A_LIST;
  if (appType === '1') return state === 'held' ? NUMBER_EXISTS : 'held';
  if (state !== 'held') return NOTHING_TO_ACT_ON;
  return appType === '2' ? 'held' : 'deleted';
};

import { refusal, type Actor } from '#event-sourcing';
import type { TradeOrder } from './order.js';

/** Whether the caller is logged in with the account that the order names as its buyer (TA-R14), and the order has come to them. */
export const isBuyerOf = ({ roles, email }: Actor, { buyerEmail, submission }: TradeOrder): boolean =>
  roles.includes('buyer') && email !== undefined && email === buyerEmail.toLowerCase() && submission !== undefined;

/** Lets a decision of the buyer go on. Buyers who work for the supplier's company reach its orders, but are not these orders' buyer. */
export const requireBuyer = (actor: Actor, order: TradeOrder): void => {
  if (isBuyerOf(actor, order)) return;
  throw refusal('TA-R14', { en: 'only the account that the order was matched with may do this', zh: '须使用与订单匹配的买家账户登录' }, { kind: 'forbidden', code: 'not-the-buyer' });
};

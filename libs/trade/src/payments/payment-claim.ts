import { Command, refusal, useCase, type Aggregate, type AnyUseCase, type Decide, type EventOf } from '#event-sourcing';
import { requireSystem } from '../system-only.js';

/** A provider's payment is for this order and for no other. */
export interface PaymentClaimed {
  readonly paymentId: string;
  readonly orderNo: string;
}

/** The facts of the streams `payment-<the provider's payment id>`. */
export type PaymentEvent = EventOf<{ PaymentClaimed: PaymentClaimed }>;

/** The order that a payment is for. */
export interface ClaimedPayment {
  readonly orderNo: string | null;
}

export const claimedPayment: Aggregate<ClaimedPayment, PaymentEvent> = {
  category: 'payment',
  initialState: { orderNo: null },
  evolve: (_, { data: { orderNo } }) => ({ orderNo }),
};

/** Reserves a payment for an order, so that one told of twice, with the accounts of two orders, is counted once (TA-R15). For the system itself. */
export class ClaimPayment extends Command<{ readonly orderNo: string }> {}

/** The same claim again changes nothing. */
export const claimPayment: Decide<{ readonly orderNo: string }, ClaimedPayment, PaymentEvent> = ({ orderNo }, claimed, { id, actor }) => {
  requireSystem('TA-R15', actor);
  if (claimed.orderNo === orderNo) return [];
  if (claimed.orderNo !== null) throw refusal('TA-R15', { en: 'the payment was told before, for another order', zh: '该付款已登记在其他订单' }, { code: 'payment-differs' });
  return [{ type: 'PaymentClaimed', data: { paymentId: id, orderNo } }];
};

/** Which command about claims is decided by what. */
export const paymentClaimUseCases: readonly AnyUseCase[] = [useCase({ command: ClaimPayment, aggregate: claimedPayment, decide: claimPayment, begins: true })];

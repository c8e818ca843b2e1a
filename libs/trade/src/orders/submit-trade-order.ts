import { Command, invalid, refusal, refuseIfAny, type Actor, type Decide, type Refusal } from '#event-sourcing';
import { Flag, Optional } from '#platform';
import { reservationOf, type CreditLine } from '../credit/credit-line.js';
import { requireTradeAction } from './actions.js';
import { collectionAccountOf } from './collection-account.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';
import { EXPORT_ACKNOWLEDGEMENTS, GUARANTEE_TERMS } from './terms-texts.js';

export class SubmitTradeOrderInput {
  /** 信用保證條款: asked for with protection only (TA-R8, TA-C2). */
  @Optional()
  @Flag({ context: { rule: 'TA-C2' } })
  guaranteeTermsAccepted?: boolean;

  /** "Aware that the order must be exported" through its channel (TA-R12, TA-C1). */
  @Optional()
  @Flag({ context: { rule: 'TA-R12' } })
  exportAcknowledged?: boolean;
}

interface SubmitPayload extends SubmitTradeOrderInput {
  /** Days from shipping after which receipt counts as confirmed, as configured for the order's transport (TA-R25). */
  readonly receiptDays: number;
}

/** Submits the order to its buyer; a protected one occupies the credit line (TA-R11), which is reserved just before. */
export class SubmitTradeOrder extends Command<SubmitPayload> {}

/** The supplier's credit line. */
export interface WithCredit {
  readonly credit: CreditLine;
}

/** An order is submitted only with a reservation younger than this, milliseconds: well before unused ones are given back. */
const RESERVATION_HOLDS_MS = 30 * 60_000;

const missingTicks = ({ protection }: TradeOrder, { guaranteeTermsAccepted, exportAcknowledged }: SubmitTradeOrderInput): readonly Refusal[] => [
  ...(exportAcknowledged === true ? [] : [invalid('TA-R12', 'exportAcknowledged', { en: 'must be ticked', zh: '请勾选出口确认' })]),
  ...(protection === 'NONE' || guaranteeTermsAccepted === true ? [] : [invalid('TA-C2', 'guaranteeTermsAccepted', { en: 'must be ticked for a protected order', zh: '请勾选信用保证条款' })]),
];

/** Lets a submission go on as far as the order itself is concerned. Throws `Refusal`(s). */
export const requireSubmittable = (input: SubmitTradeOrderInput, order: TradeOrder, actor: Actor): void => {
  requireTradeAction('submit', order, actor);
  refuseIfAny(missingTicks(order, input));
};

export const submitTradeOrder: Decide<SubmitPayload, TradeOrder, TradeOrderEvent, WithCredit> = (input, order, { now, actor, credit }) => {
  requireSubmittable(input, order, actor);
  const { orderNo, protection, amount, exportChannel } = order;
  const reservation = reservationOf(credit, orderNo);
  const isReserved = reservation?.amount === amount && now.getTime() - Date.parse(reservation.reservedAt) < RESERVATION_HOLDS_MS;
  if (protection !== 'NONE' && !isReserved) throw refusal('TA-R11', { en: 'the credit line is not occupied for the order', zh: '信保额度未占用' }, { code: 'credit-not-reserved' });
  return [
    {
      type: 'TradeOrderSubmitted',
      data: {
        ...{ orderNo, submittedAt: now.toISOString(), exportAcknowledgement: EXPORT_ACKNOWLEDGEMENTS[exportChannel].version },
        ...{ collectionAccount: collectionAccountOf(orderNo), receiptDays: input.receiptDays },
        ...(protection !== 'NONE' && { guaranteeTerms: GUARANTEE_TERMS.version }),
      },
    },
  ];
};

import { Command, type Decide } from '#event-sourcing';
import { MultilineText } from '#platform';
import { requireAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

export class AnswerConfirmationInput {
  @MultilineText(1, 500, { context: { rule: '9710-C13' } })
  answer!: string;
}

/** The exporter answers the reviewer's question; the review goes on (9710-C13). */
export class AnswerConfirmation extends Command<AnswerConfirmationInput> {}

export const answerConfirmation: Decide<AnswerConfirmationInput, CustomsOrder, CustomsOrderEvent> = ({ answer }, order, { actor }) => {
  requireAction('answer-confirmation', order, actor);
  return [{ type: 'ConfirmationAnswered', data: { orderNo: order.orderNo, answer } }];
};

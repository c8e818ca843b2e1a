import { Command, type Decide } from '#event-sourcing';
import { MultilineText } from '#platform';
import { requireAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

export class RequestConfirmationInput {
  @MultilineText(1, 500, { context: { rule: '9710-C13' } })
  question!: string;
}

/** The reviewer asks the exporter something before deciding (待确认, 9710-C13). */
export class RequestConfirmation extends Command<RequestConfirmationInput> {}

export const requestConfirmation: Decide<RequestConfirmationInput, CustomsOrder, CustomsOrderEvent> = ({ question }, order, { actor }) => {
  requireAction('request-confirmation', order, actor);
  return [{ type: 'ConfirmationRequested', data: { orderNo: order.orderNo, question } }];
};

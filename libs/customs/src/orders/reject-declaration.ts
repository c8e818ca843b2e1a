import { Command, type Decide } from '#event-sourcing';
import { MultilineText } from '#platform';
import { requireAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

export class RejectDeclarationInput {
  @MultilineText(1, 500, { context: { rule: '9710-R25' } })
  reason!: string;
}

/** A reviewer finds that the evidence itself will not do; the exporter uploads another (9710-R25). */
export class RejectDeclaration extends Command<RejectDeclarationInput> {}

export const rejectDeclaration: Decide<RejectDeclarationInput, CustomsOrder, CustomsOrderEvent> = ({ reason }, order, { actor }) => {
  requireAction('reject-declaration', order, actor);
  const { orderNo, stated } = order;
  return stated === undefined ? [] : [{ type: 'DeclarationRejected', data: { orderNo, declarationNo: stated.declarationNo, reason, mismatches: [] } }];
};

import { Command, type Decide } from '#event-sourcing';
import { Nested, Optional } from '#platform';
import { requireAction } from './actions.js';
import { DeclarationFactsInput, factsOf, mismatchesOf } from './declaration-facts.js';
import type { CustomsOrderEvent } from './events.js';
import { MISMATCH_LABELS } from './labels.js';
import type { CustomsOrder } from './order.js';
import type { DeclarationFacts, DeclarationMismatch, ReleaseReport } from './values.js';

export class VerifyDeclarationInput {
  /** What customs has about the declaration; without it, what the uploader stated is checked. */
  @Optional()
  @Nested(() => DeclarationFactsInput, { context: { rule: '9710-R25' } })
  customsRecord?: DeclarationFactsInput;
}

/** Verifies the uploaded declaration against the order (验真). If it fits, the service is finished; if not, another one is to be uploaded (9710-R25, 9710-R26). */
export class VerifyDeclaration extends Command<VerifyDeclarationInput> {}

const verified = (orderNo: string, { declarationNo, amount, currency }: DeclarationFacts, release: ReleaseReport | undefined, at: string): readonly CustomsOrderEvent[] => [
  { type: 'DeclarationVerified', data: { orderNo, declarationNo, amount, currency, verifiedAt: at } },
  ...(release === undefined ? [] : [{ type: 'DeclarationReleased', data: { orderNo, ...release } } as const]),
  { type: 'ServiceCompleted', data: { orderNo, completedAt: at } },
];

const rejected = (orderNo: string, declarationNo: string, mismatches: readonly DeclarationMismatch[]): CustomsOrderEvent => {
  const reason = `报关单与订单不符：${mismatches.map((mismatch) => MISMATCH_LABELS[mismatch].zh).join('、')}`;
  return { type: 'DeclarationRejected', data: { orderNo, declarationNo, reason, mismatches } };
};

export const verifyDeclaration: Decide<VerifyDeclarationInput, CustomsOrder, CustomsOrderEvent> = ({ customsRecord }, order, { now, actor }) => {
  requireAction('verify-declaration', order, actor);
  const { orderNo, stated } = order;
  if (stated === undefined) return [];
  const facts = customsRecord === undefined ? stated : factsOf(customsRecord);
  const release = order.releases.find(({ declarationNo }) => declarationNo === facts.declarationNo);
  const mismatches = mismatchesOf(facts, order, now);
  return mismatches.length === 0 ? verified(orderNo, facts, release, now.toISOString()) : [rejected(orderNo, stated.declarationNo, mismatches)];
};

import { Command, type Bilingual, type Decide } from '#event-sourcing';
import { MultilineText, Nested, Optional } from '#platform';
import { requireBatchAction } from './actions.js';
import { requireSystem } from '../system-only.js';
import type { BatchEvent, StatedDeclaration } from './batch-events.js';
import type { Batch } from './batches.js';
import { batchOf, type ShippingOrder } from './shipping-order.js';
import { StatedDeclarationInput, statedOf } from './submit-declaration.js';

export class VerifyBatchDeclarationInput {
  /** What customs has about the declaration; without it, what was stated is taken as seen. */
  @Optional()
  @Nested(() => StatedDeclarationInput, { context: { rule: '9710-R24' } })
  customsRecord?: StatedDeclarationInput;
}

/** Verifies the batch's declaration (验真), against what customs has of it if that is given (9710-R24). */
export class VerifyBatchDeclaration extends Command<VerifyBatchDeclarationInput & { readonly batchNo: number }> {}

const FIELD_NAMES: Readonly<Record<keyof StatedDeclaration, Bilingual>> = {
  declarationNo: { en: 'declaration number', zh: '报关单号' },
  amount: { en: 'amount', zh: '金额' },
  currency: { en: 'currency', zh: '币制' },
};

const declarationOf = ({ export: chosen }: Batch): StatedDeclaration | undefined => (chosen === undefined || chosen.way === '9710-service' ? undefined : chosen.declaration);

const rejected = (orderNo: string, batchNo: number, declarationNo: string, reason: Bilingual, rule = '9710-R24'): BatchEvent => ({
  type: 'BatchDeclarationRejected',
  data: { orderNo, batchNo, declarationNo, rule, reason },
});

export const verifyBatchDeclaration: Decide<VerifyBatchDeclarationInput & { readonly batchNo: number }, ShippingOrder, BatchEvent> = (
  { batchNo, customsRecord },
  order,
  { now, actor },
) => {
  const { orderNo } = order;
  const batch = batchOf(order, batchNo);
  requireBatchAction('verify-declaration', order, batch, actor);
  const stated = declarationOf(batch);
  if (stated === undefined) return [];
  const facts = customsRecord === undefined ? stated : statedOf(customsRecord);
  const differing = (Object.keys(FIELD_NAMES) as (keyof StatedDeclaration)[]).filter((field) => facts[field] !== stated[field]);
  if (differing.length > 0) {
    const names = differing.map((field) => FIELD_NAMES[field]);
    const reason = { en: `differs from what customs has: ${names.map(({ en }) => en).join(', ')}`, zh: `与海关数据不符：${names.map(({ zh }) => zh).join('、')}` };
    return [rejected(orderNo, batchNo, stated.declarationNo, reason)];
  }
  const { declarationNo, amount, currency } = facts;
  return [{ type: 'BatchDeclarationVerified', data: { orderNo, batchNo, declarationNo, amount, currency, verifiedAt: now.toISOString() } }];
};

export class RejectBatchDeclarationInput {
  @MultilineText(1, 500, { context: { rule: '9710-R24' } })
  reason!: string;
}

/** A reviewer finds that the evidence itself will not do; another is handed in. */
export class RejectBatchDeclaration extends Command<RejectBatchDeclarationInput & { readonly batchNo: number }> {}

export const rejectBatchDeclaration: Decide<RejectBatchDeclarationInput & { readonly batchNo: number }, ShippingOrder, BatchEvent> = ({ batchNo, reason }, order, { actor }) => {
  const batch = batchOf(order, batchNo);
  requireBatchAction('reject-declaration', order, batch, actor);
  const stated = declarationOf(batch);
  return stated === undefined ? [] : [rejected(order.orderNo, batchNo, stated.declarationNo, { en: reason, zh: reason })];
};

interface SettleDeclarationPayload {
  readonly batchNo: number;
  readonly declarationNo: string;
}

const isSubmitted = ({ batches }: ShippingOrder, { batchNo, declarationNo }: SettleDeclarationPayload): boolean =>
  batches.list.some(({ batchNo: number, export: chosen }) => {
    const declaration = number !== batchNo || chosen === undefined || chosen.way === '9710-service' ? undefined : chosen.declaration;
    return declaration?.declarationNo === declarationNo && declaration.status === 'SUBMITTED';
  });

/** The declaration's number is reserved for the order (TA-R20): it is reviewed next. For the system itself. */
export class LinkBatchDeclaration extends Command<SettleDeclarationPayload> {}

export const linkBatchDeclaration: Decide<SettleDeclarationPayload, ShippingOrder, BatchEvent> = ({ batchNo, declarationNo }, order, { actor }) => {
  requireSystem('TA-R17', actor);
  return isSubmitted(order, { batchNo, declarationNo }) ? [{ type: 'BatchDeclarationLinked', data: { orderNo: order.orderNo, batchNo, declarationNo } }] : [];
};

/** The declaration's number is another order's (TA-R20). For the system itself. */
export class RefuseBatchDeclaration extends Command<SettleDeclarationPayload & { readonly rule: string; readonly reason: Bilingual }> {}

export const refuseBatchDeclaration: Decide<SettleDeclarationPayload & { readonly rule: string; readonly reason: Bilingual }, ShippingOrder, BatchEvent> = (
  { batchNo, declarationNo, rule, reason },
  order,
  { actor },
) => {
  requireSystem('TA-R17', actor);
  return isSubmitted(order, { batchNo, declarationNo }) ? [rejected(order.orderNo, batchNo, declarationNo, reason, rule)] : [];
};

import { Command, invalid, refusal, refuseIfAny, type Decide, type Refusal } from '#event-sourcing';
import { DecimalString, Nested, Pattern, Text, UploadedFileInput } from '#platform';
import { checkDeclarationNo, currencyByIso, decimalText, DECLARATION_NO_PROBLEM_TEXTS } from '#reference-data';
import { requireBatchAction } from './actions.js';
import type { BatchEvent, OrdinaryWay, StatedDeclaration } from './batch-events.js';
import type { Batch } from './batches.js';
import { isReservedForAnother, type Consignment } from './consignments/consignment.js';
import { batchOf, type ShippingOrder } from './shipping-order.js';

const CURRENCY = { en: 'must be an ISO 4217 code of 3 capital letters, e.g. USD', zh: '必须是 ISO 4217 币制代码（3 位大写字母），例如 USD' };

/** What an ordinary declaration states, as typed by its uploader or as customs has it. */
export class StatedDeclarationInput {
  /** 报关单海关编号 */
  @Text(1, 18, { context: { rule: '9710-R24' } })
  declarationNo!: string;

  @DecimalString({ digits: 19, places: 5, moreThan: '0' }, { context: { rule: '9710-R24' } })
  amount!: string;

  @Pattern(/^[A-Z]{3}$/, CURRENCY, { context: { rule: '9710-C12' } })
  currency!: string;
}

export class SubmitBatchDeclarationInput {
  @Nested(() => StatedDeclarationInput, { context: { rule: '9710-R24' } })
  stated!: StatedDeclarationInput;

  @Nested(() => UploadedFileInput, { context: { rule: '9710-R24' } })
  file!: UploadedFileInput;
}

type SubmitPayload = SubmitBatchDeclarationInput & { readonly batchNo: number };

/** Hands in the export declaration (0110) of a batch (提交出口报关单, 9710-R2, 9710-R24); it is verified next. */
export class SubmitBatchDeclaration extends Command<SubmitPayload> {}

/** Whether the declaration's number is another's already (TA-R20). */
export interface WithConsignment {
  readonly consignment: Consignment;
}

const problemsOf = ({ declarationNo, currency }: StatedDeclarationInput, now: Date): readonly Refusal[] => {
  const number = checkDeclarationNo(declarationNo, now);
  return [
    ...(number.ok ? [] : [invalid('9710-R24', 'stated.declarationNo', DECLARATION_NO_PROBLEM_TEXTS[number.problem])]),
    ...(currencyByIso(currency) ? [] : [invalid('9710-C12', 'stated.currency', { en: `customs knows no currency ${currency}`, zh: `海关币制表中没有 ${currency}` })]),
  ];
};

/** The facts with the amount in canonical form. */
export const statedOf = ({ declarationNo, amount, currency }: StatedDeclarationInput): StatedDeclaration => ({ declarationNo, amount: decimalText(amount) ?? amount, currency });

/** On the ordinary path without a choice, a declaration of one's own is what is uploaded (9710-R24). */
const wayOf = ({ export: chosen }: Batch): OrdinaryWay => (chosen === undefined || chosen.way === '9710-service' ? 'own-declaration' : chosen.way);

export const submitBatchDeclaration: Decide<SubmitPayload, ShippingOrder, BatchEvent, WithConsignment> = (
  { batchNo, stated, file },
  order,
  { now, actor, consignment },
) => {
  const { orderNo } = order;
  const batch = batchOf(order, batchNo);
  requireBatchAction('submit-declaration', order, batch, actor);
  refuseIfAny(problemsOf(stated, now));
  if (isReservedForAnother(consignment, { tradeOrderNo: orderNo, batchNo })) {
    const text = { en: 'the declaration belongs to another order or batch', zh: '该报关单已关联其他订单或批次' };
    throw refusal('TA-R20', text, { field: 'stated.declarationNo', code: 'consignment-taken' });
  }
  return [{ type: 'BatchDeclarationSubmitted', data: { orderNo, batchNo, way: wayOf(batch), ...statedOf(stated), file: file as UploadedFileData, submittedAt: now.toISOString() } }];
};

type UploadedFileData = Extract<BatchEvent, { type: 'BatchDeclarationSubmitted' }>['data']['file'];

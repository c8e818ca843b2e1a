import { useCase, type AnyUseCase, type Command, type Outlook } from '#event-sourcing';
import type { WithProfile } from '../profiles/active-profile.js';
import { customsProfile } from '../profiles/profile.js';
import { AnswerConfirmation, answerConfirmation } from './answer-confirmation.js';
import { ApproveOrder, approveOrder } from './approve-order.js';
import { BeginTransmission, beginTransmission } from './begin-transmission.js';
import { CancelOrder, cancelOrder } from './cancel-order.js';
import { CopyOrder, copyOrder, type CopyOrderInput, type WithSource } from './copy-order.js';
import { DeleteDraft, deleteDraft } from './delete-draft.js';
import { DraftOrderForBatch, draftOrderForBatch } from './draft-order-for-batch.js';
import { DraftOrder, draftOrder } from './draft-order.js';
import { ModifyOrder, modifyOrder } from './modify-order.js';
import { NoteBatchGoods, noteBatchGoods } from './note-batch-goods.js';
import { OpenSupportCase, openSupportCase } from './open-support-case.js';
import { newOrderNo } from './order-number.js';
import { customsOrder } from './order.js';
import { RecordDispatch, recordDispatch } from './record-dispatch.js';
import { RecordReceipt, recordReceipt } from './record-receipt.js';
import { RecordTransportFailure, recordTransportFailure } from './record-transport-failure.js';
import { RejectDeclaration, rejectDeclaration } from './reject-declaration.js';
import { ReplaceLines, replaceLines } from './replace-lines.js';
import { ReportRelease, reportRelease } from './report-release.js';
import { RequestConfirmation, requestConfirmation } from './request-confirmation.js';
import { ResendOrder, resendOrder } from './resend-order.js';
import { ReturnForModification, returnForModification } from './return-for-modification.js';
import { ReturnOrder, returnOrder } from './return-order.js';
import { SaveDraft, saveDraft } from './save-draft.js';
import { SendOrder, sendOrder } from './send-order.js';
import { UploadDeclaration, uploadDeclaration } from './upload-declaration.js';
import { VerifyDeclaration, verifyDeclaration } from './verify-declaration.js';
import { WithdrawOrder, withdrawOrder } from './withdraw-order.js';

const aggregate = customsOrder;
const newId = newOrderNo;

const companyProfile = async ({ envelope: { companyId } }: Command, outlook: Outlook): Promise<WithProfile> => ({ profile: await outlook.state(customsProfile, companyId) });

/** The profile of the order's company, whoever sends the order. */
const ownersProfile = async ({ target, envelope }: Command, outlook: Outlook): Promise<WithProfile> => {
  const { companyId = envelope.companyId } = await outlook.state(customsOrder, target);
  return { profile: await outlook.state(customsProfile, companyId) };
};

const sourceAndProfile = async (command: Command<CopyOrderInput>, outlook: Outlook): Promise<WithSource> => ({
  ...(await companyProfile(command, outlook)),
  source: await outlook.state(customsOrder, command.payload.sourceOrderNo),
  company: command.envelope.companyId,
});

/** Which command about 9710 orders is decided by what. */
export const orderUseCases: readonly AnyUseCase[] = [
  useCase({ command: DraftOrder, aggregate, decide: draftOrder, newId, outside: companyProfile }),
  useCase({ command: DraftOrderForBatch, aggregate, decide: draftOrderForBatch, newId, outside: companyProfile }),
  useCase({ command: CopyOrder, aggregate, decide: copyOrder, newId, outside: sourceAndProfile }),
  useCase({ command: SaveDraft, aggregate, decide: saveDraft }),
  useCase({ command: ReplaceLines, aggregate, decide: replaceLines }),
  useCase({ command: DeleteDraft, aggregate, decide: deleteDraft }),
  useCase({ command: SendOrder, aggregate, decide: sendOrder, outside: ownersProfile }),
  useCase({ command: ApproveOrder, aggregate, decide: approveOrder }),
  useCase({ command: RequestConfirmation, aggregate, decide: requestConfirmation }),
  useCase({ command: AnswerConfirmation, aggregate, decide: answerConfirmation }),
  useCase({ command: ReturnOrder, aggregate, decide: returnOrder }),
  useCase({ command: BeginTransmission, aggregate, decide: beginTransmission }),
  useCase({ command: RecordDispatch, aggregate, decide: recordDispatch }),
  useCase({ command: RecordTransportFailure, aggregate, decide: recordTransportFailure }),
  useCase({ command: RecordReceipt, aggregate, decide: recordReceipt }),
  useCase({ command: ResendOrder, aggregate, decide: resendOrder }),
  useCase({ command: ReturnForModification, aggregate, decide: returnForModification }),
  useCase({ command: ModifyOrder, aggregate, decide: modifyOrder }),
  useCase({ command: CancelOrder, aggregate, decide: cancelOrder }),
  useCase({ command: UploadDeclaration, aggregate, decide: uploadDeclaration }),
  useCase({ command: VerifyDeclaration, aggregate, decide: verifyDeclaration }),
  useCase({ command: RejectDeclaration, aggregate, decide: rejectDeclaration }),
  useCase({ command: ReportRelease, aggregate, decide: reportRelease }),
  useCase({ command: NoteBatchGoods, aggregate, decide: noteBatchGoods }),
  useCase({ command: WithdrawOrder, aggregate, decide: withdrawOrder }),
  useCase({ command: OpenSupportCase, aggregate, decide: openSupportCase }),
];

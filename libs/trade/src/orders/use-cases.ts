import { userEmail } from '#access';
import { useCase, type AnyUseCase, type Command, type Outlook } from '#event-sourcing';
import { creditLine } from '../credit/credit-line.js';
import { assuranceService } from '../service/assurance-service.js';
import { isBuyerOf } from './buyer-access.js';
import { CancelTradeOrder, cancelTradeOrder } from './cancel-trade-order.js';
import { CompleteByTime, ConfirmReceipt, SetReceiptDeadline, completeByTime, confirmReceipt, setReceiptDeadline } from './confirm-receipt.js';
import { ConfirmTradeOrder, confirmTradeOrder } from './confirm-trade-order.js';
import { OpenDispute, SettleDispute, openDispute, settleDispute } from './dispute.js';
import { DraftTradeOrder, ReviseTradeOrder, draftTradeOrder, reviseTradeOrder, type WithService } from './draft-trade-order.js';
import { MatchBuyer, matchBuyer, type WithBuyer } from './match-buyer.js';
import { newTradeOrderNo } from './order-number.js';
import { tradeOrder } from './order.js';
import { LeaveReview, leaveReview } from './review.js';
import { IssueShareLink, RevokeShareLink, issueShareLink, revokeShareLink } from './share-link.js';
import { SubmitTradeOrder, submitTradeOrder, type WithCredit } from './submit-trade-order.js';

const aggregate = tradeOrder;

/** The order's buyer may send it, whose company it is not (TA-R14). */
const admits = isBuyerOf;

const suppliersService = async ({ envelope }: Command, outlook: Outlook): Promise<WithService> => ({ service: await outlook.state(assuranceService, envelope.companyId) });

const suppliersCredit = async ({ envelope }: Command, outlook: Outlook): Promise<WithCredit> => ({ credit: await outlook.state(creditLine, envelope.companyId) });

const registration = async ({ target }: Command, outlook: Outlook): Promise<WithBuyer> => {
  const { buyerEmail } = await outlook.state(tradeOrder, target);
  return { isRegistered: (await outlook.state(userEmail, buyerEmail)).username !== null };
};

/** Which command about trade orders is decided by what. */
export const orderUseCases: readonly AnyUseCase[] = [
  useCase({ command: DraftTradeOrder, aggregate, decide: draftTradeOrder, outside: suppliersService, newId: newTradeOrderNo }),
  useCase({ command: ReviseTradeOrder, aggregate, decide: reviseTradeOrder }),
  useCase({ command: MatchBuyer, aggregate, decide: matchBuyer, outside: registration }),
  useCase({ command: SubmitTradeOrder, aggregate, decide: submitTradeOrder, outside: suppliersCredit }),
  useCase({ command: IssueShareLink, aggregate, decide: issueShareLink }),
  useCase({ command: RevokeShareLink, aggregate, decide: revokeShareLink }),
  useCase({ command: ConfirmTradeOrder, aggregate, decide: confirmTradeOrder, admits }),
  useCase({ command: CancelTradeOrder, aggregate, decide: cancelTradeOrder, admits }),
  useCase({ command: ConfirmReceipt, aggregate, decide: confirmReceipt, admits }),
  useCase({ command: SetReceiptDeadline, aggregate, decide: setReceiptDeadline }),
  useCase({ command: CompleteByTime, aggregate, decide: completeByTime }),
  useCase({ command: OpenDispute, aggregate, decide: openDispute, admits }),
  useCase({ command: SettleDispute, aggregate, decide: settleDispute }),
  useCase({ command: LeaveReview, aggregate, decide: leaveReview, admits }),
];

import { useCase, type AnyUseCase, type Command, type Outlook } from '#event-sourcing';
import { tradeOrder } from '../orders/order.js';
import { AddBatch, addBatch } from './add-batch.js';
import { ChooseExportWay, chooseExportWay } from './choose-export-way.js';
import { consignment, consignmentUseCases } from './consignments/consignment.js';
import { DeleteBatch, RefuseBatchDeletion, deleteBatch, refuseBatchDeletion } from './delete-batch.js';
import { FollowExportOrder, followExportOrder } from './follow-export-order.js';
import { LinkExportOrder, linkExportOrder } from './link-export-order.js';
import { exchangeRate, pairOf } from './rates/exchange-rate.js';
import { exchangeRateUseCases } from './rates/store-exchange-rate.js';
import { CompleteRelease, RecordCustomsRelease, SetReleaseAside, completeRelease, recordCustomsRelease, setReleaseAside, type CustomsRelease } from './record-customs-release.js';
import { RecordRelease, recordRelease, type WithRates } from './record-release.js';
import { RecordTracking, recordTracking } from './record-tracking.js';
import { RefuseExportService, refuseExportService } from './refuse-export-service.js';
import { SetBatchGoods, setBatchGoods } from './set-goods.js';
import { SetBatchLogistics, setBatchLogistics } from './set-logistics.js';
import { SubmitBatchDeclaration, submitBatchDeclaration, type SubmitBatchDeclarationInput, type WithConsignment } from './submit-declaration.js';
import {
  LinkBatchDeclaration,
  RefuseBatchDeclaration,
  RejectBatchDeclaration,
  VerifyBatchDeclaration,
  linkBatchDeclaration,
  refuseBatchDeclaration,
  rejectBatchDeclaration,
  verifyBatchDeclaration,
} from './verify-declaration.js';

const aggregate = tradeOrder;

const declarationsConsignment = async ({ payload }: Command<SubmitBatchDeclarationInput>, outlook: Outlook): Promise<WithConsignment> => ({
  consignment: await outlook.state(consignment, payload.stated.declarationNo),
});

const ratesFrom = async (currency: string, orderCurrency: string, outlook: Outlook): Promise<WithRates> => ({
  rates: currency === orderCurrency ? exchangeRate.initialState : await outlook.state(exchangeRate, pairOf(currency, orderCurrency)),
});

/** The rates of the batch's declaration, which says its currency. */
const ratesOfDeclaration = async ({ target, payload }: Command<{ readonly batchNo: number }>, outlook: Outlook): Promise<WithRates> => {
  const { batches, currency } = await outlook.state(tradeOrder, target);
  const chosen = batches.list.find(({ batchNo }) => batchNo === payload.batchNo)?.export;
  const declaration = chosen === undefined || chosen.way === '9710-service' ? undefined : chosen.declaration;
  return ratesFrom(declaration?.currency ?? currency, currency, outlook);
};

const ratesOfRelease = async ({ target, payload }: Command<CustomsRelease>, outlook: Outlook): Promise<WithRates> =>
  ratesFrom(payload.currency, (await outlook.state(tradeOrder, target)).currency, outlook);

/** Which command about shipping is decided by what. */
export const shippingUseCases: readonly AnyUseCase[] = [
  useCase({ command: AddBatch, aggregate, decide: addBatch }),
  useCase({ command: SetBatchGoods, aggregate, decide: setBatchGoods }),
  useCase({ command: SetBatchLogistics, aggregate, decide: setBatchLogistics }),
  useCase({ command: RecordTracking, aggregate, decide: recordTracking }),
  useCase({ command: ChooseExportWay, aggregate, decide: chooseExportWay }),
  useCase({ command: LinkExportOrder, aggregate, decide: linkExportOrder }),
  useCase({ command: RefuseExportService, aggregate, decide: refuseExportService }),
  useCase({ command: FollowExportOrder, aggregate, decide: followExportOrder }),
  useCase({ command: SubmitBatchDeclaration, aggregate, decide: submitBatchDeclaration, outside: declarationsConsignment }),
  useCase({ command: LinkBatchDeclaration, aggregate, decide: linkBatchDeclaration }),
  useCase({ command: RefuseBatchDeclaration, aggregate, decide: refuseBatchDeclaration }),
  useCase({ command: VerifyBatchDeclaration, aggregate, decide: verifyBatchDeclaration }),
  useCase({ command: RejectBatchDeclaration, aggregate, decide: rejectBatchDeclaration }),
  useCase({ command: RecordRelease, aggregate, decide: recordRelease, outside: ratesOfDeclaration }),
  useCase({ command: RecordCustomsRelease, aggregate, decide: recordCustomsRelease, outside: ratesOfRelease }),
  useCase({ command: SetReleaseAside, aggregate, decide: setReleaseAside }),
  useCase({ command: CompleteRelease, aggregate, decide: completeRelease }),
  useCase({ command: DeleteBatch, aggregate, decide: deleteBatch }),
  useCase({ command: RefuseBatchDeletion, aggregate, decide: refuseBatchDeletion }),
  ...consignmentUseCases,
  ...exchangeRateUseCases,
];

import { DraftOrderForBatch, NoteBatchGoods, WithdrawOrder, type BatchGoods } from '#customs';
import { Refusal, Refusals, processManager, type Bilingual, type NotFound, type Reaction, type Recorded } from '#event-sourcing';
import type { BatchEvent, BatchLine, ExportServiceChosen } from './batch-events.js';
import { FreeConsignment, ReserveConsignment } from './consignments/consignment.js';
import { RefuseBatchDeletion } from './delete-batch.js';
import { RefuseExportService } from './refuse-export-service.js';
import { LinkBatchDeclaration, RefuseBatchDeclaration } from './verify-declaration.js';

const goodsOf = (goods: readonly BatchLine[]): readonly BatchGoods[] => goods.map(({ name, qty }) => ({ name, qty }));

/** Why another context or stream said no, as the order records it. */
export const reasonOf = (error: Refusal | Refusals | NotFound): { readonly rule: string; readonly reason: Bilingual } => {
  if (error instanceof Refusals) return reasonOf(error.refusals[0]);
  return error instanceof Refusal ? { rule: error.rule, reason: error.text } : { rule: 'TA-R17', reason: { en: error.message, zh: '对方订单不存在' } };
};

const draftFor = ({ orderNo, batchNo, requestId, account, goods, currency, tradeCountry }: ExportServiceChosen): Reaction => ({
  kind: 'command',
  command: DraftOrderForBatch,
  target: '',
  payload: { batch: { tradeOrderNo: orderNo, batchNo, requestId }, account, goods: goodsOf(goods), currency, ...(tradeCountry !== undefined && { tradeCountry }) },
  refused: (error) => ({ command: RefuseExportService, target: orderNo, payload: { batchNo, requestId, ...reasonOf(error) } }),
});

const react = ({ type, data }: Recorded<BatchEvent>): readonly Reaction[] => {
  const { orderNo } = data;
  switch (type) {
    case 'ExportServiceChosen':
      return [draftFor(data)];
    case 'BatchGoodsSet':
      return data.exportOrderNo === undefined ? [] : [{ kind: 'command', command: NoteBatchGoods, target: data.exportOrderNo, payload: { goods: goodsOf(data.goods) } }];
    case 'BatchDeletionRequested': {
      const { batchNo, exportOrderNo } = data;
      const refused = (error: Refusal | Refusals | NotFound) => ({ command: RefuseBatchDeletion, target: orderNo, payload: { batchNo, ...reasonOf(error) } });
      return [{ kind: 'command', command: WithdrawOrder, target: exportOrderNo, payload: {}, refused }];
    }
    case 'BatchDeclarationSubmitted': {
      const { batchNo, declarationNo } = data;
      const refused = (error: Refusal | Refusals | NotFound) => ({ command: RefuseBatchDeclaration, target: orderNo, payload: { batchNo, declarationNo, ...reasonOf(error) } });
      return [
        { kind: 'command', command: ReserveConsignment, target: declarationNo, payload: { tradeOrderNo: orderNo, batchNo }, refused },
        { kind: 'command', command: LinkBatchDeclaration, target: orderNo, payload: { batchNo, declarationNo } },
      ];
    }
    case 'BatchDeclarationRejected':
      return [{ kind: 'command', command: FreeConsignment, target: data.declarationNo, payload: { tradeOrderNo: orderNo, batchNo: data.batchNo } }];
    default:
      return [];
  }
};

/**
 * From the shipping desk to customs: asks for a batch's 9710 order, tells it of changed goods, withdraws it with its batch, and reserves declarations (TA-R20).
 * What is answered with no is recorded on the trade order, so that no batch waits for ever. What it needs is in the events, so it keeps no state.
 */
export const exportRequests = processManager<null, BatchEvent>({
  name: 'export-requests',
  categories: ['tradeOrder'],
  instance: ({ data }) => data.orderNo,
  initialState: null,
  evolve: () => null,
  react,
});

import { Command, refusal, useCase, type Aggregate, type AnyUseCase, type Decide, type EventOf } from '#event-sourcing';
import { requireSystem } from '../../system-only.js';

/** The batch of a trade order that a consignment is reserved for. */
export interface ConsignmentHolder {
  readonly tradeOrderNo: string;
  readonly batchNo: number;
}

/** A consignment (委託單: a 9710 order or an export declaration) belongs to a trade order (TA-R20). */
export interface ConsignmentReserved extends ConsignmentHolder {
  readonly consignmentNo: string;
}

/** It belongs to that order no longer: its declaration was rejected. */
export interface ConsignmentFreed extends ConsignmentHolder {
  readonly consignmentNo: string;
}

/** The facts of the streams `consignment-<9710 order number or declaration number>`. */
export type ConsignmentEvent = EventOf<{ ConsignmentReserved: ConsignmentReserved; ConsignmentFreed: ConsignmentFreed }>;

/** Whom a consignment is reserved for now. */
export interface Consignment {
  readonly holder: ConsignmentHolder | null;
}

export const consignment: Aggregate<Consignment, ConsignmentEvent> = {
  category: 'consignment',
  initialState: { holder: null },
  evolve: (_, { type, data: { tradeOrderNo, batchNo } }) => ({ holder: type === 'ConsignmentReserved' ? { tradeOrderNo, batchNo } : null }),
};

const isHolder = ({ holder }: Consignment, { tradeOrderNo, batchNo }: ConsignmentHolder): boolean => holder?.tradeOrderNo === tradeOrderNo && holder.batchNo === batchNo;

/** Whether somebody else holds the consignment. */
export const isReservedForAnother = (state: Consignment, holder: ConsignmentHolder): boolean => state.holder !== null && !isHolder(state, holder);

/** Reserves a consignment: several trade orders cannot have one (TA-R20), nor several batches. For the system itself. */
export class ReserveConsignment extends Command<ConsignmentHolder> {}

export const reserveConsignment: Decide<ConsignmentHolder, Consignment, ConsignmentEvent> = ({ tradeOrderNo, batchNo }, state, { id, actor }) => {
  requireSystem('TA-R17', actor);
  if (isReservedForAnother(state, { tradeOrderNo, batchNo })) {
    throw refusal('TA-R20', { en: `${id} belongs to another trade order or batch`, zh: `${id} 已关联其他信保订单或批次` }, { code: 'consignment-taken' });
  }
  return isHolder(state, { tradeOrderNo, batchNo }) ? [] : [{ type: 'ConsignmentReserved', data: { consignmentNo: id, tradeOrderNo, batchNo } }];
};

/** Gives a consignment back; does nothing if it is another's. For the system itself. */
export class FreeConsignment extends Command<ConsignmentHolder> {}

export const freeConsignment: Decide<ConsignmentHolder, Consignment, ConsignmentEvent> = ({ tradeOrderNo, batchNo }, state, { id, actor }) => {
  requireSystem('TA-R17', actor);
  return isHolder(state, { tradeOrderNo, batchNo }) ? [{ type: 'ConsignmentFreed', data: { consignmentNo: id, tradeOrderNo, batchNo } }] : [];
};

/** Which command about consignments is decided by what. */
export const consignmentUseCases: readonly AnyUseCase[] = [
  useCase({ command: ReserveConsignment, aggregate: consignment, decide: reserveConsignment, begins: true }),
  useCase({ command: FreeConsignment, aggregate: consignment, decide: freeConsignment }),
];

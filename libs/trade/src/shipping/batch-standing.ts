import type { CustomsOrderStatus } from '#customs';
import type { Batch, Batches, BatchDeclarationStatus } from './batches.js';

/** 9710 orders that are with the exporter, who may still change or give up what they are for. */
const WITH_EXPORTER: ReadonlySet<CustomsOrderStatus> = new Set(['DRAFT', 'TO_MODIFY']);

/** Step 1 and step 2 are saved (9710-R52). */
export const isPacked = ({ goods, logistics }: Batch): boolean => goods.length > 0 && logistics !== undefined;

/** The batch has export information: a 9710 order, or a declaration that was not rejected (9710-R53). */
export const hasExportInfo = ({ export: chosen }: Batch): boolean => {
  if (chosen === undefined) return false;
  if (chosen.way === '9710-service') return chosen.status === 'LINKED';
  return chosen.declaration !== undefined && chosen.declaration.status !== 'REJECTED';
};

/** Step 3 is under way: customs has been asked for a 9710 order and has not answered yet. */
export const isAwaitingCustoms = ({ export: chosen, deleting }: Batch): boolean => deleting || (chosen?.way === '9710-service' && chosen.status === 'REQUESTED');

/** The batch, with its export information if it has any, is still the exporter's to change or delete (9710-C11). */
export const isOpen = (batch: Batch): boolean => {
  if (isAwaitingCustoms(batch)) return false;
  const { export: chosen } = batch;
  if (!hasExportInfo(batch)) return true;
  return chosen?.way === '9710-service' && chosen.orderStatus !== undefined && WITH_EXPORTER.has(chosen.orderStatus);
};

/** The row 报关 of a batch. */
export const CUSTOMS_ROW_STATUSES = ['NONE', 'ORDER_REQUESTED', 'AWAITING_ACCEPTANCE', 'TO_MODIFY', 'AWAITING_DECLARATION', 'UNDER_REVIEW', 'REJECTED', 'VERIFIED', 'RELEASED'] as const;
export type CustomsRowStatus = (typeof CUSTOMS_ROW_STATUSES)[number];

/** What the row shows: how far customs is, and the number of the 9710 order or of the declaration (9710-R36). */
export interface CustomsRow {
  readonly status: CustomsRowStatus;
  readonly number: string | null;
}

/** Before and at declaration a 9710 order awaits acceptance by customs (待通关受理). */
const serviceRow = (status: CustomsOrderStatus): CustomsRowStatus => {
  if (status === 'TO_MODIFY') return 'TO_MODIFY';
  return status === 'COMPLETED' ? 'VERIFIED' : 'AWAITING_ACCEPTANCE';
};

const DECLARATION_ROW: Readonly<Record<BatchDeclarationStatus, CustomsRowStatus>> = {
  SUBMITTED: 'UNDER_REVIEW',
  UNDER_REVIEW: 'UNDER_REVIEW',
  VERIFIED: 'VERIFIED',
  REJECTED: 'REJECTED',
};

const rowStatus = ({ export: chosen, ordinaryPath }: Batch): CustomsRowStatus => {
  if (chosen === undefined) return ordinaryPath ? 'AWAITING_DECLARATION' : 'NONE';
  if (chosen.way !== '9710-service') return chosen.declaration === undefined ? 'AWAITING_DECLARATION' : DECLARATION_ROW[chosen.declaration.status];
  if (chosen.status === 'REQUESTED') return 'ORDER_REQUESTED';
  return chosen.orderStatus === undefined ? 'NONE' : serviceRow(chosen.orderStatus);
};

const numberOf = ({ export: chosen }: Batch): string | null => {
  if (chosen === undefined) return null;
  return (chosen.way === '9710-service' ? chosen.exportOrderNo : chosen.declaration?.declarationNo) ?? null;
};

/** The customs row of a batch. */
export const customsRow = (batch: Batch, { releases }: Pick<Batches, 'releases'>): CustomsRow => {
  const isReleased = releases.some(({ batchNo, state }) => batchNo === batch.batchNo && state !== 'SET_ASIDE');
  return { status: isReleased ? 'RELEASED' : rowStatus(batch), number: numberOf(batch) };
};

import { statefulLogProjection, type Recorded } from '#event-sourcing';
import { available, creditLine, occupied, type CreditLine, type CreditLineEvent, type CreditReleaseReason } from './credit-line.js';

/** The line was set, or occupied for an order, or freed of one. */
export const MOVEMENT_KINDS = ['SET', 'RESERVED', 'RELEASED'] as const;

/** A movement of a supplier's credit line (信保额度), and the line after it. Null stands for "none". */
export interface CreditMovement {
  readonly at: string;
  readonly kind: (typeof MOVEMENT_KINDS)[number];
  readonly orderNo: string | null;
  /** What was occupied or freed; the new total where the line was set. */
  readonly amount: string;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly reason: CreditReleaseReason | null;
  readonly total: string;
  readonly occupied: string;
  readonly available: string;
}

const balance = (line: CreditLine): Pick<CreditMovement, 'total' | 'occupied' | 'available'> => ({ total: line.total, occupied: occupied(line), available: available(line) });

const movement = ({ type, data }: CreditLineEvent): Omit<CreditMovement, 'total' | 'occupied' | 'available'> => {
  switch (type) {
    case 'CreditLineSet':
      return { at: data.setAt, kind: 'SET', orderNo: null, amount: data.total, currency: data.currency, reason: null };
    case 'CreditReserved':
      return { at: data.reservedAt, kind: 'RESERVED', orderNo: data.orderNo, amount: data.amount, currency: data.currency, reason: null };
    case 'CreditReleased':
      return { at: data.releasedAt, kind: 'RELEASED', orderNo: data.orderNo, amount: data.amount, currency: data.currency, reason: data.reason };
  }
};

/** The statement of every credit line: each movement with total, occupied and available amounts after it (TA-R9…R11). */
export const creditStatement = statefulLogProjection<CreditMovement, CreditLineEvent, CreditLine>({
  name: 'credit-statement',
  version: 1,
  categories: [creditLine.category],
  key: ({ data }) => data.companyId,
  initialState: creditLine.initialState,
  evolve: creditLine.evolve,
  rows: (event: Recorded<CreditLineEvent>, _, after) => [{ ...movement(event), ...balance(after) }],
  indexes: [{ fields: { companyId: 1, position: -1, _id: -1 } }, { fields: { position: -1, _id: -1 } }],
});

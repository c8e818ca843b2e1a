import type { Aggregate, EventOf } from '#event-sourcing';
import { decimalText, differenceOrZero, sumDecimals, ZERO, type DecimalText } from '#reference-data';

interface CompanyFact {
  readonly companyId: string;
}

/** The platform set the total of a supplier's credit line (信保额度). */
export interface CreditLineSet extends CompanyFact {
  readonly total: string;
  /** ISO 4217 code; never changed while anything is occupied. */
  readonly currency: string;
  readonly setAt: string;
}

/** A part of the line was occupied for an order (TA-R11); a second reservation of the same order takes the place of the first. */
export interface CreditReserved extends CompanyFact {
  readonly orderNo: string;
  readonly amount: string;
  readonly currency: string;
  readonly reservedAt: string;
}

/** Why an order's part is free again (TA-R9, TA-R10). */
export type CreditReleaseReason = 'SHIPPED' | 'COMPLETED' | 'CANCELLED' | 'NEVER_SUBMITTED';

/** The part of an order is free again. */
export interface CreditReleased extends CompanyFact {
  readonly orderNo: string;
  readonly amount: string;
  readonly currency: string;
  readonly reason: CreditReleaseReason;
  readonly releasedAt: string;
}

/** The facts of the streams `creditLine-<companyId>`. */
export type CreditLineEvent = EventOf<{ CreditLineSet: CreditLineSet; CreditReserved: CreditReserved; CreditReleased: CreditReleased }>;

/** What an order occupies. */
export interface Reservation {
  readonly orderNo: string;
  readonly amount: string;
  readonly reservedAt: string;
}

/** A supplier's credit line as decisions need it. */
export interface CreditLine {
  readonly total: string;
  /** Null until the line was set. */
  readonly currency: string | null;
  readonly reservations: readonly Reservation[];
}

const others = (line: CreditLine, orderNo: string): readonly Reservation[] => line.reservations.filter((reservation) => reservation.orderNo !== orderNo);

/** What the order occupies; undefined if nothing. */
export const reservationOf = (line: CreditLine, orderNo: string): Reservation | undefined => line.reservations.find((reservation) => reservation.orderNo === orderNo);

/** What is occupied, an order left out if one is named. */
export const occupied = (line: CreditLine, except = ''): DecimalText => sumDecimals(others(line, except).map(({ amount }) => decimalText(amount) ?? ZERO)) ?? ZERO;

/** What further orders may occupy; nothing where the total was lowered below what is occupied. */
export const available = (line: CreditLine): DecimalText => differenceOrZero(decimalText(line.total) ?? ZERO, occupied(line));

/** The streams `creditLine-<companyId>`. */
export const creditLine: Aggregate<CreditLine, CreditLineEvent> = {
  category: 'creditLine',
  initialState: { total: '0', currency: null, reservations: [] },
  evolve: (line, { type, data }) => {
    switch (type) {
      case 'CreditLineSet':
        return { ...line, total: data.total, currency: data.currency };
      case 'CreditReserved':
        return { ...line, reservations: [...others(line, data.orderNo), { orderNo: data.orderNo, amount: data.amount, reservedAt: data.reservedAt }] };
      case 'CreditReleased':
        return { ...line, reservations: others(line, data.orderNo) };
    }
    return line;
  },
};

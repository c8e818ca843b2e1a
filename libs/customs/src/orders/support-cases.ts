import { documentProjection, type Recorded } from '#event-sourcing';
import type { CustomsOrderEvent, SupportCaseOpened } from './events.js';
import type { Instant, TransmissionStatus } from './values.js';

/** A transmission that technical staff look into, one case for each order (9710-R21), and what has become of the transmission since. */
export interface SupportCaseRow extends SupportCaseOpened {
  readonly transmission: TransmissionStatus;
  /** When the stuck push came to an end, well or badly; null while it still runs. */
  readonly settledAt: Instant | null;
}

const endedAs =
  (transmission: TransmissionStatus) =>
  (row: SupportCaseRow | undefined, { metadata }: Recorded<CustomsOrderEvent>): SupportCaseRow | undefined =>
    row && { ...row, transmission, settledAt: row.settledAt ?? metadata.occurredAt };

/** The work list of technical support. */
export const supportCases = documentProjection<SupportCaseRow, CustomsOrderEvent>({
  name: 'support-cases',
  version: 1,
  categories: ['customsOrder'],
  key: ({ data }) => data.orderNo,
  indexes: [{ fields: { companyId: 1, openedAt: -1, _id: -1 } }, { fields: { openedAt: -1, _id: -1 } }],
  on: {
    SupportCaseOpened: (row, { data }) => row ?? { ...data, transmission: 'PROCESSING', settledAt: null },
    TransmissionRequested: (row) => row && { ...row, transmission: 'PROCESSING' },
    CustomsOrderSent: endedAs('SUCCEEDED'),
    SendFailed: endedAs('FAILED'),
    CustomsDeletionConfirmed: endedAs('SUCCEEDED'),
    CustomsDeletionFailed: endedAs('FAILED'),
  },
});

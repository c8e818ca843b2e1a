import { processManager, type Reaction, type Recorded } from '#event-sourcing';
import { BeginTransmission } from './begin-transmission.js';
import type { CustomsOrderEvent } from './events.js';
import { STUCK_AFTER_SECONDS, after } from './limits.js';
import { OpenSupportCase } from './open-support-case.js';
import type { Instant } from './values.js';

/** At once, or when the cool-down is over (9710-R17, 9710-C18). */
const begin = ({ data: { orderNo }, metadata, revision }: Recorded<CustomsOrderEvent>, transmitAt: Instant): Reaction => {
  const request = { command: BeginTransmission, target: orderNo, payload: {} };
  const dueAt = new Date(transmitAt);
  if (dueAt <= new Date(metadata.occurredAt)) return { kind: 'command', ...request };
  return { kind: 'schedule', deadlineId: `${orderNo}/begin/${revision}`, dueAt, ...request };
};

const stuckDeadline = (orderNo: string, attempt: number): string => `${orderNo}/stuck/${attempt}`;

/** "More than an hour": the first instant that is (9710-R21). */
const ONE_MILLISECOND = 0.001;

const watch = (orderNo: string, attempt: number, requestedAt: Instant): Reaction => ({
  kind: 'schedule',
  deadlineId: stuckDeadline(orderNo, attempt),
  dueAt: after(requestedAt, STUCK_AFTER_SECONDS + ONE_MILLISECOND),
  command: OpenSupportCase,
  target: orderNo,
  payload: {},
});

const react = (event: Recorded<CustomsOrderEvent>): readonly Reaction[] => {
  switch (event.type) {
    case 'OrderApproved':
      return [begin(event, event.data.transmitAt)];
    case 'OrderCancelled':
      return event.data.transmitAt === undefined ? [] : [begin(event, event.data.transmitAt)];
    case 'ReceiptRecorded':
      return event.data.deletionDueAt === undefined ? [] : [begin(event, event.data.deletionDueAt)];
    case 'TransmissionRequested':
      return [watch(event.data.orderNo, event.data.attempt, event.data.requestedAt)];
    case 'CustomsOrderSent':
    case 'SendFailed':
    case 'CustomsDeletionConfirmed':
    case 'CustomsDeletionFailed':
      return [{ kind: 'cancel', deadlineId: stuckDeadline(event.data.orderNo, event.data.attempt) }];
    default:
      return [];
  }
};

/**
 * Sees an order through to customs: begins the transmission of approved orders and the deletion of cancelled ones that customs holds, and calls technical
 * staff when a push takes more than an hour. What it needs is in the events, so it keeps no state. The gateway carries out `TransmissionRequested`.
 */
export const transmission = processManager<null, CustomsOrderEvent>({
  name: 'customs-transmission',
  categories: ['customsOrder'],
  instance: ({ data }) => data.orderNo,
  initialState: null,
  evolve: () => null,
  react,
});

import { companyId, foldDocuments, foldLog, type DocumentProjection, type DomainEvent, type EventMetadata, type Kept, type KeyState, type KeyedEvent, type LogProjection, type Recorded } from '#event-sourcing';
import type { CustomsOrderEvent } from '../../events.js';
import { SAMPLES } from './samples.js';

type DataOf<Type extends CustomsOrderEvent['type']> = Extract<CustomsOrderEvent, { type: Type }>['data'];

/** An event type, and what of its data differs from the sample. */
export type Step = { [Type in CustomsOrderEvent['type']]: readonly [type: Type, data?: Partial<DataOf<Type>>] }[CustomsOrderEvent['type']];

export interface HistoryOptions {
  readonly orderNo?: string;
  readonly companyId?: string;
  /** Position of the first event; each further one lies 10 behind. */
  readonly position?: number;
  /** Instant of the first event; each further one is a minute later. */
  readonly from?: string;
  readonly metadata?: Partial<EventMetadata>;
}

/** The events of one order as the log has recorded them. */
export const history = (steps: readonly Step[], options: HistoryOptions = {}): Recorded<CustomsOrderEvent>[] => {
  const { orderNo = '185002-46889', companyId: company = 'acme', position = 100, from = '2022-06-21T07:00:00.000Z', metadata } = options;
  return steps.map(([type, data], revision) => ({
    id: `${orderNo}/${revision}`,
    stream: `customsOrder-${orderNo}`,
    revision,
    position: position + revision * 10,
    type,
    data: { ...SAMPLES[type], ...data, orderNo },
    metadata: {
      $correlationId: 'correlation-1',
      $causationId: `cause-${revision}`,
      commandId: `command-${revision}`,
      commandHash: 'hash',
      commandName: 'SomeCommand',
      actor: 'user:li',
      companyId: companyId(company),
      schemaVersion: 1,
      occurredAt: new Date(Date.parse(from) + revision * 60_000).toISOString(),
      origin: { via: 'http' },
      ...metadata,
    },
  })) as Recorded<CustomsOrderEvent>[];
};

const keyed = (events: readonly Recorded<CustomsOrderEvent>[]): KeyedEvent[] => events.map((event) => ({ event, key: event.data.orderNo, partition: 0 }));

/** The documents that a projection keeps after the events, delivered one by one, each of them `times` times over. */
export const documentsAfter = <Row extends object>(
  projection: DocumentProjection<Row, CustomsOrderEvent>,
  events: readonly Recorded<CustomsOrderEvent>[],
  times = 1,
): Kept<Row>[] => {
  const kept = new Map<string, Kept<Row>>();
  for (const event of events) {
    for (let delivery = 0; delivery < times; delivery++) {
      for (const [key, { after }] of foldDocuments(projection, keyed([event]), kept)) {
        if (after === undefined) kept.delete(key);
        else kept.set(key, after);
      }
    }
  }
  return [...kept.values()];
};

/** The rows that a log projection adds for the events, delivered one by one, each of them `times` times over; a row written again replaces itself. */
export const rowsAfter = <Row extends object, Event extends DomainEvent, State>(
  projection: LogProjection<Row, Event, State>,
  events: readonly Recorded<Event>[],
  times = 1,
): Kept<Row>[] => {
  const rows = new Map<string, Kept<Row>>();
  const states = new Map<string, KeyState<State>>();
  for (const event of events) {
    for (let delivery = 0; delivery < times; delivery++) {
      const key = projection.key(event) ?? '';
      const added = foldLog(projection, [{ event, key, partition: 0 }], states);
      for (const row of added.rows) rows.set(row._id, row);
      // As the store does: a state that is read back has been through JSON.
      for (const [id, state] of added.states) states.set(id, JSON.parse(JSON.stringify(state)) as KeyState<State>);
    }
  }
  return [...rows.values()];
};

/** A happy order up to the success of its transmission. */
export const SENT: readonly Step[] = [['OrderDrafted'], ['OrderSubmitted'], ['OrderApproved'], ['TransmissionRequested'], ['TransmissionDispatched'], ['ReceiptRecorded'], ['CustomsOrderSent']];

/** The same up to its failure. */
export const FAILED: readonly Step[] = [...SENT.slice(0, 5), ['ReceiptRecorded', { effect: 'failed', verdict: 'failed' }], ['SendFailed']];

/** A happy order to its end. */
export const FINISHED: readonly Step[] = [...SENT, ['DeclarationUploaded'], ['DeclarationVerified'], ['ServiceCompleted']];

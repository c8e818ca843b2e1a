import { companyId, foldDocuments, type DocumentProjection, type EventMetadata, type Kept, type Recorded } from '#event-sourcing';
import { DRAFTED } from '../../shipping/shipping.scenarios.js';
import type { TradeOrderDrafted, TradeOrderEvent } from '../events.js';

export interface HistoryOptions {
  readonly orderNo?: string;
  readonly companyId?: string;
  /** What of the draft differs from the sample. */
  readonly drafted?: Partial<TradeOrderDrafted>;
}

type Step = TradeOrderEvent['type'] extends infer Type ? (Type extends TradeOrderEvent['type'] ? { readonly type: Type; readonly data: Omit<Extract<TradeOrderEvent, { type: Type }>['data'], 'orderNo'> } : never) : never;

/** The events of one order, drafted first, as the log has recorded them. */
export const orderHistory = (steps: readonly Step[] = [], options: HistoryOptions = {}): Recorded<TradeOrderEvent>[] => {
  const { orderNo = DRAFTED.orderNo, companyId: company = 'acme', drafted } = options;
  const first: Step = { type: 'TradeOrderDrafted', data: { ...DRAFTED, ...drafted } };
  return [first, ...steps].map(({ type, data }, revision) => ({
    ...{ type, data: { ...data, orderNo }, id: `${orderNo}/${revision}`, stream: `tradeOrder-${orderNo}`, revision, position: 100 + revision * 10 },
    metadata: {
      ...{ $correlationId: 'correlation-1', $causationId: `cause-${revision}`, commandId: `command-${revision}`, commandHash: 'hash', commandName: 'SomeCommand' },
      ...{ actor: 'user:li', companyId: companyId(company), schemaVersion: 1, occurredAt: drafted?.draftedAt ?? DRAFTED.draftedAt, origin: { via: 'http' } },
    } satisfies EventMetadata,
  })) as Recorded<TradeOrderEvent>[];
};

/** The row that a projection keeps after the events, delivered one by one, each of them `times` times over. */
export const rowAfter = <Row extends object>(projection: DocumentProjection<Row, TradeOrderEvent>, events: readonly Recorded<TradeOrderEvent>[], times = 1): Kept<Row> | undefined => {
  const kept = new Map<string, Kept<Row>>();
  for (const event of events) {
    for (let delivery = 0; delivery < times; delivery += 1) {
      for (const [key, { after }] of foldDocuments(projection, [{ event, key: projection.key(event) ?? '', partition: 0 }], kept)) {
        if (after === undefined) kept.delete(key);
        else kept.set(key, after);
      }
    }
  }
  return [...kept.values()][0];
};

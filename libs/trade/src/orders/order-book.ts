import { documentProjection, type Dimensions, type Recorded } from '#event-sourcing';
import { endOf, NEVER } from '../shipping/ship-date.js';
import { TRADE_ORDER_EVENT_TYPES, type TradeOrderEvent } from './events.js';
import { tradeOrder, type TradeOrder } from './order.js';
import { todosOf, type Todos } from './todos.js';
import type { ExportChannel, Protection, TradeOrderStatus, TransportMode } from './values.js';

/** A trade-assurance order as its lists and its page keep it. Null stands for "none". */
export interface OrderRow extends Todos {
  readonly orderNo: string;
  /** Revision of the order's stream that the row reflects. */
  readonly revision: number;
  /** The order as decisions see it, that a page can never offer what is refused. */
  readonly order: TradeOrder;
  /** The address whose owner sees the order as its buyer, in lower case; null until the supplier has submitted it. */
  readonly buyer: string | null;
  readonly draftedAt: string;
  readonly status: TradeOrderStatus;
  readonly protection: Protection;
  readonly exportChannel: ExportChannel;
  readonly transportMode: TransportMode | null;
  /** The first instant after the agreed ship date, where it is agreed; else `NEVER`, which sorts last. */
  readonly shipBy: string;
  /** When the order came to what is to be done now. */
  readonly todoSince: string;
  /** What the keyword search looks through, lower-cased. */
  readonly keywords: readonly string[];
}

/** Before it is submitted an order is its supplier's alone; one cancelled as a draft stays so. */
const UNSUBMITTED: ReadonlySet<TradeOrderStatus> = new Set(['DRAFT', 'CANCELLED']);

/** The address whose owner sees the order as its buyer from now on, in lower case; null for nobody yet. */
export const buyerAfter = (before: string | null, { status, buyerEmail }: TradeOrder): string | null => before ?? (UNSUBMITTED.has(status) ? null : buyerEmail.toLowerCase());

/** When what is to be done now came up. */
const sinceOf = (before: OrderRow | undefined, { supplierTodo, buyerTodo }: Todos, at: string): string =>
  before?.supplierTodo === supplierTodo && before.buyerTodo === buyerTodo ? before.todoSince : at;

const follow = (before: OrderRow | undefined, event: Recorded<TradeOrderEvent>): OrderRow => {
  const order = tradeOrder.evolve(before?.order ?? tradeOrder.initialState, event);
  const { orderNo, buyerEmail, buyerName = '', draftedAt, status, protection, exportChannel, transportMode, agreedShipDate, lines } = order;
  const todos = todosOf(order);
  return {
    ...{ orderNo, revision: event.revision, order, draftedAt, status, protection, exportChannel },
    ...todos,
    todoSince: sinceOf(before, todos, event.metadata.occurredAt),
    buyer: buyerAfter(before?.buyer ?? null, order),
    transportMode: transportMode ?? null,
    shipBy: agreedShipDate === undefined ? NEVER : endOf(agreedShipDate),
    keywords: [...new Set([orderNo, buyerEmail, buyerName, ...lines.map(({ name }) => name)].flatMap((text) => (text === '' ? [] : text.toLowerCase())))],
  };
};

/** The fields that orders are counted and filtered by. */
export const COUNTED_FIELDS = ['status', 'protection', 'exportChannel', 'transportMode'] as const satisfies readonly (keyof OrderRow)[];

/** What a row counts for: no transport mode before one is chosen. */
export const countedValues = ({ status, protection, exportChannel, transportMode }: Pick<OrderRow, (typeof COUNTED_FIELDS)[number]>): Dimensions => ({
  ...{ status, protection, exportChannel },
  transportMode: transportMode ?? [],
});

/** Every trade-assurance order, for its supplier and, once submitted, for its buyer (TA-R13, TA-R14). */
export const orderBook = documentProjection<OrderRow, TradeOrderEvent>({
  name: 'trade-orders',
  version: 2,
  categories: [tradeOrder.category],
  key: ({ data }) => data.orderNo,
  on: Object.fromEntries(TRADE_ORDER_EVENT_TYPES.map((type) => [type, follow])),
  indexes: [
    { fields: { companyId: 1, draftedAt: -1, _id: -1 } },
    { fields: { companyId: 1, status: 1, draftedAt: -1, _id: -1 } },
    { fields: { companyId: 1, shipBy: -1, _id: -1 } },
    { fields: { companyId: 1, keywords: 1 } },
    { fields: { companyId: 1, supplierTodo: 1, dueAt: 1, _id: 1 } },
    { fields: { buyer: 1, draftedAt: -1, _id: -1 } },
    { fields: { buyer: 1, buyerTodo: 1, dueAt: 1, _id: 1 } },
    { fields: { draftedAt: -1, _id: -1 } },
    { fields: { status: 1, draftedAt: -1, _id: -1 } },
    { fields: { keywords: 1 } },
  ],
  facets: { dimensions: countedValues },
});

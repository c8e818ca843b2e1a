import { setTimeout as pause } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import { EventLog, type NewEvent } from '#event-sourcing';
import { mongoClient } from '#platform';
import { orderHistory } from './order-events.js';

export interface PacedOrders {
  readonly eventStoreUrl: string;
  readonly mongoUrl: string;
  readonly company: string;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  /** Number of the first order. */
  readonly from: number;
}

export interface Visibility {
  /** Milliseconds from an append's acknowledgement until its event is seen in the dashboard, one for each event. */
  readonly latencies: readonly number[];
  /** What really flowed in. */
  readonly eventsPerSecond: number;
}

interface Row {
  readonly _id: string;
  readonly position: number;
}

interface Expected {
  readonly position: number;
  readonly appendedAt: number;
}

const LOOK_EVERY_MS = 2;

/** Rows looked at at a time, those waited for longest: looking at all would be the load that is measured. */
const LOOK_AT = 50;
const PATIENCE_MS = 30_000;

/** Appends single events at a steady pace, each order's one after the other, and looks for each of them in the dashboard's rows. */
export const pacedOrders = async ({ eventStoreUrl, mongoUrl, company, eventsPerSecond, seconds, from }: PacedOrders): Promise<Visibility> => {
  const log = EventLog.connect(eventStoreUrl);
  const client = mongoClient({ url: mongoUrl, appName: 'bench' });
  const watch = new Watch(client.db('portolan').collection<Row>('order-dashboard@1'));
  try {
    const begun = performance.now();
    const watching = watch.run();
    const appended = await appendPaced(begun, eventsPerSecond, eventsPerSecond * seconds, eventsOf(company, from), async ({ orderNo, stream, event, revision }) => {
      const { position } = await log.append(stream, revision === 0 ? undefined : revision - 1, [event]);
      watch.expect(orderNo, { position, appendedAt: performance.now() });
    });
    const rate = appended / ((performance.now() - begun) / 1000);
    watch.nothingMoreComes();
    await watching;
    return { latencies: watch.latencies, eventsPerSecond: rate };
  } finally {
    await client.close();
    await log.close();
  }
};

interface OneEvent {
  readonly orderNo: string;
  readonly stream: string;
  readonly event: NewEvent;
  readonly revision: number;
}

/** Orders under work at a time; each is given its next event when all others have got theirs. */
const ABREAST = 500;

function* eventsOf(company: string, from: number): Generator<OneEvent> {
  for (let first = from; ; first += ABREAST) {
    const histories = Array.from({ length: ABREAST }, (_, index) => orderHistory(first + index, company, 'sent-to-review'));
    const longest = Math.max(...histories.map(({ events }) => events.length));
    for (let revision = 0; revision < longest; revision += 1) {
      for (const { orderNo, stream, events } of histories) {
        const event = events[revision];
        if (event !== undefined) yield { orderNo, stream, event, revision };
      }
    }
  }
}

/** Starts each append when it is due, whether or not the ones before are acknowledged. */
const appendPaced = async (begun: number, perSecond: number, count: number, events: Generator<OneEvent>, append: (event: OneEvent) => Promise<void>): Promise<number> => {
  const underWay: Promise<void>[] = [];
  while (underWay.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) / 1000) * perSecond));
    while (underWay.length < due) underWay.push(append(events.next().value as OneEvent));
    await pause(LOOK_EVERY_MS);
  }
  await Promise.all(underWay);
  return underWay.length;
};

class Watch {
  readonly latencies: number[] = [];
  private readonly expected = new Map<string, Expected[]>();
  private ended = false;

  constructor(private readonly rows: Collection<Row>) {}

  expect(orderNo: string, event: Expected): void {
    const waiting = this.expected.get(orderNo);
    if (waiting === undefined) this.expected.set(orderNo, [event]);
    else waiting.push(event);
  }

  nothingMoreComes(): void {
    this.ended = true;
  }

  /** Looks until all that is expected was seen. Throws when nothing more is seen. */
  async run(): Promise<void> {
    let lastSeen = performance.now();
    while (!this.ended || this.expected.size > 0) {
      const oldest = [...this.expected.keys()].slice(0, LOOK_AT);
      const found = await this.rows.find({ _id: { $in: oldest } }, { projection: { position: 1 } }).toArray();
      const before = this.latencies.length;
      for (const row of found) this.seen(row);
      if (this.latencies.length > before || this.expected.size === 0) lastSeen = performance.now();
      if (performance.now() - lastSeen > PATIENCE_MS) throw new Error(`${this.expected.size} orders never got into the dashboard`);
      await pause(LOOK_EVERY_MS);
    }
  }

  private seen({ _id, position }: Row): void {
    const waiting = this.expected.get(_id) ?? [];
    const now = performance.now();
    for (const event of waiting) if (event.position <= position) this.latencies.push(now - event.appendedAt);
    const left = waiting.filter((event) => event.position > position);
    if (left.length === 0) this.expected.delete(_id);
    else this.expected.set(_id, left);
  }
}

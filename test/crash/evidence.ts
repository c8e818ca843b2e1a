import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, START } from '@eventstore/db-client';
import type { Db, Document, MongoClient } from 'mongodb';
import { customsProjections } from '#customs';
import { tradeProjections } from '#trade';
import { categoryOf, ConsumerWorker, EventLog, waitForPosition, type BatchConsumer, type Recorded } from '#event-sourcing';
import { mongoClient } from '#platform';
import type { System } from '../support/system.js';

const PATIENCE_MS = 60_000;

/** Every read model of every context. */
const allProjections = (db: Db): readonly BatchConsumer[] => [...customsProjections(db), ...tradeProjections(db)];

/** Collection → its documents in the order of their ids. */
export type ReadModelContents = Readonly<Record<string, readonly Document[]>>;

/** Looks at what a system has left in its stores, past its own API. */
export class Evidence {
  private constructor(
    private readonly events: EventStoreDBClient,
    private readonly log: EventLog,
    private readonly client: MongoClient,
  ) {}

  static open({ eventStoreUrl, mongoUrl }: System): Evidence {
    const events = EventStoreDBClient.connectionString(eventStoreUrl);
    return new Evidence(events, new EventLog(events), mongoClient({ url: mongoUrl, appName: 'evidence' }));
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.log.close();
  }

  /** The events of a customs order's stream. */
  eventsOf(orderNo: string): Promise<Recorded[]> {
    return this.stream(`customsOrder-${orderNo}`);
  }

  /** The events of a stream. */
  stream(name: string): Promise<Recorded[]> {
    return this.log.readStream(name);
  }

  /** The streams of a category, each with its events. */
  async streamsOf(category: string): Promise<readonly (readonly Recorded[])[]> {
    const names = new Set<string>();
    for await (const { event } of this.events.readAll({ fromPosition: START })) if (event !== undefined && categoryOf(event.streamId) === category) names.add(event.streamId);
    return Promise.all([...names].map((name) => this.log.readStream(name)));
  }

  /** Waits until an event of the category is written that is wanted, as early as that can be known. Throws when none comes. */
  async written(category: string, wanted: (event: Recorded) => boolean): Promise<Recorded> {
    for await (const items of this.log.follow([category], undefined, AbortSignal.timeout(PATIENCE_MS))) {
      for (const item of items) if (item.kind === 'event' && wanted(item.event)) return item.event;
    }
    throw new Error(`no such event of ${category} was written`);
  }

  /** Waits until the log has n events of the type. Throws as `written`. */
  async nth(category: string, type: string, n: number): Promise<void> {
    let seen = 0;
    await this.written(category, (event) => event.type === type && (seen += 1) === n);
  }

  /**
   * The read models as the system's workers keep them, and as one undisturbed worker makes them of the same log in a database of its own. Both reflect the end
   * of the log: looks again as long as something was appended meanwhile.
   */
  async readModels(): Promise<{ readonly kept: ReadModelContents; readonly replayed: ReadModelContents }> {
    for (let end = await this.log.lastPosition(); ; ) {
      const kept = await this.kept();
      const replayed = await this.replayed();
      const now = await this.log.lastPosition();
      if (now === end) return { kept, replayed };
      end = now;
    }
  }

  /** Waits until every read model of the system reflects the last event of its categories, `withinMs` at most. Throws `ProjectionBehind`. */
  async everythingProjected(withinMs: number): Promise<void> {
    await this.caughtUp(this.client.db('portolan'), withinMs);
  }

  private async kept(): Promise<ReadModelContents> {
    const db = this.client.db('portolan');
    await this.caughtUp(db);
    return contentsOf(db);
  }

  private async replayed(): Promise<ReadModelContents> {
    const db = this.client.db(`replay-${randomUUID()}`);
    const worker = ConsumerWorker.start({ db, log: this.log, consumers: allProjections(db) });
    try {
      await this.caughtUp(db);
      return await contentsOf(db);
    } finally {
      await worker.stop();
    }
  }

  private async caughtUp(db: Db, timeoutMs = PATIENCE_MS): Promise<void> {
    const last = await this.lastPositions();
    const waits = allProjections(db).map(async ({ name, categories }) => {
      const position = Math.max(-1, ...categories.map((category) => last.get(category) ?? -1));
      if (position >= 0) await waitForPosition(db, name, position, { timeoutMs });
    });
    await Promise.all(waits);
  }

  /** Category → log position of its last event. */
  private async lastPositions(): Promise<ReadonlyMap<string, number>> {
    const last = new Map<string, number>();
    for await (const { event } of this.events.readAll({ fromPosition: START })) {
      if (event !== undefined) last.set(categoryOf(event.streamId), Number(event.position.commit));
    }
    return last;
  }
}

const contentsOf = async (db: Db): Promise<ReadModelContents> => {
  const names = allProjections(db).map(({ name }) => name);
  const collections = (await db.listCollections().toArray()).map(({ name }) => name).filter((name) => names.some((model) => name === model || name.startsWith(`${model}.`)));
  const contents = collections.sort().map(async (name) => {
    const documents = await db.collection(name).find().sort({ _id: 1 }).toArray();
    return [name, name.endsWith('.facets') ? counts(documents) : documents] as const;
  });
  // A model of which there is nothing may not have got its collections yet.
  return Object.fromEntries((await Promise.all(contents)).filter(([, documents]) => documents.length > 0));
};

/** A count is kept in parts, and which part a batch counts in depends on who held what; only their sum says something. */
const counts = (cells: readonly Document[]): Document[] => {
  const sums = new Map<string, number>();
  for (const { scope, values, count } of cells) {
    const counted = JSON.stringify({ scope: scope as unknown, values: values as unknown });
    sums.set(counted, (sums.get(counted) ?? 0) + Number(count));
  }
  return [...sums].filter(([, count]) => count !== 0).sort().map(([counted, count]) => ({ ...(JSON.parse(counted) as Document), count }));
};

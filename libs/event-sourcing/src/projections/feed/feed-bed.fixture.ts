import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Db, MongoClient } from 'mongodb';
import { EventLog, type NewEvent } from '../../log/event-log.js';
import type { EventSchemas } from '../../log/schemas.js';
import { PatientMongoClient } from '../../queries/patient-mongo-client.js';
import { recorded, type ParcelEvent } from '../parcels.fixture.js';
import { ConsumerWorker, type ConsumerWorkerOptions } from './consumer-worker.js';

interface RunningStore {
  readonly connectionString: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** How to start the stores; a specification passes the embedded servers in, which only it may import. */
export interface Stores {
  readonly eventStore: (options: { dataDir: string; port: number }) => Promise<RunningStore>;
  readonly mongo: (options: { dataDir: string; port: number }) => Promise<RunningStore>;
}

type Part = keyof Stores;

/** Asks until the answer is true. */
export const until = async (what: string, condition: () => Promise<boolean> | boolean, withinMs = 60_000): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come about within ${withinMs} ms`);
    await delay(5);
  }
};

/** How often the transactions that failed commits have left open are ended. */
const END_OPEN_EVERY_MS = 500;

/** Two stores in a directory of their own, a log filled by hand, and workers that can be killed. */
export class FeedBed {
  readonly workers = new Map<ConsumerWorker, MongoClient>();
  private readonly revisions = new Map<string, number>();
  private readonly logs: EventLog[] = [];
  private serial = 0;

  private constructor(
    private readonly dataDir: string,
    private readonly stores: Stores,
    private readonly running: Record<Part, RunningStore>,
    private readonly client: MongoClient,
    readonly log: EventLog,
  ) {
    this.logs.push(log);
  }

  static async set(stores: Stores): Promise<FeedBed> {
    const dataDir = await mkdtemp(join(tmpdir(), 'feed-'));
    const eventStore = await stores.eventStore({ dataDir: join(dataDir, 'eventStore'), port: 0 });
    const mongo = await stores.mongo({ dataDir: join(dataDir, 'mongo'), port: 0 });
    return new FeedBed(dataDir, stores, { eventStore, mongo }, connect(mongo), EventLog.connect(eventStore.connectionString, { callTimeoutMs: 1000 }));
  }

  get db(): Db {
    return this.client.db('feed');
  }

  /** The same log as a release with other schemas reads it. */
  logWith(schemas: EventSchemas): EventLog {
    const log = EventLog.connect(this.running.eventStore.connectionString, { schemas });
    this.logs.push(log);
    return log;
  }

  /** Starts a worker with a MongoDB client of its own. */
  start(options: Pick<ConsumerWorkerOptions, 'observer' | 'leaseMs' | 'maxBatch'> & { consumers: (db: Db) => ConsumerWorkerOptions['consumers']; log?: EventLog }): ConsumerWorker {
    const client = connect(this.running.mongo);
    const db = client.db('feed');
    const worker = ConsumerWorker.start({ drainMs: 2000, leaseMs: 1000, log: this.log, ...options, db, consumers: options.consumers(db) });
    this.workers.set(worker, client);
    return worker;
  }

  /** Cuts a worker off from MongoDB for ever: it can neither finish what it does nor hand its leases back. */
  async kill(worker: ConsumerWorker): Promise<void> {
    await this.workers.get(worker)?.close(true);
  }

  /** Appends facts in order; answers with the position of the last. */
  async append(facts: readonly ParcelEvent[], schemaVersion = 1): Promise<number> {
    let position = -1;
    for (const fact of facts) {
      const stream = `parcel-${fact.data.parcel}`;
      const revision = this.revisions.get(stream);
      const appended = await this.log.append(stream, revision, [this.newEvent(fact, schemaVersion)]);
      this.revisions.set(stream, appended.revision);
      position = appended.position;
    }
    return position;
  }

  /** Appends an event of another category. */
  async appendElsewhere(): Promise<number> {
    const stream = `other-${(this.serial += 1)}`;
    return (await this.log.append(stream, undefined, [this.newEvent({ type: 'Lost', data: { parcel: 'other' } }, 1)])).position;
  }

  async stopStore(part: Part): Promise<void> {
    await this.running[part].stop();
  }

  /** Starts a stopped store again with its data, at the same address. */
  async startStore(part: Part): Promise<void> {
    this.running[part] = await this.stores[part]({ dataDir: join(this.dataDir, part), port: this.running[part].port });
  }

  /** Has so many commits fail as if it were their fault; needs a store with test commands. */
  async failCommits(times: number): Promise<void> {
    await this.db.admin().command({ configureFailPoint: 'failCommand', mode: { times }, data: { failCommands: ['commitTransaction'], errorCode: 2 } });
  }

  /** Has so many commits take their time; needs a store with test commands. */
  async delayCommits(times: number, milliseconds: number): Promise<void> {
    await this.db.admin().command({ configureFailPoint: 'failCommand', mode: { times }, data: { failCommands: ['commitTransaction'], blockConnection: true, blockTimeMS: milliseconds } });
  }

  /** As `until`, after `failCommits`: ends now and then the transactions that the failed commits have left open. */
  async untilPastFailures(what: string, condition: () => Promise<boolean>): Promise<void> {
    let endedAt = performance.now();
    await until(what, async () => {
      if (performance.now() - endedAt > END_OPEN_EVERY_MS) {
        await this.db.admin().command({ killAllSessions: [] });
        endedAt = performance.now();
      }
      return condition();
    });
  }

  async clear(): Promise<void> {
    await Promise.all([...this.workers.keys()].map((worker) => worker.stop()));
    await Promise.all([...this.workers.values()].map((client) => client.close(true)));
    await this.client.close();
    await Promise.all(this.logs.map((log) => log.close()));
    await this.running.eventStore.stop();
    await this.running.mongo.stop();
    await rm(this.dataDir, { recursive: true });
  }

  private newEvent(fact: ParcelEvent, schemaVersion: number): NewEvent {
    const { type, data, metadata } = recorded(fact, (this.serial += 1));
    return { id: crypto.randomUUID(), type, data, metadata: { ...metadata, schemaVersion } };
  }
}

const connect = (mongo: RunningStore): MongoClient => new PatientMongoClient(mongo.connectionString, { serverSelectionTimeoutMS: 500 });

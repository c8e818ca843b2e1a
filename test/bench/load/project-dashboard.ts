import { customsProjections } from '#customs';
import { ConsumerWorker, EventLog, waitForPosition } from '#event-sourcing';
import { mongoClient } from '#platform';
import type { Rate } from './read-all.js';

const DASHBOARD = 'order-dashboard@1';
const TIMEOUT_MS = 15 * 60_000;

export interface DashboardToProject {
  readonly eventStoreUrl: string;
  readonly mongoUrl: string;
  readonly database: string;
  /** Log position up to which is projected. */
  readonly upTo: number;
}

/** Rows of the dashboard, and how many events a second went into it, from the worker's start to its last checkpoint. */
export interface ProjectedDashboard extends Rate {
  readonly rows: number;
}

/** Projects the order dashboard as the worker does, and nothing else. Goes on where the database stands. */
export const projectDashboard = async ({ eventStoreUrl, mongoUrl, database, upTo }: DashboardToProject): Promise<ProjectedDashboard> => {
  const log = EventLog.connect(eventStoreUrl);
  const client = mongoClient({ url: mongoUrl, appName: 'bench' });
  const db = client.db(database);
  const consumers = customsProjections(db).filter(({ name }) => name === DASHBOARD);
  let events = 0;
  const begun = performance.now();
  const worker = ConsumerWorker.start({ db, log, consumers, observer: { applied: (batch) => void (events += batch.events) } });
  try {
    const seconds = await waitForPosition(db, DASHBOARD, upTo, { timeoutMs: TIMEOUT_MS })
      .then(() => (performance.now() - begun) / 1000)
      .finally(() => worker.stop()); // only then is the last batch counted
    return { events, perSecond: events / seconds, rows: await db.collection(DASHBOARD).countDocuments() };
  } finally {
    await log.close();
    await client.close();
  }
};

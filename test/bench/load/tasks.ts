import { appendOrders } from './append-orders.js';
import { draftsOverHttp } from './drafts-over-http.js';
import { saveHotOrder } from './hot-order.js';
import { listPages } from './list-pages.js';
import { indexRows, insertRaw, lookUpRows, ping, readPages, upsertRows } from './mongo-load.js';
import { appendNewStreams, fillStreams } from './new-streams.js';
import { pacedOrders } from './paced-orders.js';
import { projectDashboard } from './project-dashboard.js';
import { rawAppends } from './raw-appends.js';
import { readAll } from './read-all.js';

/** What a load generator can be told to do. */
export const tasks = { appendNewStreams, appendOrders, draftsOverHttp, fillStreams, indexRows, insertRaw, listPages, lookUpRows, pacedOrders, ping, projectDashboard, rawAppends, readAll, readPages, saveHotOrder, upsertRows };

type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;

/** What goes to a load generator, and what comes back. */
export interface Order {
  readonly task: TaskName;
  readonly input: unknown;
}
export type Outcome = { readonly result: unknown } | { readonly error: string };

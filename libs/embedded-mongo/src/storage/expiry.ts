import { find } from '../query/find.js';
import type { Collection } from './collection.js';
import type { Engine } from './engine.js';

/** Documents removed by one write, so that others get their turn in between. */
const BATCH = 500;
/** How long to wait for a transaction that holds an expired document (milliseconds). */
const PATIENCE_MS = 10_000;

/** Removes the documents whose date in a field with a TTL index lies further back than the index says. */
export async function removeExpired(engine: Engine, now: Date): Promise<void> {
  const collections = engine.catalog.databases().flatMap((db) => engine.catalog.list(db));
  for (const collection of collections) {
    for (const { fields, spec } of [...collection.indexes]) {
      const [field] = fields;
      if (spec.expireAfterSeconds === undefined || !field) continue;
      await removeBefore(engine, collection, field.path, new Date(now.getTime() - spec.expireAfterSeconds * 1_000));
    }
  }
}

async function removeBefore(engine: Engine, collection: Collection, path: string, limit: Date): Promise<void> {
  const query = { filter: { [path]: { $lt: limit } }, sort: [], skip: 0, limit: BATCH };
  for (let removed = BATCH; removed === BATCH; ) {
    removed = await engine.write((unit) => {
      if (engine.catalog.byNumber(collection.id) !== collection) return 0;
      const expired = [...find(collection, query)];
      for (const stored of expired) unit.remove(collection, stored);
      return expired.length;
    }, AbortSignal.timeout(PATIENCE_MS));
  }
}

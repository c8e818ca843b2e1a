import { find } from '../query/find.js';
import type { Engine } from './engine.js';

/** Documents removed by one write, so that others get their turn in between. */
const BATCH = 500;

/** Removes the documents whose date in a field with a TTL index lies further back than the index says. */
export async function removeExpired(engine: Engine, now: Date): Promise<void> {
  for (const db of engine.catalog.databases()) {
    for (const collection of engine.catalog.list(db)) {
      for (const { fields, spec } of collection.indexes) {
        const [field] = fields;
        if (spec.expireAfterSeconds === undefined || !field) continue;
        const filter = { [field.path]: { $lt: new Date(now.getTime() - spec.expireAfterSeconds * 1_000) } };
        for (let removed = BATCH; removed === BATCH; ) {
          removed = await engine.write((unit) => {
            if (engine.catalog.byNumber(collection.id) !== collection) return 0;
            const expired = [...find(collection, { filter, sort: [], skip: 0, limit: BATCH })];
            for (const stored of expired) unit.remove(collection, stored);
            return expired.length;
          }, AbortSignal.timeout(10_000));
        }
      }
    }
  }
}

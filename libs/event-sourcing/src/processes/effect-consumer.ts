import type { Db } from 'mongodb';
import { DEFAULT_PARTITIONS, type BatchConsumer } from '../projections/feed/batch-consumer.js';
import type { Effect } from './effect.js';
import type { EffectJob } from './effect-runner.js';

/** Where the jobs of all effects wait. */
export const EFFECT_JOBS = 'effect-jobs';

/** Feeds the log to an effect: each event that it answers becomes a job, in the transaction that moves the checkpoint. */
export const effectConsumer = (effect: Effect, db: Db): BatchConsumer => {
  const jobs = db.collection<EffectJob>(EFFECT_JOBS);
  return {
    name: `effect/${effect.name}`,
    partitions: DEFAULT_PARTITIONS,
    categories: effect.categories,
    keyOf: (event) => (event.type in effect.on ? event.stream : undefined),
    setUp: async () => {
      await jobs.createIndex({ notBefore: 1 });
    },
    prepare: (events) => {
      const fresh = events.map(
        ({ event }): EffectJob => ({ _id: `${effect.name}/${event.id}`, effect: effect.name, event, attempts: 0, notBefore: new Date(0) }),
      );
      return Promise.resolve(fresh.map((document) => ({ name: 'insertOne', namespace: jobs.namespace, document })));
    },
  };
};

import type { Db } from 'mongodb';
import type { ReadModelIndex } from './projection.js';

/** What identifies a read model and how it is kept; every projection definition is one. */
export interface ReadModel {
  readonly name: string;
  readonly version: number;
  readonly kind: 'document' | 'log';
  readonly indexes: readonly ReadModelIndex[];
}

/** The collection of a read model's rows, `<name>@<version>`; also the name of the consumer that keeps it. */
export const collectionName = ({ name, version }: Pick<ReadModel, 'name' | 'version'>): string => `${name}@${version}`;

/** The collection of a read model's exact counters. */
export const facetCollectionName = (model: Pick<ReadModel, 'name' | 'version'>): string => `${collectionName(model)}.facets`;

/** The collection of the states that a log projection folds per key. */
export const stateCollectionName = (model: Pick<ReadModel, 'name' | 'version'>): string => `${collectionName(model)}.state`;

const NAMESPACE_EXISTS = 48;

/**
 * Creates the read model's collections where they are missing, with the indexes that uniqueness rests on; the others slow a rebuild down and come with
 * `ensureReadModel`. Idempotent, and safe when several workers do it at once.
 */
export const prepareReadModel = async (db: Db, model: ReadModel): Promise<void> => {
  // Named up front: a transaction must not be the first to create a collection, concurrent ones would conflict.
  const supporting = model.kind === 'document' ? facetCollectionName(model) : stateCollectionName(model);
  for (const collection of [collectionName(model), supporting]) await createIfMissing(db, collection);
  if (model.kind === 'document') await db.collection(supporting).createIndex({ scope: 1 });
  await createIndexes(db, model, (index) => index.unique === true);
};

/** Creates the read model's collections and all its indexes where they are missing. Idempotent, and safe when several workers do it at once. */
export const ensureReadModel = async (db: Db, model: ReadModel): Promise<void> => {
  await prepareReadModel(db, model);
  await createIndexes(db, model, (index) => index.unique !== true);
};

const createIndexes = async (db: Db, model: ReadModel, wanted: (index: ReadModelIndex) => boolean): Promise<void> => {
  const indexes = model.indexes.filter(wanted).map(({ fields, unique }) => ({ key: { ...fields }, unique: unique ?? false }));
  // Together, so that the store goes through the rows once for all of them.
  if (indexes.length > 0) await db.collection(collectionName(model)).createIndexes(indexes);
};

/** Creates a collection unless it is there: a transaction must not be the one to. */
export const createIfMissing = async (db: Db, collection: string): Promise<void> => {
  try {
    await db.createCollection(collection);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === NAMESPACE_EXISTS)) throw error;
  }
};

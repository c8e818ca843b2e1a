import { MongoClientBulkWriteError, MongoServerError, type AnyClientBulkWriteModel, type ClientSession, type Document, type MongoClient } from 'mongodb';

/** What a batch writes: any document under a text as its id. */
interface Identified extends Document {
  readonly _id: string;
}

/** One write of a batch, to a collection named with its database: `portolan.order-dashboard@1`. */
export type BatchWrite = AnyClientBulkWriteModel<Identified>;

/** Stores a document in place of the one with its id, if there is one. */
export const put = (namespace: string, document: Identified): BatchWrite => ({
  name: 'replaceOne',
  namespace,
  filter: { _id: document._id },
  replacement: document,
  upsert: true,
});

/**
 * Carries out writes to any collections, in order, in as few commands as they fit: one, unless there are tens of megabytes of them. Fields that are undefined are
 * left out. Answers whether every update and replacement found its document or made it. Throws what the server refused a write with.
 */
export const carryOutWrites = async (client: MongoClient, writes: readonly BatchWrite[], session: ClientSession): Promise<boolean> => {
  if (writes.length === 0) return true;
  try {
    const { matchedCount, upsertedCount } = await client.bulkWrite<Readonly<Record<string, Identified>>>(writes, { session, ordered: true });
    return matchedCount + upsertedCount === writes.filter(({ name }) => name === 'updateOne' || name === 'replaceOne').length;
  } catch (error) {
    throw error instanceof MongoClientBulkWriteError ? refusalIn(error) : error;
  }
};

/** The driver's envelope has neither the code nor the labels by which failures are told apart. */
const refusalIn = (error: MongoClientBulkWriteError): Error => {
  if (error.cause instanceof MongoServerError) return error.cause;
  const [refused] = error.writeErrors.values();
  return refused === undefined ? error : new MongoServerError({ message: refused.message, code: refused.code });
};

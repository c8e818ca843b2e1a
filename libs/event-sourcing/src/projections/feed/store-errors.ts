import { BSON, MongoError, MongoInvalidArgumentError, MongoServerError } from 'mongodb';
import { isStoreAway } from '../../log/patience.js';

/** The lease on a partition went to another worker, or to another feed of the same: its events are that one's now. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(readonly consumer: string) {
    super(`another feed works on partitions of ${consumer}`);
  }
}

/**
 * Server error codes that a written document itself can cause: BadValue, TypeMismatch, DollarPrefixedFieldName, EmptyFieldName, ImmutableField,
 * DocumentValidationFailure, CannotIndexParallelArrays, BSONObjectTooLarge, DuplicateKey, Location17280 (key too long), Location17419/17420
 * (document too large after an update). Source: MongoDB's error_codes.yml.
 */
const CAUSED_BY_A_DOCUMENT: ReadonlySet<unknown> = new Set([2, 14, 52, 56, 66, 121, 171, 10334, 11000, 17280, 17419, 17420]);

/**
 * Whether a failure lies with a store, the network or the lease rather than with the event at hand: then trying again later is right, however long it takes,
 * and parking would blame an innocent event. Of what MongoDB answers only the errors of the documents themselves are the event's.
 */
export const isNoEventsFault = (error: unknown): boolean => {
  if (error instanceof LeaseLost || isStoreAway(error)) return true;
  if (error instanceof BSON.BSONError || error instanceof MongoInvalidArgumentError) return false;
  if (error instanceof MongoServerError) return error.hasErrorLabel('TransientTransactionError') || !CAUSED_BY_A_DOCUMENT.has(error.code);
  return error instanceof MongoError;
};

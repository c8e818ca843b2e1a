import { MongoError, MongoNetworkError, MongoNotConnectedError, MongoServerError, MongoServerSelectionError, MongoTopologyClosedError } from 'mongodb';
import { StoreUnavailable } from '#event-sourcing';

/** Errors without a class of their own that say the same: no connection in time, or a pool emptied because the server went away. */
const UNAVAILABLE_NAMES: ReadonlySet<string> = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClearedError', 'MongoPoolClosedError', 'MongoOperationTimeoutError']);

const RETRY_AFTER_SECONDS = 2;

const isAway = (error: MongoError): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  error instanceof MongoNotConnectedError ||
  error instanceof MongoTopologyClosedError ||
  UNAVAILABLE_NAMES.has(error.name) ||
  // The server answered, but as one that steps down or shuts down: the driver labels what may be tried again.
  (error instanceof MongoServerError && error.hasErrorLabel('RetryableWriteError'));

/** A socket that the server has just closed lets the driver's first write fail with the bare system error. */
const BROKEN_SOCKET: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);

const isBrokenSocket = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && BROKEN_SOCKET.has(error.code);

/** The driver's error as `StoreUnavailable` if it means that MongoDB cannot be reached now; undefined for anything else. */
export const storeFailureOf = (error: unknown): StoreUnavailable | undefined =>
  (error instanceof MongoError && isAway(error)) || isBrokenSocket(error) ? new StoreUnavailable('MongoDB', RETRY_AFTER_SECONDS, { cause: error }) : undefined;

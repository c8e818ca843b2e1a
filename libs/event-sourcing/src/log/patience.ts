import { status } from '@grpc/grpc-js';
import { CancelledError, DeadlineExceededError, NotLeaderError, TimeoutError, UnavailableError } from '@eventstore/db-client';
import { ExponentialBackoff, handleWhen, retry, type RetryPolicy } from 'cockatiel';
import { StoreUnavailable } from '../domain/errors.js';

/** Seconds that callers are asked to wait when the store is away. */
const RETRY_AFTER_SECONDS = 2;

/** Whether the store (and not the request) is the reason: it is away, is electing a leader, or did not answer in time. */
export const isStoreAway = (error: unknown): boolean =>
  error instanceof UnavailableError ||
  error instanceof CancelledError ||
  error instanceof DeadlineExceededError ||
  error instanceof TimeoutError ||
  error instanceof NotLeaderError ||
  error instanceof StoreUnavailable ||
  isLostCall(error);

/** The client passes errors of its first call on a connection (server features) on as they came from gRPC. */
const isLostCall = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED || error.code === status.CANCELLED);

/** The error that callers see instead of the client's own. */
export const asStoreUnavailable = (error: unknown): StoreUnavailable =>
  error instanceof StoreUnavailable ? error : new StoreUnavailable('EventStoreDB', RETRY_AFTER_SECONDS, { cause: error });

/** Retries with exponential backoff and jitter while the store is away: about 3 seconds over five attempts. */
export const whileStoreIsAway: RetryPolicy = retry(handleWhen(isStoreAway), {
  maxAttempts: 5,
  backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1000 }),
});

/** Rejects with `StoreUnavailable` when the promise has not settled in time: the client's batch stream can die without answering. */
export const within = async <Value>(milliseconds: number, promise: Promise<Value>): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(asStoreUnavailable(new Error(`no answer within ${milliseconds} ms`))), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { BackupExists } from './storage/backup.js';
import { isDamage } from './storage/damage.js';
import type { ExpectedRevision } from './wire/write-requests.js';
import { MissingMetadataProperty } from './wire/write-requests.js';
import { MalformedMessage } from './wire/wire-reader.js';

/**
 * A refusal as the EventStoreDB clients know it: a gRPC status whose `exception` trailer names the kind
 * (EventStoreDB 23.10, `Constants.Exceptions`).
 */
export class RpcError extends Error implements ServiceError {
  readonly details: string;
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    details: string,
    trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
    this.details = details;
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, encodeHeader(value));
  }
}

export const MAX_APPEND_BYTES = 1024 * 1024;

export function invalidArgument(details: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, details);
}

/** What calls that would not end by themselves end with when the node stops; clients connect again. */
export function shuttingDown(): RpcError {
  return new RpcError(status.UNAVAILABLE, 'the event store is shutting down');
}

export function streamDeleted(stream: string): RpcError {
  const trailers = { exception: 'stream-deleted', 'stream-name': stream };
  return new RpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, trailers);
}

/**
 * The refusal of a delete or a tombstone; appends have an answer of their own.
 *
 * @param actual the last revision, -1 when the stream has no event
 */
export function wrongExpectedVersion(stream: string, expected: ExpectedRevision, actual: number): RpcError {
  const expectedVersion = expectedVersionNumber(expected);
  return new RpcError(
    status.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expectedVersion}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': expectedVersion,
      'actual-version': String(actual),
    },
  );
}

export function maximumAppendSizeExceeded(): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_BYTES} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(MAX_APPEND_BYTES),
  });
}

/** A persistent subscription group as the clients are told of it. */
interface GroupName {
  readonly stream: string;
  readonly group: string;
}

function groupError(code: status, details: string, exception: string, { stream, group }: GroupName, more = {}): RpcError {
  return new RpcError(code, details, { exception, 'stream-name': stream, ...(group !== '' && { 'group-name': group }), ...more });
}

export function groupExists(name: GroupName): RpcError {
  const details = `Subscription group ${name.group} on stream ${name.stream} exists.`;
  return groupError(status.ALREADY_EXISTS, details, 'persistent-subscription-exists', name);
}

export function groupNotFound(name: GroupName): RpcError {
  const details = `Subscription group ${name.group} on stream ${name.stream} does not exist.`;
  return groupError(status.NOT_FOUND, details, 'persistent-subscription-does-not-exist', name);
}

export function groupFailed(name: GroupName, reason: string): RpcError {
  const details = `Subscription group ${name.group} on stream ${name.stream} failed: '${reason}'`;
  return groupError(status.INTERNAL, details, 'persistent-subscription-failed', name, { reason });
}

/** What consumers end with when their group is changed or deleted. */
export function groupDropped(name: GroupName): RpcError {
  const details = `Subscription group ${name.group} on stream ${name.stream} was dropped.`;
  return groupError(status.CANCELLED, details, 'persistent-subscription-dropped', name);
}

export function maximumSubscribersReached(name: GroupName): RpcError {
  const details = `Maximum subscriptions reached for subscription group ${name.group} on stream ${name.stream}.`;
  return groupError(status.FAILED_PRECONDITION, details, 'maximum-subscribers-reached', name);
}

/** The answer to anything thrown while a call was handled: refusals as they are, the rest by what failed. */
export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof MissingMetadataProperty)
    return new RpcError(status.INVALID_ARGUMENT, error.message, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    });
  if (error instanceof MalformedMessage) return invalidArgument(error.message);
  if (error instanceof BackupExists) return new RpcError(status.ALREADY_EXISTS, error.message);
  return storageFailed(error);
}

/** SQLite's result codes: https://www.sqlite.org/rescode.html */
function storageFailed(error: unknown): RpcError {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'SQLITE_FULL') return new RpcError(status.RESOURCE_EXHAUSTED, `the disk is full: ${message}`);
  if (isDamage(error))
    return new RpcError(status.DATA_LOSS, `the database is damaged, restore a backup: ${message}`);
  return new RpcError(status.INTERNAL, message);
}

/** The numbers EventStoreDB gives the expected versions that are no revision (`ExpectedVersion`). */
function expectedVersionNumber(expected: ExpectedRevision): string {
  switch (expected) {
    case 'no-stream':
      return '-1';
    case 'any':
      return '-2';
    case 'stream-exists':
      return '-4';
    default:
      return expected.toString();
  }
}

/** Trailers are ASCII; a stream name need not be. */
function encodeHeader(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value);
}

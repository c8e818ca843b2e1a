import type { JsonObject, RecordedStatus, Step } from './recorded.js';

const OK = 0;
const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;

/** HTTP headers the server sends along with a status, and its name. */
const TRANSPORT_TRAILERS = ['content-type', 'content-length', 'server', 'date'];

/** What the embedded server should answer, as far as it is compared. */
export interface ExpectedStatus {
  readonly code: number;
  /** Undefined where only the code matters. */
  readonly details: string | undefined;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * The recorded status, or what the embedded server answers by choice (its README lists these): malformed requests,
 * which EventStoreDB answers UNKNOWN or never, are INVALID_ARGUMENT; messages that name .NET types are our own.
 * Undefined when the call stays open.
 */
export function expectedStatus({ code, details, trailers, note }: RecordedStatus): ExpectedStatus | undefined {
  if (code === undefined) return undefined;
  if (code === UNKNOWN || note?.startsWith('no end within')) return { code: INVALID_ARGUMENT, details: undefined, trailers: {} };
  const isOwnText =
    code === OK || code === UNIMPLEMENTED || (code === INVALID_ARGUMENT && details.includes('is not a valid EventStore.Client'));
  return { code, details: isOwnText ? undefined : details, trailers: withoutTransport(trailers) };
}

export function withoutTransport(trailers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(trailers).filter(([name]) => !TRANSPORT_TRAILERS.includes(name)));
}

/** An answer without the text of an in-band BadRequest, which is .NET's there and our own here. */
export function withoutBadRequestText(response: JsonObject): JsonObject {
  const error = response['error'] as { message?: string } | undefined;
  return error?.message === 'BadRequest' ? { ...response, error: 'BadRequest' } : response;
}

const timedOut = (correlationId: string, stream: string): readonly JsonObject[] => {
  const details = { typeUrl: 'type.googleapis.com/event_store.client.Timeout', value: '', decoded: {} };
  const error = { code: 4, message: 'Timeout', details };
  return [{ correlationId: { string: correlationId }, error, streamIdentifier: { streamName: stream } }];
};
const FIRST_BATCH = 'c0ffee00-0000-4000-8000-000000000001';
const refused: Partial<Step> = { responses: [], status: { code: INVALID_ARGUMENT, details: '', trailers: {}, note: 'no end within' } };

/** Steps that are answered otherwise by choice, by scenario and number of the step. */
export const OTHER_ANSWERS: Readonly<Record<string, Readonly<Record<number, Partial<Step>>>>> = {
  // A batch without a correlation id ends the call: the answer could not be told from another batch's.
  'batch.no-correlation': { 2: refused, 4: refused },
  // A timeout names the batch as the client did, not in another form of the same id.
  'batch.half-close-unfinished': { 3: { responses: timedOut(FIRST_BATCH, 'batch-unfinished') } },
  'batch.never-finished': { 2: { responses: timedOut(FIRST_BATCH, 'batch-never') } },
  // A batch is answered once: the client drops its correlation id with the first answer and fails on a second.
  'batch.error-then-timeout': { 3: { responses: [] } },
  // A subscription without a uuid option is refused instead of confirmed and then left silent.
  'sub.invalid': { 9: refused, 10: refused },
};

/** Where time passed that the recording does not tell: milliseconds the clock moves on before a step. */
export const TIME_PASSES: Readonly<Record<string, Readonly<Record<number, number>>>> = { 'read.max-age': { 3: 2_000 } };

import type { Json, JsonObject, RecordedStatus, Step } from './recorded.js';

const OK = 0;
const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;

/** HTTP headers the server sends along with a status, and its name. */
const TRANSPORT_TRAILERS = ['content-type', 'content-length', 'server', 'date'];

/**
 * The recorded status, or what the embedded server answers by choice (its README lists these): malformed requests,
 * which EventStoreDB answers UNKNOWN or never, are INVALID_ARGUMENT; of messages that name .NET types, which are our
 * own, only the code is compared.
 */
export function expectedStatus(recorded: RecordedStatus): RecordedStatus {
  const { code, details = '', note } = recorded;
  if (code === undefined) return recorded;
  if (code === UNKNOWN || note?.startsWith('no end within') || note?.startsWith('no answer within')) return { code: INVALID_ARGUMENT, trailers: {} };
  const isOwnText =
    code === OK || code === UNIMPLEMENTED || (code === INVALID_ARGUMENT && details.includes('is not a valid EventStore.Client'));
  return isOwnText ? { code, trailers: recorded.trailers } : recorded;
}

export function withoutTransport(trailers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(trailers).filter(([name]) => !TRANSPORT_TRAILERS.includes(name)));
}

/** An answer without the text of an in-band BadRequest, which is .NET's there and our own here. */
export function withoutBadRequestText(response: JsonObject): JsonObject {
  const error = response['error'] as { message?: string } | undefined;
  return error?.message === 'BadRequest' ? { ...response, error: 'BadRequest' } : response;
}

/** How fast and how full: what differs from run to run, and the buffers, which are other ones here. */
const MEASUREMENTS = ['averagePerSecond', 'averageItemsPerSecond', 'countSinceLastMeasurement', 'liveBufferCount', 'readBufferCount'];

export function withoutMeasurements(response: Json): Json {
  if (Array.isArray(response)) return (response as readonly Json[]).map(withoutMeasurements);
  if (typeof response !== 'object' || response === null) return response;
  const kept = Object.entries(response).filter(([key]) => !MEASUREMENTS.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutMeasurements(value)]));
}

const timedOut = (correlationId: string, stream: string): readonly JsonObject[] => {
  const details = { typeUrl: 'type.googleapis.com/event_store.client.Timeout', value: '', decoded: {} };
  const error = { code: 4, message: 'Timeout', details };
  return [{ correlationId: { string: correlationId }, error, streamIdentifier: { streamName: stream } }];
};
const FIRST_BATCH = 'c0ffee00-0000-4000-8000-000000000001';
const refused: Partial<Step> = { responses: [], status: { code: INVALID_ARGUMENT, details: '', trailers: {}, note: 'no end within' } };

/** What is answered instead: parts of the step, or the step with a text of it replaced. */
type OtherAnswer = Partial<Step> | ((recorded: Step) => Step) | 'not compared';

const replaced =
  (...texts: readonly (readonly [recorded: string, here: string])[]) =>
  (step: Step): Step =>
    JSON.parse(texts.reduce((json, [recorded, here]) => json.replace(recorded, here), JSON.stringify(step))) as Step;
const nothingRead = ['"lastKnownEventPosition":"C:<pos 1>/P:<pos 1>"', '"lastKnownEventPosition":""'] as const;

/** Steps that are answered otherwise by choice, by scenario and number of the step. */
export const OTHER_ANSWERS: Readonly<Record<string, Readonly<Record<number, OtherAnswer>>>> = {
  // A batch without a correlation id ends the call: the answer could not be told from another batch's.
  'batch.no-correlation': { 2: refused, 4: refused },
  // A timeout names the batch as the client did, not in another form of the same id.
  'batch.half-close-unfinished': { 3: { responses: timedOut(FIRST_BATCH, 'batch-unfinished') } },
  'batch.never-finished': { 2: { responses: timedOut(FIRST_BATCH, 'batch-never') } },
  // A batch is answered once: the client drops its correlation id with the first answer and fails on a second.
  'batch.error-then-timeout': { 3: { responses: [] } },
  // A subscription without a uuid option is refused instead of confirmed and then left silent.
  'sub.invalid': { 9: refused, 10: refused },
  // A group from the end also keeps where the end was, so that it misses nothing before its first checkpoint.
  'ps.create': { 3: 'not compared' },
  'ps.read.ack-many': { 9: refused, 10: refused },
  // Replayed messages leave the parked stream when they are done with, here all three at once.
  'ps.replay': { 17: replaced(['"streamRevision":"1"', '"streamRevision":"0"']), 22: replaced(['ReplayingParkedMessages, Live', 'Live']) },
  // Nothing is read ahead while nobody is connected.
  'ps.list': { 4: replaced([', OutstandingPageRequest', ''], nothingRead), 5: replaced([', OutstandingPageRequest', ''], nothingRead) },
  // How many checkpoints there are depends on the time between them.
  'ps.all': { 3: replaced(['"status":"Live"', '"status":"Behind"'], nothingRead), 11: replaced(['"streamRevision":"2"', '"streamRevision":"1"']) },
  // What nodes tell each other.
  gossip: { 1: 'not compared' },
};

/** Link events are derived, and said to be where the events are that they lead to. */
export const LINKS_SHARE_POSITIONS = /^proj\./;

/** Where time passed that the recording does not tell: milliseconds the clock moves on before a step. */
export const TIME_PASSES: Readonly<Record<string, Readonly<Record<number, number>>>> = { 'read.max-age': { 3: 2_000 } };

/** Scenarios of which the recording has counts instead of messages. */
export const COUNTED = ['read.large', 'sub.stream.large', 'sub.stream.slow-reader', 'sub.filter.checkpoints-live'];

const NOT_SUPPORTED = 'a service that the embedded server does not have';

/** Scenarios that are not replayed, and why. */
export const OUT_OF_SCOPE: Readonly<Record<string, string>> = {
  'sub.filter.checkpoints-catchup': 'checkpoints come by the rule EventStoreDB has for live events',
  features: 'lists every service of EventStoreDB',
  'monitoring.stats': NOT_SUPPORTED,
  operations: NOT_SUPPORTED,
  users: NOT_SUPPORTED,
  'zz.resign': NOT_SUPPORTED,
  http: 'there is no HTTP API',
  'grpc-deadline': 'the deadline is kept by the client',
  'headers.response': 'recorded without the requests',
};

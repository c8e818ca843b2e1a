import { readUuid } from './event-id.js';
import { MalformedMessage, WireReader } from './wire-reader.js';

/** What a writer requires of the stream: its exact last revision, or one of the protocol's three other wishes. */
export type ExpectedRevision = bigint | 'any' | 'no-stream' | 'stream-exists';

/** An event as a client proposes it. Byte fields are views of the request. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly customMetadata: Buffer;
  readonly data: Buffer;
}

/** The `Options` message, laid out alike in AppendReq, BatchAppendReq, DeleteReq and TombstoneReq. */
export interface WriteOptions {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** Milliseconds since 1970-01-01 UTC; BatchAppendReq only. */
  readonly deadlineAt?: number;
  /** Milliseconds; BatchAppendReq only, an alternative to `deadlineAt`. */
  readonly deadlineIn?: number;
}

/** What a client names a batch by, which its answer repeats as it was sent. */
export interface Correlation {
  readonly id: string;
  readonly encoded: Buffer;
}

/** `streams.BatchAppendReq`: one chunk of one batch. */
export interface BatchChunk {
  readonly correlation: Correlation | undefined;
  readonly options: WireReader | undefined;
  readonly events: readonly WireReader[];
  readonly isFinal: boolean;
}

/** An event without the two metadata properties every event needs. */
export class MissingMetadataProperty extends MalformedMessage {
  constructor(property: 'type' | 'content-type') {
    super(`Required Metadata Property '${property}' is missing`);
  }
}

const NO_STREAM_REVISION = 2n ** 64n - 1n;
const MAX_REVISION = 2n ** 63n - 1n;
/** Write options without a stream name or an expected revision, or with one that is no revision. */
export class InvalidWriteOptions extends MalformedMessage {
  constructor(
    message: string,
    readonly stream: string,
  ) {
    super(message);
  }
}

const METADATA_OF_NOTHING = '$$';
const NIL_UUID = '00000000-0000-0000-0000-000000000000';
const NOTHING = Buffer.alloc(0);

/** @throws InvalidWriteOptions */
export function readWriteOptions(options: WireReader): WriteOptions {
  let stream = '';
  let expected: ExpectedRevision | 'missing' = 'missing';
  let deadlineAt: number | undefined;
  let deadlineIn: number | undefined;
  for (let field = options.nextField(); field; field = options.nextField()) {
    if (field === 1) stream = readStreamName(options.message());
    else if (field === 2) expected = options.uint64();
    else if (field === 6) deadlineAt = readSecondsAndNanos(options.message());
    else if (field === 7) deadlineIn = readSecondsAndNanos(options.message());
    else {
      if (field === 3) expected = 'no-stream';
      else if (field === 4) expected = 'any';
      else if (field === 5) expected = 'stream-exists';
      options.skip();
    }
  }
  if (stream === '') throw new InvalidWriteOptions('the stream name is missing', stream);
  if (stream === METADATA_OF_NOTHING) throw new InvalidWriteOptions(`${stream} is the metadata stream of no stream`, stream);
  if (expected === 'missing') throw new InvalidWriteOptions('the expected stream revision is missing', stream);
  return {
    stream,
    expected: typeof expected === 'bigint' ? exactRevision(expected, stream) : expected,
    ...(deadlineAt !== undefined && { deadlineAt }),
    ...(deadlineIn !== undefined && { deadlineIn }),
  };
}

/** @throws MalformedMessage when the id is no uuid, or the type or content type is missing */
export function readProposedEvent(message: WireReader): ProposedEvent {
  let id: string | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let customMetadata: Buffer = NOTHING;
  let data: Buffer = NOTHING;
  for (let field = message.nextField(); field; field = message.nextField()) {
    if (field === 1) id = readUuid(message.message());
    else if (field === 2) {
      const [key, value] = readMapEntry(message.message());
      if (key === 'type') type = value;
      else if (key === 'content-type') contentType = value;
    } else if (field === 3) customMetadata = message.bytes();
    else if (field === 4) data = message.bytes();
    else message.skip();
  }
  if (type === undefined) throw new MissingMetadataProperty('type');
  if (contentType === undefined) throw new MissingMetadataProperty('content-type');
  if (type === '') throw new MalformedMessage('the event type is empty');
  if (id === undefined || id === NIL_UUID) throw new MalformedMessage('the event id is missing');
  return { id, type, contentType, customMetadata, data };
}

/** Takes a BatchAppendReq apart; its options and events are read later, so that each failure has its own answer. */
export function readBatchChunk(request: Buffer): BatchChunk {
  const reader = new WireReader(request);
  let correlation: Correlation | undefined;
  let options: WireReader | undefined;
  const events: WireReader[] = [];
  let isFinal = false;
  for (let field = reader.nextField(); field; field = reader.nextField()) {
    if (field === 1) correlation = readCorrelation(reader.bytes());
    else if (field === 2) options = reader.message();
    else if (field === 3) events.push(reader.message());
    else if (field === 4) isFinal = reader.uint32() !== 0;
    else reader.skip();
  }
  return { correlation, options, events, isFinal };
}

function readCorrelation(encoded: Buffer): Correlation {
  return { id: readUuid(new WireReader(encoded)), encoded };
}

export function readMapEntry(entry: WireReader): [key: string, value: string] {
  let key = '';
  let value = '';
  for (let field = entry.nextField(); field; field = entry.nextField()) {
    if (field === 1) key = entry.string();
    else if (field === 2) value = entry.string();
    else entry.skip();
  }
  return [key, value];
}

function readStreamName(identifier: WireReader): string {
  let name = '';
  for (let field = identifier.nextField(); field; field = identifier.nextField()) {
    if (field === 3) name = identifier.string();
    else identifier.skip();
  }
  return name;
}

/** `google.protobuf.Timestamp` or `Duration`, in milliseconds. */
function readSecondsAndNanos(message: WireReader): number {
  let seconds = 0;
  let nanos = 0;
  for (let field = message.nextField(); field; field = message.nextField()) {
    if (field === 1) seconds = Number(BigInt.asIntN(64, message.uint64()));
    else if (field === 2) nanos = Number(BigInt.asIntN(32, message.uint64()));
    else message.skip();
  }
  return seconds * 1000 + nanos / 1_000_000;
}

function exactRevision(value: bigint, stream: string): ExpectedRevision {
  if (value === NO_STREAM_REVISION) return 'no-stream';
  if (value > MAX_REVISION) throw new InvalidWriteOptions(`${value.toString()} is no stream revision`, stream);
  return value;
}

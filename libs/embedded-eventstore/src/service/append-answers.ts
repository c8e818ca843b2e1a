import type { WriteResult } from '../storage/log-writer.js';
import { NO_EVENT } from '../storage/stream-state.js';
import type { Correlation, ExpectedRevision } from '../wire/write-requests.js';
import { WireWriter } from '../wire/wire-writer.js';

const NO_STREAM_REVISION = 2n ** 64n - 1n;
const SMALL_ANSWER = 256;
const LARGEST_UTF8 = 3;

type Written = Extract<WriteResult, { kind: 'written' }>;

/** `Success`, laid out alike in AppendResp and BatchAppendResp: revision 1, no_stream 2, position 3, no_position 4. */
function success(writer: WireWriter, { lastRevision, position }: Written): void {
  if (position === undefined) writer.empty(4);
  else writer.message(3, (at) => at.uint64(2, position).uint64(1, position));
  if (lastRevision === NO_EVENT) writer.empty(2);
  else writer.uint64(1, lastRevision);
}

/** `streams.AppendResp` of a successful append. */
export function appended(result: Written): Buffer {
  return new WireWriter(SMALL_ANSWER).message(1, (writer) => success(writer, result)).finish();
}

/**
 * `streams.AppendResp` of a wrong expected revision. Each fact is there twice: fields 1-5 are read by clients of
 * server 20.6.0, where `no_stream` was the revision 2^64-1; fields 6-11 by those since.
 */
export function wrongRevision(expected: ExpectedRevision, lastRevision: number): Buffer {
  return new WireWriter(SMALL_ANSWER)
    .message(2, (writer) => {
      expectedRevision(writer, expected, { revision: 8, any: 9, streamExists: 10, noStream: 11 });
      if (lastRevision === NO_EVENT) writer.empty(7);
      else writer.uint64(6, lastRevision);
      const expectedIn2060 = expected === 'no-stream' ? NO_STREAM_REVISION : expected;
      expectedRevision(writer, expectedIn2060, { revision: 3, any: 4, streamExists: 5, noStream: 3 });
      if (lastRevision === NO_EVENT) writer.empty(2);
      else writer.uint64(1, lastRevision);
    })
    .finish();
}

/** `streams.DeleteResp` and `streams.TombstoneResp`. */
export function deleted(position: number | undefined): Buffer {
  const writer = new WireWriter(SMALL_ANSWER);
  if (position === undefined) return writer.empty(2).finish();
  return writer.message(1, (at) => at.uint64(2, position).uint64(1, position)).finish();
}

/** `streams.BatchAppendResp` of a batch that is on disk. */
export function batchAppended(correlation: Correlation, stream: string, result: Written): Buffer {
  return batchAnswer(correlation, stream, (writer) => writer.message(3, (part) => success(part, result)));
}

/** Why a batch was refused, as `google.rpc.Status` with the detail the clients look for. */
export interface BatchRefusal {
  /** A `google.rpc.Code`. */
  readonly code: number;
  /** Also the name of the detail's message type in `event_store.client`. */
  readonly kind: 'WrongExpectedVersion' | 'StreamDeleted' | 'Timeout' | 'BadRequest' | 'MaximumAppendSizeExceeded';
  readonly detail: (writer: WireWriter) => void;
}

/** `streams.BatchAppendResp` of a refused batch. */
export function batchRefused(correlation: Correlation, stream: string, { code, kind, detail }: BatchRefusal): Buffer {
  return batchAnswer(correlation, stream, (writer) =>
    writer.message(2, (error) =>
      error
        .message(3, (any) => any.message(2, detail).string(1, `type.googleapis.com/event_store.client.${kind}`))
        .string(2, kind)
        .uint64(1, code),
    ),
  );
}

/** The detail `event_store.client.WrongExpectedVersion`. */
export function wrongExpectedVersionDetail(expected: ExpectedRevision, lastRevision: number): BatchRefusal['detail'] {
  return (writer) => {
    expectedRevision(writer, expected, { revision: 3, any: 4, streamExists: 5, noStream: 6 });
    if (lastRevision === NO_EVENT) writer.empty(2);
    else writer.uint64(1, lastRevision);
  };
}

/** The detail `event_store.client.StreamDeleted`. */
export function streamDeletedDetail(stream: string): BatchRefusal['detail'] {
  return (writer) => writer.message(1, (identifier) => identifier.string(3, stream));
}

function batchAnswer(correlation: Correlation, stream: string, outcome: (writer: WireWriter) => void): Buffer {
  const writer = new WireWriter(SMALL_ANSWER * 2 + correlation.encoded.length + 2 * stream.length * LARGEST_UTF8);
  writer.message(4, (identifier) => identifier.string(3, stream));
  outcome(writer);
  return writer.bytes(1, correlation.encoded).finish();
}

interface ExpectedFields {
  readonly revision: number;
  readonly any: number;
  readonly streamExists: number;
  readonly noStream: number;
}

function expectedRevision(writer: WireWriter, expected: ExpectedRevision, fields: ExpectedFields): void {
  switch (expected) {
    case 'any':
      writer.empty(fields.any);
      break;
    case 'stream-exists':
      writer.empty(fields.streamExists);
      break;
    case 'no-stream':
      writer.empty(fields.noStream);
      break;
    default:
      writer.uint64(fields.revision, expected);
  }
}

import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';

const OPTIONS = 2;
const DEADLINE_AS_DURATION = 7;
const SECONDS = 1;
const VARINT = 0;
const BYTES = 2;

/**
 * The request with a deadline in its duration form (options field 7, `google.protobuf.Duration`), which the client's
 * stubs do not know.
 */
export function withDuration(request: BatchAppendReq, seconds: number): Buffer {
  const options = request.getOptions()!.serializeBinary();
  const rest = request.clone();
  rest.clearOptions();
  const duration = Buffer.concat([varint(SECONDS * 8 + VARINT), varint(BigInt.asUintN(64, BigInt(seconds)))]);
  const extended = Buffer.concat([options, field(DEADLINE_AS_DURATION, duration)]);
  return Buffer.concat([rest.serializeBinary(), field(OPTIONS, extended)]);
}

function field(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + BYTES), varint(content.length), content]);
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

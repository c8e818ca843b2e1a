import { Binary, Long, type Timestamp } from 'bson';
import { encode } from '../bson/values.js';

const SIGNATURE = { hash: new Binary(Buffer.alloc(20)), keyId: Long.ZERO };
const HEADER_BYTES = 4;

let tail: { readonly time: Timestamp; readonly bytes: Buffer } | undefined;

/**
 * Adds `operationTime` and `$clusterTime`, which sessions hand on so that reads come after writes.
 * @param reply an encoded document
 * @param time of the last change recorded
 */
export function withClusterTime(reply: Buffer, time: Timestamp): Buffer {
  if (!tail?.time.equals(time)) tail = { time, bytes: encode({ operationTime: time, $clusterTime: { clusterTime: time, signature: SIGNATURE } }).subarray(HEADER_BYTES) };
  const out = Buffer.concat([reply.subarray(0, -1), tail.bytes]);
  out.writeInt32LE(out.length, 0);
  return out;
}

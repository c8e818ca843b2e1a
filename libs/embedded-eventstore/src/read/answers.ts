import { WireWriter } from '../wire/wire-writer.js';

/** What a read or a subscription does next: answer with these bytes, or wait until something is written. */
export type Step = Buffer | typeof WAIT;
export const WAIT = Symbol('wait for the next commit');

const SMALL_ANSWER = 64;
const LARGEST_UTF8 = 3;

/* `streams.ReadResp`, except its events, which are stored ready to send. */

export function confirmation(subscriptionId: string): Buffer {
  return new WireWriter(SMALL_ANSWER).message(2, (writer) => writer.string(1, subscriptionId)).finish();
}

export function checkpoint(position: number): Buffer {
  return new WireWriter(SMALL_ANSWER).message(3, (writer) => writer.uint64(2, position).uint64(1, position)).finish();
}

export function streamNotFound(stream: string): Buffer {
  return new WireWriter(SMALL_ANSWER + stream.length * LARGEST_UTF8)
    .message(4, (writer) => writer.message(1, (identifier) => identifier.string(3, stream)))
    .finish();
}

export function firstStreamPosition(revision: number): Buffer {
  return new WireWriter(SMALL_ANSWER).uint64(5, revision).finish();
}

export function lastStreamPosition(revision: number): Buffer {
  return new WireWriter(SMALL_ANSWER).uint64(6, revision).finish();
}

export const CAUGHT_UP = new WireWriter(SMALL_ANSWER).empty(8).finish();

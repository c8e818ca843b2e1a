import type { ServerWritableStream } from '@grpc/grpc-js';
import { WAIT, type Step } from '../read/answers.js';
import { readLog } from '../read/read-log.js';
import { readStream } from '../read/read-stream.js';
import { subscribeToLog } from '../read/subscribe-to-log.js';
import { subscribeToStream } from '../read/subscribe-to-stream.js';
import type { EventLog } from '../storage/event-log.js';
import { readRequest, type ReadRequest } from './read-request.js';
import { toRpcError } from './rpc-error.js';

type ReadCall = ServerWritableStream<Buffer, Buffer>;

/** `Streams.Read`: reads and catch-up subscriptions, of one stream or the whole log. */
export function handleRead(log: EventLog) {
  return (call: ReadCall): void => {
    answerAll(call, log).catch((error: unknown) => call.emit('error', toRpcError(error)));
  };
}

/** Takes a step only when the client has taken what was sent before, so a slow client costs no memory. */
async function answerAll(call: ReadCall, log: EventLog): Promise<void> {
  for (const step of steps(log, readRequest(call.request))) {
    if (step === WAIT) await nextCommit(call, log);
    else if (!call.write(step)) await drained(call);
    if (isOver(call)) return;
  }
  call.end();
}

function steps(log: EventLog, request: ReadRequest): Iterable<Step> {
  if (request.mode === 'read') return request.target === 'stream' ? readStream(log, request) : readLog(log, request);
  return request.target === 'stream' ? subscribeToStream(log, request) : subscribeToLog(log, request);
}

const isOver = (call: ReadCall): boolean => call.cancelled || call.destroyed;

function nextCommit(call: ReadCall, log: EventLog): Promise<void> {
  return untilOver(call, (resume) => log.onCommit(resume));
}

function drained(call: ReadCall): Promise<void> {
  return untilOver(call, (resume) => {
    call.once('drain', resume);
    return () => call.off('drain', resume);
  });
}

/** Waits for what `listen` listens to, or for the end of the call. */
function untilOver(call: ReadCall, listen: (resume: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const resume = (): void => {
      stopListening();
      call.off('cancelled', resume).off('close', resume);
      resolve();
    };
    const stopListening = listen(resume);
    call.once('cancelled', resume).once('close', resume);
    if (isOver(call)) resume();
  });
}

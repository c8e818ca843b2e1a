import type { handleUnaryCall, sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import type { EventLog } from '../storage/event-log.js';
import type { WriteResult } from '../storage/log-writer.js';
import { MalformedMessage, WireReader } from '../wire/wire-reader.js';
import { readProposedEvent, readWriteOptions, type ProposedEvent, type WriteOptions } from '../wire/write-requests.js';
import { appended, deleted, wrongRevision } from './append-answers.js';
import { MAX_APPEND_BYTES, maximumAppendSizeExceeded, streamDeleted, toRpcError, wrongExpectedVersion } from '../rpc-error.js';

/** Where writes go. */
export type Writes = Pick<EventLog, 'append' | 'softDelete' | 'tombstone'>;

/** `Streams.Append`: options first, then one message per event; written when the client half-closes. */
export function handleAppend(log: Writes) {
  return (call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void => {
    const append = new AppendInProgress();
    call.on('data', (message: Buffer) => append.add(message));
    call.on('end', () => {
      append
        .write(log)
        .then((response) => answer(null, response))
        .catch((error: unknown) => answer(toRpcError(error)));
    });
  };
}

export function handleDelete(log: Writes): handleUnaryCall<Buffer, Buffer> {
  return deleteCall(({ stream, expected }) => log.softDelete(stream, expected));
}

export function handleTombstone(log: Writes): handleUnaryCall<Buffer, Buffer> {
  return deleteCall(({ stream, expected }) => log.tombstone(stream, expected));
}

/** The messages of one append call. The first failure is kept, and answered when the client has sent all. */
class AppendInProgress {
  #options: WriteOptions | undefined;
  readonly #events: ProposedEvent[] = [];
  #bytes = 0;
  #failure: unknown;

  add(message: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      this.#read(new WireReader(message));
    } catch (error) {
      this.#failure = error;
      this.#events.length = 0;
    }
  }

  async write(log: Writes): Promise<Buffer> {
    if (this.#failure !== undefined) throw toRpcError(this.#failure);
    if (!this.#options) throw new MalformedMessage('the append has no options');
    const { stream, expected } = this.#options;
    const result = await log.append(stream, expected, this.#events);
    switch (result.kind) {
      case 'written':
        return appended(result);
      case 'wrong-revision':
        return wrongRevision(expected, result.lastRevision);
      case 'deleted':
        throw streamDeleted(stream);
    }
  }

  #read(message: WireReader): void {
    const field = message.nextField();
    if (field === 1) {
      if (this.#options) throw new MalformedMessage('the append has options twice');
      this.#options = readWriteOptions(message.message());
    } else if (field === 2) {
      if (!this.#options) throw new MalformedMessage('the first message of an append must be its options');
      const event = readProposedEvent(message.message());
      this.#bytes += event.data.length;
      if (this.#bytes > MAX_APPEND_BYTES) throw maximumAppendSizeExceeded();
      this.#events.push(event);
    } else throw new MalformedMessage('the message is neither options nor an event');
  }
}

function deleteCall(write: (options: WriteOptions) => Promise<WriteResult>): handleUnaryCall<Buffer, Buffer> {
  const run = async (request: Buffer): Promise<Buffer> => {
    const reader = new WireReader(request);
    if (reader.nextField() !== 1) throw new MalformedMessage('the options are missing');
    const options = readWriteOptions(reader.message());
    const result = await write(options);
    switch (result.kind) {
      case 'written':
        return deleted(result.position);
      case 'wrong-revision':
        throw wrongExpectedVersion(options.stream, options.expected, result.lastRevision);
      case 'deleted':
        throw streamDeleted(options.stream);
    }
  };
  return (call, answer) => {
    run(call.request)
      .then((response) => answer(null, response))
      .catch((error: unknown) => answer(toRpcError(error)));
  };
}

import type { ServerWritableStream } from '@grpc/grpc-js';
import { WAIT, type Step } from '../read/answers.js';
import { readLog } from '../read/read-log.js';
import { readStream } from '../read/read-stream.js';
import { subscribeToLog } from '../read/subscribe-to-log.js';
import { subscribeToStream } from '../read/subscribe-to-stream.js';
import type { Streams } from '../read/streams.js';
import { readRequest, type ReadRequest } from '../read/read-request.js';
import { shuttingDown, toRpcError } from '../rpc-error.js';

type ReadCall = ServerWritableStream<Buffer, Buffer>;

/** Where the answers to reads and subscriptions come from. */
export interface Reads {
  /** Resolves when a stream can be read. */
  ready(stream: string): Promise<void>;
  steps(request: ReadRequest): Iterable<Step>;
  /** Calls the listener whenever there may be more, until the returned function is called. */
  onCommit(listener: () => void): () => void;
}

export function readsFrom(streams: Streams): Reads {
  return {
    ready: (stream) => streams.ready(stream),
    steps: (request) => {
      if (request.mode === 'read') return request.target === 'stream' ? readStream(streams, request) : readLog(streams.log, request);
      return request.target === 'stream' ? subscribeToStream(streams, request) : subscribeToLog(streams.log, request);
    },
    onCommit: (listener) => streams.log.onCommit(listener),
  };
}

/** `Streams.Read`: reads and catch-up subscriptions, of one stream or the whole log. Both end when `stopping` says so. */
export function handleRead(reads: Reads, stopping: AbortSignal) {
  return (call: ReadCall): void => void new ReadSession(call, reads, stopping).run();
}

/** Answers one call, as fast as the client takes the answers: while it does not, no more than the next is read, so it costs no memory. */
class ReadSession {
  #isOver = false;
  #resume: () => void = () => undefined;

  constructor(
    private readonly call: ReadCall,
    private readonly reads: Reads,
    private readonly stopping: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const cancelled = (): void => this.#end();
    const stop = (): void => this.#fail(shuttingDown());
    this.call.once('cancelled', cancelled).once('close', cancelled);
    this.stopping.addEventListener('abort', stop);
    try {
      if (this.stopping.aborted) throw shuttingDown();
      await this.#answer();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.stopping.removeEventListener('abort', stop);
    }
  }

  async #answer(): Promise<void> {
    const request = readRequest(this.call.request);
    if (request.target === 'stream') await this.reads.ready(request.stream);
    for (const step of this.reads.steps(request)) {
      if (step === WAIT) await this.#nextCommit();
      // Only now, so that the step was read from the database while the client took what it was given before.
      else if (this.call.writableNeedDrain) await this.#drained();
      if (this.#isOver) return;
      if (step !== WAIT) this.call.write(step);
    }
    this.call.end();
  }

  async #nextCommit(): Promise<void> {
    const stopListening = this.reads.onCommit(() => this.#resume());
    await this.#pause();
    stopListening();
  }

  async #drained(): Promise<void> {
    const resume = (): void => this.#resume();
    this.call.once('drain', resume);
    await this.#pause();
    this.call.off('drain', resume);
  }

  /** Until resumed, or the call is over. */
  #pause(): Promise<void> {
    return this.#isOver ? Promise.resolve() : new Promise((resolve) => (this.#resume = resolve));
  }

  #fail(error: unknown): void {
    if (!this.#isOver) this.call.emit('error', toRpcError(error));
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#resume();
  }
}

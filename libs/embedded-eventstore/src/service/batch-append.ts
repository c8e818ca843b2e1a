import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import type { WriteResult } from '../storage/log-writer.js';
import { MalformedMessage, type WireReader } from '../wire/wire-reader.js';
import {
  InvalidWriteOptions,
  readBatchChunk,
  readProposedEvent,
  readWriteOptions,
  type BatchChunk,
  type Correlation,
  type ProposedEvent,
  type WriteOptions,
} from '../wire/write-requests.js';
import {
  batchAppended,
  batchRefused,
  streamDeletedDetail,
  wrongExpectedVersionDetail,
  type BatchRefusal,
} from './append-answers.js';
import type { Writes } from './write-calls.js';
import { MAX_APPEND_BYTES, shuttingDown, toRpcError } from '../rpc-error.js';

type BatchCall = ServerDuplexStream<Buffer, Buffer>;

/** A batch of which not all chunks have come. */
interface OpenBatch {
  readonly options: WriteOptions;
  readonly events: ProposedEvent[];
  bytes: number;
  expiry?: NodeJS.Timeout;
}

const DEFAULT_TIMEOUT_MS = 2_000;
/** A timer cannot wait longer; a client that gives a batch more than 24 days does not mind. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Batches a client may leave unfinished in one call, each up to {@link MAX_APPEND_BYTES} of events. */
const MAX_OPEN_BATCHES = 1_000;

/** Answers kept for a client that is slow to read them. */
const MAX_UNREAD_ANSWERS = 1_000;

const TIMEOUT: BatchRefusal = { code: status.DEADLINE_EXCEEDED, kind: 'Timeout', detail: () => undefined };
const TOO_LARGE: BatchRefusal = {
  code: status.INVALID_ARGUMENT,
  kind: 'MaximumAppendSizeExceeded',
  detail: (writer) => writer.uint64(1, MAX_APPEND_BYTES),
};
const badRequest = (message: string): BatchRefusal => ({
  code: status.INVALID_ARGUMENT,
  kind: 'BadRequest',
  detail: (writer) => writer.string(1, message),
});

/** `Streams.BatchAppend`: many appends over one call, each answered by its correlation id in the order of commit. */
export function handleBatchAppend(log: Writes, now: () => number, stopping: AbortSignal) {
  return (call: BatchCall): void => {
    const session = new BatchSession(call, log, now);
    call.on('data', (message: Buffer) => session.receive(message));
    // The client sending no more does not end the call: open batches still time out, as on the server.
    const stop = (): void => session.fail(shuttingDown());
    stopping.addEventListener('abort', stop);
    call.on('close', () => stopping.removeEventListener('abort', stop));
    call.on('cancelled', () => session.abandon());
  };
}

class BatchSession {
  readonly #open = new Map<string, OpenBatch>();
  #isOver = false;

  constructor(
    private readonly call: BatchCall,
    private readonly log: Writes,
    private readonly now: () => number,
  ) {}

  receive(message: Buffer): void {
    if (this.#isOver) return;
    try {
      const chunk = readBatchChunk(message);
      if (chunk.correlation === undefined) throw new MalformedMessage('the correlation id is missing');
      this.#receiveChunk(chunk.correlation, chunk);
    } catch (error) {
      this.fail(error);
    }
  }

  /** The client is gone: what it left unfinished will not be finished. */
  abandon(): void {
    this.#isOver = true;
    for (const batch of this.#open.values()) clearTimeout(batch.expiry);
    this.#open.clear();
  }

  #receiveChunk(correlation: Correlation, chunk: BatchChunk): void {
    const batch = this.#open.get(correlation.id) ?? this.#openBatch(correlation, chunk.options);
    if (!batch) return;
    const refusal = collect(batch, chunk.events);
    if (refusal) this.#refuse(correlation, batch, refusal);
    else if (chunk.isFinal) void this.#write(correlation, batch);
    else batch.expiry ??= setTimeout(() => this.#refuse(correlation, batch, TIMEOUT), this.#timeout(batch.options));
  }

  /** A chunk that continues no open batch and opens none gets no answer, as from the server. */
  #openBatch(correlation: Correlation, reader: WireReader | undefined): OpenBatch | undefined {
    if (!reader) return undefined;
    if (this.#open.size >= MAX_OPEN_BATCHES) throw new MalformedMessage(`more than ${MAX_OPEN_BATCHES} batches are open`);
    const options = this.#readOptions(correlation, reader);
    if (!options) return undefined;
    const batch = { options, events: [], bytes: 0 };
    this.#open.set(correlation.id, batch);
    return batch;
  }

  #readOptions(correlation: Correlation, reader: WireReader): WriteOptions | undefined {
    try {
      return readWriteOptions(reader);
    } catch (error) {
      if (!(error instanceof InvalidWriteOptions)) throw error;
      this.#send(batchRefused(correlation, error.stream, badRequest(error.message)));
      return undefined;
    }
  }

  #timeout({ deadlineAt, deadlineIn }: WriteOptions): number {
    const timeout = deadlineIn ?? (deadlineAt === undefined ? DEFAULT_TIMEOUT_MS : deadlineAt - this.now());
    return Math.min(Math.max(timeout, 0), LONGEST_TIMER_MS);
  }

  async #write(correlation: Correlation, batch: OpenBatch): Promise<void> {
    const { options, events } = batch;
    if (this.#timeout(options) === 0) return this.#refuse(correlation, batch, TIMEOUT);
    this.#close(correlation, batch);
    try {
      const result = await this.log.append(options.stream, options.expected, events);
      this.#send(answerTo(correlation, options, result));
    } catch (error) {
      this.fail(error);
    }
  }

  #refuse(correlation: Correlation, batch: OpenBatch, refusal: BatchRefusal): void {
    this.#close(correlation, batch);
    this.#send(batchRefused(correlation, batch.options.stream, refusal));
  }

  #close(correlation: Correlation, batch: OpenBatch): void {
    clearTimeout(batch.expiry);
    this.#open.delete(correlation.id);
  }

  #send(answer: Buffer): void {
    if (this.#isOver) return;
    const isFlowing = this.call.write(answer);
    if (!isFlowing && this.call.writableLength > MAX_UNREAD_ANSWERS && !this.call.isPaused()) this.#waitForClient();
  }

  /** Takes no more appends from a client that does not read the answers. */
  #waitForClient(): void {
    this.call.pause();
    this.call.once('drain', () => this.call.resume());
  }

  /** Ends the whole call: the client cannot know which batches were kept, and must look. */
  fail(error: unknown): void {
    if (!this.#isOver) this.call.emit('error', toRpcError(error));
    this.abandon();
  }
}

/** Adds a chunk's events; answers why it cannot. */
function collect(batch: OpenBatch, events: readonly WireReader[]): BatchRefusal | undefined {
  try {
    for (const reader of events) {
      const event = readProposedEvent(reader);
      batch.bytes += event.data.length;
      if (batch.bytes > MAX_APPEND_BYTES) return TOO_LARGE;
      batch.events.push(event);
    }
    return undefined;
  } catch (error) {
    if (error instanceof MalformedMessage) return badRequest(error.message);
    throw error;
  }
}

function answerTo(correlation: Correlation, { stream, expected }: WriteOptions, result: WriteResult): Buffer {
  switch (result.kind) {
    case 'written':
      return batchAppended(correlation, stream, result);
    case 'wrong-revision':
      return batchRefused(correlation, stream, {
        code: status.ALREADY_EXISTS,
        kind: 'WrongExpectedVersion',
        detail: wrongExpectedVersionDetail(expected, result.lastRevision),
      });
    case 'deleted':
      return batchRefused(correlation, stream, {
        code: status.NOT_FOUND,
        kind: 'StreamDeleted',
        detail: streamDeletedDetail(stream),
      });
  }
}

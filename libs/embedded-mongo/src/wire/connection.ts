import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Doc } from '../bson/values.js';
import { cutMessage, encodeReply, parseMessage, ProtocolError, type Request } from './message.js';

/** What the server keeps about a connection. */
export interface Connection {
  readonly id: number;
  /** `host:port` of the client. */
  readonly peer: string;
  /** What the client said about itself in its first hello. */
  readonly client: { appName: string | undefined };
  /** Aborted when the connection ends, so that nothing waits for a client that has gone. */
  readonly closed: AbortSignal;
}

/** Answers a request with an encoded document, or ends the connection with undefined. Must not throw: a refusal is an answer too. */
export type Answer = (request: Request, connection: Connection) => Promise<Buffer | undefined>;

/**
 * Serves one connection: one request after another, reading no further while an answer is on its way out, so that a
 * slow client slows down only itself. Ends when the client does or speaks another protocol.
 */
export async function serve(socket: Socket, id: number, answer: Answer): Promise<void> {
  const closing = new AbortController();
  socket.once('close', () => {
    closing.abort();
  });
  const connection: Connection = { id, peer: `${socket.remoteAddress ?? ''}:${String(socket.remotePort ?? 0)}`, client: { appName: undefined }, closed: closing.signal };
  try {
    for await (const bytes of messages(socket)) {
      const request = parseMessage(bytes);
      // A monitor's hello is answered again and again without being asked, until the monitor goes.
      const repeats = request.exhaustAllowed && awaitsChange(request.body);
      do {
        const reply = await answer(request, connection);
        if (!reply) return;
        if (!request.answered || socket.destroyed) break;
        if (!socket.write(encodeReply(request, reply, repeats))) await once(socket, 'drain', { signal: closing.signal });
      } while (repeats);
    }
  } catch (error) {
    if (!isDisconnect(error) && !(error instanceof ProtocolError)) throw error;
  } finally {
    socket.destroy();
  }
}

/** A hello that names the state its sender has seen waits for another one (MongoDB's streaming server monitoring). */
export const awaitsChange = (body: Doc): boolean => body['topologyVersion'] !== undefined && body['maxAwaitTimeMS'] !== undefined;

async function* messages(socket: Socket): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    // Joining only once enough has come keeps a large message from being copied again with every chunk.
    if (held.length + size < expected(held, chunks[0])) continue;
    held = held.length === 0 && chunks.length === 1 ? chunk : Buffer.concat([held, ...chunks]);
    chunks = [];
    size = 0;
    for (let message = cutMessage(held); message; message = cutMessage(held)) {
      held = held.subarray(message.length);
      yield message;
    }
  }
}

/** @returns how many bytes the message at the front has, as far as that is known */
function expected(held: Buffer, next: Buffer | undefined): number {
  const head = held.length >= 4 ? held : Buffer.concat([held, next?.subarray(0, 4) ?? Buffer.alloc(0)]);
  return head.length < 4 ? 4 : head.readInt32LE(0);
}

const isDisconnect = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && ['ECONNRESET', 'EPIPE', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code));

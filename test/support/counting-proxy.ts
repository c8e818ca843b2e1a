import { once } from 'node:events';
import { connect, createServer, type ClientHttp2Session, type Http2Server, type IncomingHttpHeaders, type IncomingHttpStatusHeader, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** Bytes before each gRPC message: a flag, and the message's length as a 32-bit number. */
const PREFIX_BYTES = 5;

/** Counts the gRPC messages in a stream of bytes, however it is cut into chunks. */
class MessageCounter {
  private prefix = Buffer.alloc(0);
  private bodyLeft = 0;

  constructor(private readonly counted: () => void) {}

  take(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      if (this.bodyLeft > 0) {
        const skipped = Math.min(this.bodyLeft, rest.length);
        this.bodyLeft -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const missing = PREFIX_BYTES - this.prefix.length;
      this.prefix = Buffer.concat([this.prefix, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.prefix.length < PREFIX_BYTES) return;
      this.bodyLeft = this.prefix.readUInt32BE(1);
      this.prefix = Buffer.alloc(0);
      this.counted();
    }
  }
}

/** Stands between a gRPC client and its server, passes everything on, and counts the messages that the client sends, by method. */
export class CountingProxy {
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly counts = new Map<string, number>();

  private constructor(
    private readonly server: Http2Server,
    private readonly upstream: ClientHttp2Session,
  ) {
    server.on('session', (session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
    });
    server.on('stream', (stream, headers) => this.forward(stream, headers));
  }

  /** Listens on a free loopback port in front of `target` (`http://host:port`). */
  static async start(target: string): Promise<CountingProxy> {
    const upstream = connect(target);
    await once(upstream, 'connect');
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CountingProxy(server, upstream);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Messages sent so far: last part of the method's path (`BatchAppend`, `Read`) → number. */
  messages(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const session of this.sessions) session.destroy();
    this.upstream.destroy();
    await closed;
  }

  private forward(downstream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const method = headers[':path']?.split('/').at(-1) ?? '';
    const counter = new MessageCounter(() => this.counts.set(method, (this.counts.get(method) ?? 0) + 1));
    const call = this.upstream.request(headers, { endStream: false });
    downstream.on('data', (chunk: Buffer) => counter.take(chunk));
    downstream.pipe(call);
    call.on('response', (answer: IncomingHttpHeaders & IncomingHttpStatusHeader, flags: number) => {
      const isTrailersOnly = (flags & 1) !== 0;
      downstream.respond(answer, { waitForTrailers: !isTrailersOnly, endStream: isTrailersOnly });
      if (!isTrailersOnly) call.pipe(downstream);
    });
    let trailers: IncomingHttpHeaders = {};
    call.on('trailers', (received: IncomingHttpHeaders) => (trailers = received));
    downstream.on('wantTrailers', () => downstream.sendTrailers(trailers));
    // A broken side breaks the other: what the client does about it is its own business.
    downstream.on('error', () => call.destroy()).on('aborted', () => call.close());
    call.on('error', () => downstream.destroy());
  }
}

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deserialize, serialize, type Document } from 'bson';

const HEADER_BYTES = 16;
const OP_MSG = 2013;

/** @returns an OP_MSG with a command, and with documents beside it as a sequence of the name given */
export function message(command: Document, sequence?: { readonly name: string; readonly documents: readonly Uint8Array[] }): Buffer {
  const parts = [Buffer.alloc(4), Buffer.from([0]), serialize(command)];
  if (sequence) {
    const content = Buffer.concat([Buffer.from(`${sequence.name}\0`), ...sequence.documents]);
    const size = Buffer.alloc(4);
    size.writeInt32LE(content.length + 4);
    parts.push(Buffer.from([1]), size, content);
  }
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + body.length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([header, body]);
}

/** A connection that sends just the bytes it is given and reads only when it is told to. */
export class RawClient {
  private chunks: Buffer[] = [];

  private constructor(readonly socket: Socket) {
    socket.pause();
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** @returns the next answer */
  async answer(): Promise<Document> {
    const length = (await this.take(4, false)).readInt32LE(0);
    return deserialize((await this.take(length, true)).subarray(HEADER_BYTES + 5));
  }

  /** @returns the next bytes. @param removes whether they do not come again */
  private async take(count: number, removes: boolean): Promise<Buffer> {
    for (let size = this.chunks.reduce((sum, { length }) => sum + length, 0); size < count; ) {
      const chunk = this.socket.read() as Buffer | null;
      if (!chunk) await once(this.socket, 'readable');
      else {
        this.chunks.push(chunk);
        size += chunk.length;
      }
    }
    const bytes = Buffer.concat(this.chunks);
    this.chunks = [bytes.subarray(removes ? count : 0)];
    return bytes.subarray(0, count);
  }

  async ask(...parts: Parameters<typeof message>): Promise<Document> {
    this.socket.write(message(...parts));
    return this.answer();
  }

  close(): void {
    this.socket.destroy();
  }
}

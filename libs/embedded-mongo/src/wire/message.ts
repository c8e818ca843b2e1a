import { decode, type Doc } from '../bson/values.js';

/** Largest message, in bytes, as in MongoDB. */
export const MAX_MESSAGE_BYTES = 48_000_000;

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const CHECKSUM_PRESENT = 1 << 0;
const MORE_TO_COME = 1 << 1;
const EXHAUST_ALLOWED = 1 << 16;
const CHECKSUM_BYTES = 4;

/** A client's message, either an OP_MSG or one of the OP_QUERY a driver opens a connection with. */
export interface Request {
  readonly id: number;
  readonly legacy: boolean;
  /** The command. Its database is in `$db`. */
  readonly body: Doc;
  /** Documents sent beside the command, undecoded, by the name of the field they belong to. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  /** Whether the client waits for an answer. */
  readonly answered: boolean;
  /** Whether the client takes further answers without asking again. */
  readonly exhaustAllowed: boolean;
}

/** The bytes are not a message of the protocol; the connection cannot go on. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/**
 * Cuts the first message off a stream of bytes.
 * @returns the message's bytes, or undefined if it is not complete
 * @throws ProtocolError for an impossible length
 */
export function cutMessage(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 4) return undefined;
  const length = bytes.readInt32LE(0);
  if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw new ProtocolError(`message length ${String(length)} is out of range`);
  return bytes.length < length ? undefined : bytes.subarray(0, length);
}

/** @throws ProtocolError when the message is malformed or of an unknown kind */
export function parseMessage(bytes: Buffer): Request {
  const id = bytes.readInt32LE(4);
  const opCode = bytes.readInt32LE(12);
  try {
    if (opCode === OP_MSG) return parseMsg(id, bytes);
    if (opCode === OP_QUERY) return parseQuery(id, bytes);
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError(error instanceof Error ? error.message : String(error));
  }
  throw new ProtocolError(`operation code ${String(opCode)} is not supported`);
}

/** OP_MSG: flags, then one body section and any number of document sequences (MongoDB wire protocol, OP_MSG). */
function parseMsg(id: number, bytes: Buffer): Request {
  const flags = bytes.readUInt32LE(HEADER_BYTES);
  const end = bytes.length - (flags & CHECKSUM_PRESENT ? CHECKSUM_BYTES : 0);
  const sequences = new Map<string, readonly Buffer[]>();
  let body: Doc | undefined;
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const kind = bytes[at];
    const size = bytes.readInt32LE(at + 1);
    if (size < 5 || at + 1 + size > end) throw new ProtocolError('a section exceeds its message');
    const section = bytes.subarray(at + 1, at + 1 + size);
    if (kind === 0) body = decode(section);
    else if (kind === 1) {
      const { name, documents } = parseSequence(section);
      sequences.set(name, documents);
    } else throw new ProtocolError(`section kind ${String(kind)} is not supported`);
    at += 1 + size;
  }
  if (!body) throw new ProtocolError('a message needs a body');
  return { id, legacy: false, body, sequences, answered: (flags & MORE_TO_COME) === 0, exhaustAllowed: (flags & EXHAUST_ALLOWED) !== 0 };
}

function parseSequence(section: Buffer): { name: string; documents: Buffer[] } {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('a document sequence needs a name');
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < section.length; ) {
    const size = section.readInt32LE(at);
    if (size < 5 || at + size > section.length) throw new ProtocolError('a document exceeds its sequence');
    documents.push(section.subarray(at, at + size));
    at += size;
  }
  return { name: section.toString('utf8', 4, nameEnd), documents };
}

/** OP_QUERY lives on only for the first hello of a connection: flags, `<db>.$cmd`, skip, return count, command. */
function parseQuery(id: number, bytes: Buffer): Request {
  const nameEnd = bytes.indexOf(0, HEADER_BYTES + 4);
  const collection = bytes.toString('utf8', HEADER_BYTES + 4, nameEnd);
  if (!collection.endsWith('.$cmd')) throw new ProtocolError('OP_QUERY is supported for commands only');
  const start = nameEnd + 1 + 8;
  const body = decode(bytes.subarray(start, start + bytes.readInt32LE(start)));
  return { id, legacy: true, body: { ...body, $db: collection.slice(0, -'.$cmd'.length) }, sequences: new Map(), answered: true, exhaustAllowed: false };
}

/** @param body the answer as an encoded document. @param moreToCome whether another answer follows unasked. @returns the message that carries it */
export function encodeReply(request: Request, body: Buffer, moreToCome = false): Buffer {
  const extra = request.legacy ? 20 : 5;
  const out = Buffer.alloc(HEADER_BYTES + extra + body.length);
  out.writeInt32LE(out.length, 0);
  out.writeInt32LE(request.id, 8);
  out.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  // OP_REPLY has flags, cursor id and start, all zero, and the number of documents; OP_MSG flags and section kind, all zero.
  if (request.legacy) out.writeInt32LE(1, HEADER_BYTES + 16);
  else if (moreToCome) out.writeUInt32LE(MORE_TO_COME, HEADER_BYTES);
  body.copy(out, HEADER_BYTES + extra);
  return out;
}

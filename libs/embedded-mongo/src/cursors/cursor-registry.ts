import { randomBytes } from 'node:crypto';
import { Long } from 'bson';
import { CommandError } from '../errors.js';
import { rawArray, rawDocument } from '../bson/raw.js';
import { toNumber, type Doc } from '../bson/values.js';
import type { Transaction } from '../storage/transaction.js';

/** A result that clients fetch batch by batch. */
export interface Cursor {
  readonly namespace: string;
  /** Encoded documents still to come. */
  readonly documents: Iterator<Buffer, void, undefined>;
  /** The transaction it was opened in, which its batches are read in too. */
  readonly transaction: Transaction | undefined;
}

/** A result that goes on as long as there are changes. */
export interface TailingCursor {
  readonly namespace: string;
  /** @returns what has come since the last batch; `ended` when nothing will come any more */
  read(size: number): { readonly documents: Buffer[]; readonly ended: boolean };
  /** @returns where to go on after everything read so far */
  resumeToken(): Doc;
  /** Resolves when there may be more, when the time is over (milliseconds) or when the client has gone. */
  wait(milliseconds: number, closed: AbortSignal): Promise<void>;
}

/** Documents of a first batch if the client does not say, as in MongoDB. */
const DEFAULT_FIRST_BATCH = 101;
/** Bytes of documents per batch. The documents a reply holds may not exceed 16 MB. */
export const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const IDLE_MS = 10 * 60_000;

interface Entry {
  readonly cursor: Cursor;
  /** A document that did not fit the batch before. */
  held: Buffer | undefined;
  usedAt: number;
  readonly session: string | undefined;
}

/** One batch of encoded documents. */
interface Batch {
  readonly documents: Buffer[];
  readonly exhausted: boolean;
}

/** The cursors that are open between two requests. */
export class CursorRegistry {
  private readonly cursors = new Map<string, Entry>();
  private readonly tailing = new Map<string, { readonly cursor: TailingCursor; usedAt: number }>();

  /**
   * Answers with the first batch and keeps the cursor if more is to come.
   * @param size documents in the batch; undefined for the default
   * @param single whether the cursor is closed after the first batch
   */
  open(cursor: Cursor, size: number | undefined, single: boolean, session: string | undefined): Buffer {
    const entry: Entry = { cursor, held: undefined, usedAt: Date.now(), session };
    const { documents, exhausted } = fill(entry, size ?? DEFAULT_FIRST_BATCH);
    if (exhausted || single) return cursorReply('firstBatch', cursor.namespace, 0n, documents);
    const id = newCursorId();
    this.cursors.set(id.toString(), entry);
    return cursorReply('firstBatch', cursor.namespace, id, documents);
  }

  /** Keeps a tailing cursor and answers with its first batch. */
  openTailing(cursor: TailingCursor, size: number | undefined): Buffer {
    const id = newCursorId();
    const { documents, ended } = cursor.read(size ?? DEFAULT_FIRST_BATCH);
    if (!ended) this.tailing.set(id.toString(), { cursor, usedAt: Date.now() });
    return cursorReply('firstBatch', cursor.namespace, ended ? 0n : id, documents, { postBatchResumeToken: cursor.resumeToken() });
  }

  /** @returns a tailing cursor, or undefined if the number is not one's */
  getTailing(id: bigint): TailingCursor | undefined {
    return this.tailing.get(id.toString())?.cursor;
  }

  /** The next batch of a tailing cursor: what there is, or what comes within the time (milliseconds). */
  async nextTailing(id: bigint, cursor: TailingCursor, size: number | undefined, milliseconds: number, closed: AbortSignal): Promise<Buffer> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const { documents, ended } = cursor.read(size ?? Infinity);
      const left = deadline - Date.now();
      if (documents.length === 0 && !ended && left > 0 && !closed.aborted) {
        await cursor.wait(left, closed);
        continue;
      }
      const kept = this.tailing.get(id.toString());
      if (kept) kept.usedAt = Date.now();
      if (ended || closed.aborted) this.tailing.delete(id.toString());
      return cursorReply('nextBatch', cursor.namespace, ended ? 0n : id, documents, { postBatchResumeToken: cursor.resumeToken() });
    }
  }

  /** @throws CommandError CursorNotFound */
  get(id: bigint): Cursor {
    return this.entry(id).cursor;
  }

  /** @param size documents in the batch; undefined for as many as fit */
  next(id: bigint, size: number | undefined): Buffer {
    const entry = this.entry(id);
    entry.usedAt = Date.now();
    // Kept only if more is to come: a cursor that failed must not look as if it had come to its end.
    this.cursors.delete(id.toString());
    const { documents, exhausted } = fill(entry, size ?? Infinity);
    if (!exhausted) this.cursors.set(id.toString(), entry);
    return cursorReply('nextBatch', entry.cursor.namespace, exhausted ? 0n : id, documents);
  }

  /** @returns whether there was such a cursor */
  kill(id: bigint): boolean {
    const entry = this.cursors.get(id.toString());
    entry?.cursor.documents.return?.();
    return this.cursors.delete(id.toString()) || this.tailing.delete(id.toString());
  }

  /** Closes the cursors of a session that ended. */
  endSession(session: string): void {
    for (const [id, entry] of this.cursors) if (entry.session === session) this.kill(BigInt(id));
  }

  /** Closes cursors unused for ten minutes. @param now milliseconds since the epoch */
  expire(now: number): void {
    for (const [id, { usedAt }] of [...this.cursors, ...this.tailing]) if (now - usedAt > IDLE_MS) this.kill(BigInt(id));
  }

  get size(): number {
    return this.cursors.size + this.tailing.size;
  }

  private entry(id: bigint): Entry {
    const entry = this.cursors.get(id.toString());
    if (!entry) throw new CommandError('CursorNotFound', `cursor id ${id.toString()} not found`);
    return entry;
  }
}

/** Looks one document ahead, so that a cursor whose last document is out is closed at once. */
function fill(entry: Entry, size: number): Batch {
  const documents: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const next = entry.held ?? take(entry.cursor.documents);
    entry.held = undefined;
    if (!next) return { documents, exhausted: true };
    if (documents.length >= size || (documents.length > 0 && bytes + next.length > MAX_BATCH_BYTES)) {
      entry.held = next;
      return { documents, exhausted: false };
    }
    documents.push(next);
    bytes += next.length;
  }
}

function take(documents: Iterator<Buffer, void, undefined>): Buffer | undefined {
  const { done, value } = documents.next();
  return done ? undefined : (value ?? undefined);
}

/** @returns an encoded reply with a batch of encoded documents, and a resume token for change streams */
export function cursorReply(name: 'firstBatch' | 'nextBatch', namespace: string, id: bigint, documents: readonly Buffer[], more: Readonly<Record<string, unknown>> = {}): Buffer {
  const cursor = rawDocument({ id: Long.fromBigInt(id), ns: namespace, ...more }, { [name]: { type: 'array', bytes: rawArray(documents) } });
  return rawDocument({ ok: 1 }, { cursor: { type: 'document', bytes: cursor } });
}

/** @returns a random positive 63-bit number, so that one client cannot guess another's cursor */
function newCursorId(): bigint {
  return (randomBytes(8).readBigUInt64BE() >> 1n) | 1n;
}

/** @returns the number of a cursor as a client sends it */
export function cursorId(value: unknown): bigint {
  if (value instanceof Long) return value.toBigInt();
  const number = toNumber(value);
  if (number === undefined || !Number.isSafeInteger(number)) throw new CommandError('TypeMismatch', 'a cursor id must be a long');
  return BigInt(number);
}

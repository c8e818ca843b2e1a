import { CommandError } from '../errors.js';
import { encodeKey } from '../bson/order.js';
import { decode, encode, newId, type Doc } from '../bson/values.js';
import type { Change } from './changes.js';
import type { Collection, StoredDocument } from './collection.js';

/** Largest document, in bytes, as in MongoDB. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Decides whether a writer may touch a document now. @throws when another writer is in the way */
export type Claim = (conflictKey: string) => void;

/**
 * The writes of one command: applied at once inside the current SQLite savepoint, remembered for the oplog, for the
 * snapshots of open transactions and for the document counts.
 */
export class WriteUnit {
  readonly changes: Change[] = [];

  constructor(private readonly claim: Claim) {}

  /**
   * Stores a new document; an `_id` is added if it has none, and moved to the front.
   * @param raw the document's bytes if the caller has them
   * @returns the `_id`
   * @throws CommandError DuplicateKey, BSONObjectTooLarge, BadValue for an `_id` that is an array or a regex
   */
  insert(collection: Collection, doc: Doc, raw?: Buffer): unknown {
    const hasLeadingId = Object.keys(doc)[0] === '_id';
    const stored = hasLeadingId ? doc : { _id: doc['_id'] ?? newId(), ...withoutId(doc) };
    const id = stored['_id'];
    checkId(id);
    const body = raw && hasLeadingId ? raw : encode(stored);
    checkSize(body);
    const conflictKey = keyOf(collection, id);
    this.claim(conflictKey);
    const rid = collection.allocateRow();
    collection.insert(rid, body, stored);
    this.changes.push({ collection, rid, id, conflictKey, before: undefined, after: body, kind: 'insert' });
    return id;
  }

  /** Puts another form of a document in its place. @throws CommandError DuplicateKey, BSONObjectTooLarge */
  replace(collection: Collection, stored: StoredDocument, before: Doc, after: Doc, kind: 'update' | 'replace'): void {
    const body = encode(after);
    checkSize(body);
    const conflictKey = keyOf(collection, before['_id']);
    this.claim(conflictKey);
    collection.replace(stored.rid, before, body, after);
    this.changes.push({ collection, rid: stored.rid, id: before['_id'], conflictKey, before: stored.body, after: body, kind });
  }

  remove(collection: Collection, stored: StoredDocument, doc: Doc = decode(stored.body)): void {
    const conflictKey = keyOf(collection, doc['_id']);
    this.claim(conflictKey);
    collection.remove(stored.rid, doc);
    this.changes.push({ collection, rid: stored.rid, id: doc['_id'], conflictKey, before: stored.body, after: undefined, kind: 'delete' });
  }

  /** Writes what is written once per command: the document counts. */
  finish(): void {
    const deltas = new Map<Collection, number>();
    for (const { collection, before, after } of this.changes) {
      deltas.set(collection, (deltas.get(collection) ?? 0) + Number(after !== undefined) - Number(before !== undefined));
    }
    for (const [collection, delta] of deltas) collection.addToCount(delta);
  }
}

const keyOf = (collection: Collection, id: unknown): string => `${String(collection.id)}:${encodeKey(id).toString('latin1')}`;

function withoutId(doc: Doc): Doc {
  const { _id: _, ...rest } = doc;
  return rest;
}

function checkId(id: unknown): void {
  if (Array.isArray(id)) throw new CommandError('BadValue', "The '_id' value cannot be of type array");
  if (id === undefined) throw new CommandError('BadValue', "The '_id' value cannot be of type undefined");
}

function checkSize(body: Buffer): void {
  if (body.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError('BSONObjectTooLarge', `BSONObj size: ${String(body.length)} is invalid. Size must be between 0 and ${String(MAX_DOCUMENT_BYTES)}`);
  }
}

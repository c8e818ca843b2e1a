import { CommandError } from '../errors.js';
import { checkId, idOf, withLeadingId } from '../bson/ids.js';
import { encodeKey } from '../bson/order.js';
import { conflictKey, type Change } from './changes.js';
import type { Collection } from './collection.js';
import { StoredDocument } from './stored-document.js';

/** Largest document, in bytes, as in MongoDB. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Decides whether a writer may touch a document now. @throws when another writer is in the way */
export type Claim = (conflictKey: string) => void;

/** The writes of one command: stored at once, and remembered for what has to be done once per command. */
export class WriteUnit {
  readonly changes: Change[] = [];

  /** @param store puts a change where it belongs: into the collection, or into the transaction that makes it */
  constructor(
    private readonly claim: Claim,
    private readonly store: (change: Change) => void,
  ) {}

  /**
   * Stores a new document; an `_id` is added if it has none, and moved to the front.
   * @returns the document as it is stored
   * @throws CommandError DuplicateKey, BSONObjectTooLarge, InvalidIdField for an `_id` that is an array or a regex
   */
  insert(collection: Collection, given: Buffer): StoredDocument {
    const body = withLeadingId(given);
    const id = idOf(body);
    checkId(id);
    checkSize(body);
    const rid = collection.allocateRow();
    this.change(collection, rid, id, undefined, body, 'insert');
    return new StoredDocument(rid, body);
  }

  /**
   * Puts another form of a document in its place.
   * @throws CommandError DuplicateKey, BSONObjectTooLarge
   */
  replace(collection: Collection, { rid, id, body }: StoredDocument, after: Buffer, kind: 'update' | 'replace'): void {
    checkSize(after);
    this.change(collection, rid, id, body, after, kind);
  }

  remove(collection: Collection, { rid, id, body }: StoredDocument): void {
    this.change(collection, rid, id, body, undefined, 'delete');
  }

  private change(collection: Collection, rid: number, id: unknown, before: Buffer | undefined, after: Buffer | undefined, kind: Change['kind']): void {
    const idKey = encodeKey(id);
    const key = conflictKey(collection, idKey);
    this.claim(key);
    const entries = collection.entryChanges(rid, idKey, before, after);
    const change = { collection, rid, id, conflictKey: key, before, after, kind, indexes: collection.indexes, entries };
    this.store(change);
    this.changes.push(change);
  }
}

/** @throws CommandError BSONObjectTooLarge for a document larger than MongoDB takes */
export function checkSize(body: Buffer): void {
  if (body.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError('BSONObjectTooLarge', `BSONObj size: ${String(body.length)} is invalid. Size must be between 0 and ${String(MAX_DOCUMENT_BYTES)}`);
  }
}

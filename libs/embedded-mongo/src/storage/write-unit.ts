import { BSONRegExp } from 'bson';
import { CommandError } from '../errors.js';
import { encodeKey } from '../bson/order.js';
import { encode, isDoc, newId, type Doc } from '../bson/values.js';
import { conflictKey, type Change } from './changes.js';
import type { Collection } from './collection.js';
import type { StoredDocument } from './stored-document.js';

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
   * @param raw the document's bytes if the caller has them
   * @returns the `_id`
   * @throws CommandError DuplicateKey, BSONObjectTooLarge, InvalidIdField for an `_id` that is an array or a regex
   */
  insert(collection: Collection, doc: Doc, raw?: Buffer): unknown {
    const hasLeadingId = Object.keys(doc)[0] === '_id';
    const stored = hasLeadingId ? doc : { _id: doc['_id'] ?? newId(), ...withoutId(doc) };
    const id = stored['_id'];
    checkId(id);
    const body = raw && hasLeadingId ? raw : encode(stored);
    checkSize(body);
    const rid = collection.allocateRow();
    this.change(collection, { rid, id, before: undefined, after: body, kind: 'insert' }, undefined, stored);
    return id;
  }

  /**
   * Puts another form of a document in its place.
   * @param body the new form's bytes
   * @throws CommandError DuplicateKey, BSONObjectTooLarge
   */
  replace(collection: Collection, stored: StoredDocument, after: Doc, body: Buffer, kind: 'update' | 'replace'): void {
    checkSize(body);
    this.change(collection, { rid: stored.rid, id: stored.doc['_id'], before: stored.body, after: body, kind }, stored.doc, after);
  }

  remove(collection: Collection, stored: StoredDocument): void {
    this.change(collection, { rid: stored.rid, id: stored.doc['_id'], before: stored.body, after: undefined, kind: 'delete' }, stored.doc, undefined);
  }

  private change(collection: Collection, change: Pick<Change, 'rid' | 'id' | 'before' | 'after' | 'kind'>, before: Doc | undefined, after: Doc | undefined): void {
    const key = conflictKey(collection, encodeKey(change.id));
    this.claim(key);
    const complete = { ...change, collection, conflictKey: key, indexes: collection.indexes, entries: collection.entryChanges(change.rid, before, after) };
    this.store(complete);
    this.changes.push(complete);
  }
}

function withoutId(doc: Doc): Doc {
  const { _id: _, ...rest } = doc;
  return rest;
}

function checkId(id: unknown): void {
  if (Array.isArray(id)) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type array");
  if (id instanceof BSONRegExp) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type regex");
  const prefixed = isDoc(id) ? Object.keys(id).find((field) => field.startsWith('$')) : undefined;
  if (prefixed !== undefined) throw new CommandError('DollarPrefixedFieldName', `_id fields may not contain '$'-prefixed fields: ${prefixed} is not valid for storage.`);
  if (id === undefined) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type undefined");
}

function checkSize(body: Buffer): void {
  if (body.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError('BSONObjectTooLarge', `BSONObj size: ${String(body.length)} is invalid. Size must be between 0 and ${String(MAX_DOCUMENT_BYTES)}`);
  }
}

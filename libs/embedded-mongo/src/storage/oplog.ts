import { Timestamp } from 'bson';
import { decode, encode, isDoc, type Doc } from '../bson/values.js';
import { equalValues } from '../bson/order.js';
import { rawDocument } from '../bson/raw.js';
import type { Change, UpdateDescription } from './changes.js';
import { namespace } from './catalog.js';
import type { Database } from './database.js';

/** One change as a change stream reads it. */
export interface OplogEntry {
  readonly sequence: number;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly db: string;
  readonly collection: string;
  readonly kind: Change['kind'] | 'drop' | 'rename' | 'dropDatabase';
  /** Where a renamed collection went. */
  readonly to: { readonly db: string; readonly collection: string } | undefined;
  readonly id: unknown;
  /** The document after an insert or a replacement. */
  readonly document: Doc | undefined;
  readonly description: UpdateDescription | undefined;
}

const KEPT_ENTRIES = 100_000;
const TRIM_EVERY = 1_000;

/** A collection (`db.name`), a database (`db`) or everything (the empty text). */
export type WatchScope = string;

/**
 * The changes of watched collections in commit order, the oldest dropped: what change streams read and resume from. What
 * nobody has ever watched is not recorded, since nobody can resume it.
 */
export class Oplog {
  private readonly watched = new Set<WatchScope>();
  private readonly listeners = new Set<() => void>();
  private fresh = false;
  private committedTime = new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 });
  private appended = 0;

  constructor(private readonly database: Database) {
    this.reload();
  }

  /** @returns whether changes of a scope are recorded */
  isWatched(scope: WatchScope): boolean {
    return this.watched.has(scope);
  }

  /** Records the changes of a scope from now on; must run in a write. */
  watch(scope: WatchScope): void {
    this.database.prepare('INSERT OR IGNORE INTO watched (scope) VALUES (?)').run(scope);
    this.watched.add(scope);
  }

  /** Adds the changes of a commit; must run in its transaction. */
  append(changes: readonly Change[]): void {
    if (this.watched.size === 0) return;
    for (const change of changes) {
      const { db, name } = change.collection;
      if (this.records(db, name)) this.insert(db, name, entryOf(change));
    }
  }

  /** Adds the end of a collection. */
  appendDrop(db: string, collection: string): void {
    if (this.records(db, collection)) this.insert(db, collection, encode({ kind: 'drop' }));
  }

  /** Adds the new name of a collection. */
  appendRename(db: string, collection: string, to: { readonly db: string; readonly collection: string }): void {
    if (this.records(db, collection) || this.records(to.db, to.collection)) this.insert(db, collection, encode({ kind: 'rename', to }));
  }

  /** Adds the end of a database. */
  appendDropDatabase(db: string): void {
    if (this.watched.has(db) || this.watched.has('')) this.insert(db, '', encode({ kind: 'dropDatabase' }));
  }

  /** @returns the number of the newest entry, also of one already dropped; 0 if there never was one */
  get last(): number {
    return Number(this.database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'oplog'").get()?.[0] ?? 0);
  }

  /** @returns the time of the newest committed entry; of the start where there is none */
  get time(): Timestamp {
    return this.committedTime;
  }

  /** @returns whether every entry after a number is still there */
  reachesBack(after: number): boolean {
    const oldest = this.database.prepare('SELECT min(seq) FROM oplog').get()?.[0];
    return oldest === null || oldest === undefined ? after >= this.last : after >= Number(oldest) - 1;
  }

  /** @returns the number of the last entry before a time: seconds since the epoch, then the entry's own number */
  before(seconds: number, increment: number): number {
    const first = this.database.prepare('SELECT min(seq) FROM oplog WHERE at > ? OR (at = ? AND seq >= ?)').get(seconds, seconds, increment)?.[0];
    return first === null || first === undefined ? this.last : Number(first) - 1;
  }

  /** @returns up to `limit` entries after a number, in order */
  read(after: number, limit: number): OplogEntry[] {
    return this.database
      .prepare('SELECT seq, at, db, collection, entry FROM oplog WHERE seq > ? ORDER BY seq LIMIT ?')
      .all(after, limit)
      .map(([sequence, at, db, collection, entry]) => ({
        sequence: Number(sequence),
        at: Number(at),
        db: String(db),
        collection: String(collection),
        ...(decode(entry as Buffer) as unknown as Pick<OplogEntry, 'kind' | 'id' | 'document' | 'description' | 'to'>),
      }));
  }

  /** Calls back after each commit that added entries. @returns how to stop it */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells subscribers about what is now committed. */
  publish(): void {
    if (!this.fresh) return;
    this.fresh = false;
    this.noteTime();
    for (const listener of this.listeners) listener();
  }

  /** Reads from SQLite what is watched, and forgets entries that were rolled back. */
  reload(): void {
    this.fresh = false;
    this.watched.clear();
    for (const [scope] of this.database.prepare('SELECT scope FROM watched').all()) this.watched.add(String(scope));
    this.noteTime();
  }

  private noteTime(): void {
    const newest = this.database.prepare('SELECT seq, at FROM oplog ORDER BY seq DESC LIMIT 1').get();
    if (newest) this.committedTime = clusterTime({ sequence: Number(newest[0]), at: Number(newest[1]) });
  }

  private records(db: string, collection: string): boolean {
    return this.watched.has(namespace(db, collection)) || this.watched.has(db) || this.watched.has('');
  }

  private insert(db: string, collection: string, entry: Buffer): void {
    this.database
      .prepare('INSERT INTO oplog (at, db, collection, entry) VALUES (?, ?, ?, ?)')
      .run(Math.floor(Date.now() / 1000), db, collection, entry);
    this.fresh = true;
    if (++this.appended % TRIM_EVERY === 0) this.database.prepare('DELETE FROM oplog WHERE seq <= ?').run(this.last - KEPT_ENTRIES);
  }
}

/** @returns the time of an entry, which is unique: its second and its number */
export const clusterTime = ({ sequence, at }: Pick<OplogEntry, 'sequence' | 'at'>): Timestamp => new Timestamp({ t: at, i: sequence % 2 ** 32 });

function entryOf({ kind, id, before, after }: Change): Buffer {
  switch (kind) {
    case 'insert':
    case 'replace':
      return after ? rawDocument({ kind, id }, { document: { type: 'document', bytes: after } }) : encode({ kind, id });
    case 'update':
      return encode({ kind, id, ...(before && after && { description: { ...describeUpdate(decode(before), decode(after)) } }) });
    case 'delete':
      return encode({ kind, id });
  }
}

/** @returns the difference of two documents as dotted paths; an array that differs is reported whole */
function describeUpdate(before: Doc, after: Doc): UpdateDescription {
  const updatedFields: Doc = {};
  const removedFields: string[] = [];
  const compare = (from: Doc, to: Doc, prefix: string): void => {
    for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) removedFields.push(prefix + key);
    for (const key of Object.keys(to)) {
      const [old, now] = [from[key], to[key]];
      if (Object.hasOwn(from, key) && isDoc(old) && isDoc(now)) compare(old, now, `${prefix}${key}.`);
      else if (!Object.hasOwn(from, key) || !equalValues(old, now)) updatedFields[prefix + key] = now;
    }
  };
  compare(before, after, '');
  return { updatedFields, removedFields };
}

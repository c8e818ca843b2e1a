import { hash } from 'node:crypto';
import { isDamage } from './damage.js';
import type { Db } from './database.js';
import { HashIndex } from './hash-index.js';
import { NamesByNumber } from './names-by-number.js';
import { Query } from './query.js';

/** Streams whose hashes are stored together. */
const BLOCK = 4_096;
const HASH_BYTES = 4;

/**
 * The names of all streams, each with the small number by which events refer to it. Names are found by their hashes, which
 * are in memory: in an index on the disk nearly every new stream would change a page of its own. The hashes are stored in
 * blocks besides (`stream_hashes`), from which the next start has them at once.
 */
export class StreamNames {
  readonly #index = new HashIndex();
  /** By the group that is being written. */
  readonly #added = new Map<string, number>();
  readonly #byNumber: NamesByNumber;
  readonly #insert;
  readonly #insertBlock;
  readonly #namesAfter;

  /**
   * Reads the hashes, and the names that have none stored.
   *
   * @throws Error when they cannot be read: what is not found would be taken for new
   */
  constructor(db: Db) {
    this.#byNumber = new NamesByNumber(db, 'streams');
    this.#insert = db.prepare('INSERT INTO streams (name) VALUES (?)');
    this.#insertBlock = db.prepare('INSERT INTO stream_hashes VALUES (?, ?)');
    this.#namesAfter = new Query<[Buffer]>(db, `SELECT name FROM streams WHERE number > ? ORDER BY number LIMIT ${BLOCK}`);
    try {
      db.transaction(() => this.#load(db))();
    } catch (error) {
      throw isDamage(error) ? new Error('the database is damaged, restore a backup: the names of its streams cannot be read', { cause: error }) : error;
    }
  }

  /** The number of a name, or undefined when the name was never used. */
  find(name: string): number | undefined {
    return this.#added.get(name) ?? this.#index.find(hashOf(name), (candidate) => this.#byNumber.find(candidate) === name);
  }

  /** Gives a number to a name that has none. Only inside a transaction. */
  add(name: string): number {
    const number = Number(this.#insert.run([Buffer.from(name)]).lastInsertRowid);
    this.#added.set(name, number);
    if (number % BLOCK === 0) this.#storeBlock(number / BLOCK, this.#hashesAfter(number - BLOCK));
    return number;
  }

  /** @throws Error when no name has this number, which only a damaged database can cause */
  nameOf(number: number): string {
    return this.#byNumber.nameOf(number);
  }

  /** Keeps what was added. */
  commit(): void {
    for (const [name, number] of this.#added) this.#index.add(hashOf(name), number);
    this.#added.clear();
  }

  /** Forgets what was added. */
  drop(): void {
    this.#added.clear();
    this.#byNumber.forgetCached();
  }

  #load(db: Db): void {
    let stored = 0;
    for (const [hashes] of new Query<[Buffer]>(db, 'SELECT hashes FROM stream_hashes ORDER BY block').each()) {
      for (let at = 0; at < hashes.length; at += HASH_BYTES) this.#index.add(hashes.readUInt32LE(at), ++stored);
    }
    for (let isFull = true; isFull; ) {
      const hashes = this.#hashesAfter(stored);
      for (const hash of hashes) this.#index.add(hash, ++stored);
      isFull = hashes.length === BLOCK;
      if (isFull) this.#storeBlock(stored / BLOCK, hashes);
    }
  }

  /** Of the streams after a number, a block of them at most. */
  #hashesAfter(number: number): number[] {
    return this.#namesAfter.all(number).map(([name]) => hashOf(name));
  }

  #storeBlock(block: number, hashes: readonly number[]): void {
    const bytes = Buffer.alloc(hashes.length * HASH_BYTES);
    hashes.forEach((hash, place) => bytes.writeUInt32LE(hash, place * HASH_BYTES));
    this.#insertBlock.run([block, bytes]);
  }
}

/** 32 bits of SHA-1: nobody happens upon many names with one hash. */
const hashOf = (name: string | Buffer): number => parseInt(hash('sha1', name).slice(0, 8), 16);

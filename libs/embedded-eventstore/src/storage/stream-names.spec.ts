import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Db } from './database.js';
import { StreamNames } from './stream-names.js';

/** Streams whose hashes are stored together. */
const BLOCK = 4_096;

let directory: string;
let db: Db;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stream-names-'));
  db = openDatabase(join(directory, 'events.sqlite'));
});

afterEach(() => {
  db.close();
  rmSync(directory, { recursive: true });
});

const named = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

describe('names of streams', () => {
  it('are found after a restart where a block was filled by names that were taken back', () => {
    const names = new StreamNames(db);
    const add = (added: readonly string[]): number[] => added.map((name) => names.add(name));
    const first = named('first', BLOCK - 3);
    db.transaction(() => add(first))();
    names.commit();
    expect(() =>
      db.transaction(() => {
        add(named('refused', 10));
        throw new Error('the disk is full');
      })(),
    ).toThrow('the disk is full');
    names.drop();
    const others = named('other', 3);
    const numbers = db.transaction(() => add(others))();
    names.commit();
    expect(numbers).toEqual([BLOCK - 2, BLOCK - 1, BLOCK]);

    for (const known of [names, new StreamNames(db)]) {
      const all = [...first, ...others];
      expect(all.map((name) => known.find(name))).toEqual(all.map((_, n) => n + 1));
      expect(named('refused', 10).map((name) => known.find(name))).toEqual(Array(10).fill(undefined));
    }
  });
});

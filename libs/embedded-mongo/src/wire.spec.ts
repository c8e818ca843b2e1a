import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { startFixture, type Fixture } from './server.fixture.js';
import { RawClient } from './wire.fixture.js';

let fixture: Fixture;
let raw: RawClient;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(() => fixture.close());

beforeEach(async () => {
  raw = await RawClient.connect(fixture.node.port);
});

afterEach(() => {
  raw.close();
});

describe('a document that is not BSON all the way down', () => {
  const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) });
  const inner = Buffer.from(serialize({ _id: 1, a: { b: 'text', c: [1, 2] } }));

  function broken(at: Buffer, change: (bytes: Buffer, at: number) => void): Buffer {
    const bytes = Buffer.from(inner);
    change(bytes, bytes.indexOf(at));
    return bytes;
  }

  const cases = {
    'a text longer than its document': broken(Buffer.from('text\0'), (bytes, at) => bytes.writeInt32LE(600, at - 4)),
    'a text without its end': broken(Buffer.from('text\0'), (bytes, at) => bytes.writeUInt8(1, at + 4)),
    'a document longer than the one it is in': broken(Buffer.from('a\0'), (bytes, at) => bytes.writeInt32LE(4_000, at + 2)),
    'an unknown type': broken(Buffer.from('b\0'), (bytes, at) => bytes.writeUInt8(0x44, at - 1)),
  };

  it.each(Object.entries(cases))('is refused: %s', async (_, document) => {
    const inserted = await raw.ask({ insert: 'broken', $db: 'trade' }, { name: 'documents', documents: [document] });
    expect(inserted['writeErrors']).toMatchObject([{ index: 0, code: 22 }]);
    const upsert = Buffer.from(serialize({ q: { _id: 2 }, u: { x: 'u' }, upsert: true }));
    const u = upsert.indexOf('x\0') - 5;
    const statement = Buffer.concat([upsert.subarray(0, u), document, upsert.subarray(u + upsert.readInt32LE(u))]);
    statement.writeInt32LE(statement.length, 0);
    expect(JSON.stringify(await raw.ask({ update: 'broken', $db: 'trade' }, { name: 'updates', documents: [statement] }))).toContain('InvalidBSON');
    expect(await fixture.db.collection('broken').find().toArray()).toEqual([]);
  });

  it('is refused where it is nested further than MongoDB takes', async () => {
    const insert = (depth: number) => raw.ask({ insert: 'nested', $db: 'trade' }, { name: 'documents', documents: [serialize({ _id: depth, a: nested(depth) })] });
    expect(await insert(190)).toMatchObject({ ok: 1, n: 1 });
    expect(await insert(250)).toMatchObject({ n: 0, writeErrors: [{ code: 15 }] });
    expect(await fixture.db.collection('nested').countDocuments()).toBe(1);
  });
});

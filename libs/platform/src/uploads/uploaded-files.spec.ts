import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { MongoClient, type Db } from 'mongodb';
import { EmbeddedMongo } from '#embedded-mongo';
import { companyId } from '#event-sourcing';
import { UploadedFiles } from './uploaded-files.js';
import { SAMPLES } from './samples.fixture.js';

const OWNER = { ownerId: '185002-45864', companyId: companyId('acme') };
const LATER = new Date(Date.now() + 60_000);

let directory: string;
let mongo: EmbeddedMongo;
let client: MongoClient;
let db: Db;
let files: UploadedFiles;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-uploads-'));
  mongo = await EmbeddedMongo.start({ dataDir: directory, port: 0 });
  client = new MongoClient(mongo.connectionString);
});

beforeEach(async () => {
  db = client.db('declarations');
  await db.dropDatabase();
  files = new UploadedFiles(db, { bucket: 'declarations', rule: '9710-R25' });
});

afterAll(async () => {
  await client.close();
  await mongo.stop();
  await rm(directory, { recursive: true, force: true });
});

const arriving = (...pieces: Buffer[]): AsyncIterable<Buffer> => Readable.from(pieces);

const brokenOff = (piece: Buffer): AsyncIterable<Buffer> =>
  Readable.from(
    (function* () {
      yield piece;
      throw new Error('the connection is gone');
    })(),
  );

const left = async (): Promise<Record<string, number>> => {
  const counts = await Promise.all(['files', 'chunks', 'pending'].map(async (part) => [part, await db.collection(`declarations.${part}`).countDocuments()] as const));
  return Object.fromEntries(counts);
};

describe('the store of uploaded files', () => {
  it('gives back what it was given, under the same id for the same content of the same owner', async () => {
    const large = Buffer.concat([SAMPLES.pdf, Buffer.alloc(700_000, 1), SAMPLES.pdf]);
    const { fileId, copy, bytes } = await files.store(arriving(large.subarray(0, 1000), large.subarray(1000)), OWNER);
    await files.keep(copy);
    const content = await files.open({ ownerId: OWNER.ownerId, fileId });
    expect(content && (await buffer(content)).equals(large)).toBe(true);
    expect(bytes).toBe(large.length);
    expect((await files.store(arriving(large), OWNER)).fileId).toBe(fileId);
    expect((await files.store(arriving(large), { ...OWNER, ownerId: '185002-46889' })).fileId).not.toBe(fileId);
    expect(await files.open({ ownerId: '185002-46889', fileId })).toBeUndefined();
  });

  it('keeps nothing of a file that is refused or broken off', async () => {
    await expect(files.store(arriving(SAMPLES.exe), OWNER)).rejects.toThrow('9710-R25');
    await expect(files.store(brokenOff(Buffer.concat([SAMPLES.pdf, Buffer.alloc(700_000)])), OWNER)).rejects.toThrow('the connection is gone');
    expect(await left()).toEqual({ files: 0, chunks: 0, pending: 0 });
  });

  it('sweeps what the log does not speak of, and keeps what it does', async () => {
    const known = await files.store(arriving(SAMPLES.pdf), OWNER);
    await files.store(arriving(SAMPLES.png), OWNER);
    // As a killed process leaves it: begun, never ended.
    const { copy: halfWritten } = await files.store(arriving(SAMPLES.jpeg), OWNER);
    await db.collection('declarations.files').deleteOne({ _id: halfWritten });

    expect(await files.sweep(new Date(0), () => Promise.resolve(false))).toBe(0);
    expect(await left()).toEqual({ files: 2, chunks: 3, pending: 3 });
    expect(await files.sweep(LATER, (ownerId, fileId) => Promise.resolve(ownerId === OWNER.ownerId && fileId === known.fileId))).toBe(2);
    expect(await left()).toEqual({ files: 1, chunks: 1, pending: 0 });
    expect(await files.open({ ownerId: OWNER.ownerId, fileId: known.fileId })).toBeDefined();
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient, type Db } from 'mongodb';
import { EmbeddedMongo } from '#embedded-mongo';
import type { BatchWrite } from './batch-writes.js';
import { beginFeed } from './begin-feed.js';
import { advance, checkpointCollection, ensureCheckpoints, partitionCollection, partitionId, readProgress, type Claim, type FeedClaim, type PartitionDocument, writeFor } from './checkpoints.js';
import { passOn } from './pass-on.js';
import { LeaseLost } from './store-errors.js';
import { transact } from './transact.js';

const CONSUMER = 'parcels@1';
const { signal } = new AbortController();

let dataDir: string;
let server: EmbeddedMongo;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  server = await EmbeddedMongo.start({ dataDir, port: 0 });
  client = await MongoClient.connect(server.connectionString);
});
afterAll(async () => {
  await client.close();
  await server.stop();
  await rm(dataDir, { recursive: true });
});
beforeEach(async () => {
  db = client.db(`feed-${crypto.randomUUID()}`);
  await ensureCheckpoints(db);
  const fresh = [0, 1, 2].map((partition) => ({ _id: partitionId(CONSUMER, partition), consumer: CONSUMER, partition, of: 3, owner: null, epoch: 0, position: -1, feeds: 0 }));
  await partitionCollection(db).insertMany(fresh);
});

const documents = (...partitions: number[]): Promise<PartitionDocument[]> =>
  partitionCollection(db).find({ partition: { $in: partitions } }).sort({ partition: 1 }).toArray();
const claimOf = (owner: string, partitions: readonly PartitionDocument[]): Claim => ({ consumer: CONSUMER, owner, epochs: new Map(partitions.map(({ partition, epoch }) => [partition, epoch])), signal });
const taken = async (owner: string, ...partitions: number[]): Promise<Claim> => claimOf(owner, await passOn(db, await documents(...partitions), owner));
const commit = (claim: FeedClaim, position: number): Promise<void> => transact(db, [], (session) => advance(db, [{ claim, position }], [], session));
const progress = async (): Promise<Record<number, number>> => Object.fromEntries((await readProgress(db, [CONSUMER])).map(({ partition, position }) => [partition, position]));
const ownersOf = async (): Promise<(string | null)[]> => (await documents(0, 1, 2)).map(({ owner }) => owner);

describe('a checkpoint', () => {
  it('moves all partitions of its feed, never back', async () => {
    const { claim } = await beginFeed(db, await taken('ann', 0, 1));
    await commit(claim, 50);
    await commit(claim, 40);
    expect(await progress()).toEqual({ 0: 50, 1: 50, 2: -1 });
  });

  it('is taken over by the next feed of its worker, under which the one before cannot commit', async () => {
    const leases = await taken('ann', 0, 1);
    const first = await beginFeed(db, leases);
    await commit(first.claim, 50);
    const second = await beginFeed(db, leases);
    expect([...second.positions]).toEqual([[0, 50], [1, 50]]);
    await expect(commit(first.claim, 60)).rejects.toBeInstanceOf(LeaseLost);
    await commit(second.claim, 70);
    expect(await progress()).toEqual({ 0: 70, 1: 70, 2: -1 });
  });

  it('begins with the partition that is furthest behind, and the others keep what they have', async () => {
    const alone = await beginFeed(db, await taken('ann', 0));
    await commit(alone.claim, 50);
    const both = claimOf('ann', [...(await documents(0)), ...(await passOn(db, await documents(1), 'ann'))]);
    const begun = await beginFeed(db, both);
    expect([...begun.positions]).toEqual([[0, 50], [1, -1]]);
    await commit(begun.claim, 20);
    expect(await progress()).toEqual({ 0: 50, 1: 20, 2: -1 });
  });

  it('says nothing of a partition that its worker got after the feed had begun', async () => {
    const { claim } = await beginFeed(db, await taken('ann', 0));
    await passOn(db, await documents(1), 'ann');
    await commit(claim, 50);
    expect(await progress()).toEqual({ 0: 50, 1: -1, 2: -1 });
    await passOn(db, await documents(0, 1), 'bob');
    expect(await progress()).toEqual({ 0: 50, 1: -1, 2: -1 });
  });
});

describe('what a feed writes', () => {
  const row = { _id: 'row', n: 1 };
  const commitWith = (claim: FeedClaim, position: number, write: BatchWrite): Promise<void> => transact(db, [], (session) => advance(db, [{ claim, position }], [write], session));

  it('comes about with its checkpoint, or not at all', async () => {
    const rows = db.collection<typeof row>('rows');
    await rows.insertOne({ ...row });
    const leases = await taken('ann', 0);
    const first = await beginFeed(db, leases);
    const second = await beginFeed(db, leases);
    const { namespace } = rows;
    await expect(commitWith(first.claim, 50, { name: 'replaceOne', namespace, filter: { _id: 'row' }, replacement: { n: 2 } })).rejects.toBeInstanceOf(LeaseLost);
    await expect(commitWith(second.claim, 50, { name: 'replaceOne', namespace, filter: { _id: 'gone' }, replacement: { n: 2 } })).rejects.toBeInstanceOf(LeaseLost);
    await expect(commitWith(second.claim, 50, { name: 'insertOne', namespace, document: row })).rejects.toMatchObject({ code: 11000 });
    expect(await rows.find().toArray()).toEqual([row]);
    expect((await progress())[0]).toBe(-1);
    await commitWith(second.claim, 50, { name: 'replaceOne', namespace, filter: { _id: 'new' }, replacement: { n: 2 }, upsert: true });
    expect(await rows.countDocuments()).toBe(2);
    expect((await progress())[0]).toBe(50);
  });
});

describe('passing partitions on', () => {
  it('takes along how far they have come, and ends the feed of who had them', async () => {
    const { claim } = await beginFeed(db, await taken('ann', 0, 1));
    await commit(claim, 50);
    const passed = await passOn(db, await documents(0), 'bob');
    expect(passed).toMatchObject([{ partition: 0, owner: 'bob', epoch: 2, position: 50 }]);
    await expect(commit(claim, 60)).rejects.toBeInstanceOf(LeaseLost);
    await expect(transact(db, [], (session) => writeFor(db, claim, [], session))).rejects.toBeInstanceOf(LeaseLost);
    await expect(beginFeed(db, claim)).rejects.toBeInstanceOf(LeaseLost);
    const rest = await beginFeed(db, claimOf('ann', await documents(1)));
    await commit(rest.claim, 70);
    expect(await progress()).toEqual({ 0: 50, 1: 70, 2: -1 });
  });

  it('waits for a commit that is under way, and takes it along', async () => {
    const { claim } = await beginFeed(db, await taken('ann', 0));
    const session = client.startSession();
    session.startTransaction();
    await advance(db, [{ claim, position: 80 }], [], session);
    const passing = passOn(db, await documents(0), 'bob');
    await session.commitTransaction();
    await session.endSession();
    expect(await passing).toMatchObject([{ owner: 'bob', position: 80 }]);
  });

  it('never lets a feed begin with a partition that goes at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const leases = await taken('ann', 0);
      const [begun, passed] = await Promise.allSettled([beginFeed(db, leases), passOn(db, await documents(0), 'bob')]);
      expect(passed).toMatchObject({ status: 'fulfilled', value: [{ owner: 'bob' }] });
      if (begun.status === 'fulfilled') await expect(commit(begun.value.claim, 99)).rejects.toBeInstanceOf(LeaseLost);
      else expect(begun.reason).toBeInstanceOf(LeaseLost);
      await passOn(db, await documents(0), null);
    }
  });

  it('leaves alone what is not as it was seen, and does not let who lost a lease and got it back finish what was begun before', async () => {
    const seen = await documents(0, 1);
    const { claim } = await beginFeed(db, await taken('ann', 0));
    expect(await passOn(db, seen, 'bob')).toMatchObject([{ partition: 1, owner: 'bob' }]);
    expect(await ownersOf()).toEqual(['ann', 'bob', null]);
    await passOn(db, await documents(0), 'bob');
    await passOn(db, await documents(0), 'ann');
    await expect(commit(claim, 60)).rejects.toBeInstanceOf(LeaseLost);
    await expect(beginFeed(db, claim)).rejects.toBeInstanceOf(LeaseLost);
  });

  it('leaves no checkpoint behind of who has nothing left', async () => {
    await beginFeed(db, await taken('ann', 0, 1));
    await passOn(db, await documents(0), null);
    expect(await checkpointCollection(db).countDocuments()).toBe(1);
    await passOn(db, await documents(1), null);
    expect(await checkpointCollection(db).countDocuments()).toBe(0);
  });
});

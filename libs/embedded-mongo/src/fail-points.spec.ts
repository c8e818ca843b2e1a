import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient, type Document } from 'mongodb';
import { EmbeddedMongo } from './embedded-mongo.js';
import { newDirectory, startFixture } from './server.fixture.js';

const directory = newDirectory();
let node: EmbeddedMongo;
let client: MongoClient;

beforeAll(async () => {
  node = await EmbeddedMongo.start({ dataDir: directory, port: 0, testCommands: true });
  client = await MongoClient.connect(node.connectionString, { appName: 'the tested one' });
});

afterEach(() => client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' }));

afterAll(async () => {
  await client.close();
  await node.stop();
  rmSync(directory, { recursive: true });
});

const fail = (data: Document, mode: unknown = { times: 1 }, name = 'failCommand'): Promise<Document> => client.db('admin').command({ configureFailPoint: name, mode, data });

describe('a fail point', () => {
  it('has commands fail as often as asked, with their code', async () => {
    await fail({ failCommands: ['find'], errorCode: 2 }, { times: 2 });
    const parts = client.db('x').collection('parts');
    for (let time = 0; time < 2; time++) await expect(parts.findOne()).rejects.toMatchObject({ code: 2 });
    expect(await parts.findOne()).toBeNull();
  });

  it('breaks the connection, and the driver repeats the write', async () => {
    await fail({ failCommands: ['insert'], closeConnection: true });
    await client.db('x').collection('parts').insertOne({ no: 'repeated' });
    expect(await client.db('x').collection('parts').countDocuments({ no: 'repeated' })).toBe(1);
  });

  it('loses the answer of a write that was carried out, which is repeated without being done twice', async () => {
    await client.db('x').collection('counters').insertOne({ no: 'a', n: 0 });
    await fail({}, { times: 1 }, 'onPrimaryTransactionalWrite');
    expect(await client.db('x').collection('counters').updateOne({ no: 'a' }, { $inc: { n: 1 } })).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
    expect(await client.db('x').collection('counters').findOne({ no: 'a' })).toMatchObject({ n: 1 });
  });

  it('breaks the connection of a commit, which succeeds over another one', async () => {
    await fail({ failCommands: ['commitTransaction'], closeConnection: true });
    await client.withSession((session) => session.withTransaction(() => client.db('x').collection('parts').insertOne({ no: 'in transaction' }, { session })));
    expect(await client.db('x').collection('parts').countDocuments({ no: 'in transaction' })).toBe(1);
  });

  it('is meant for the client it names, and adds a write concern error to an answer', async () => {
    await fail({ failCommands: ['insert'], appName: 'another', errorCode: 2 }, 'alwaysOn');
    await client.db('x').collection('parts').insertOne({});
    await fail({ failCommands: ['insert'], appName: 'the tested one', writeConcernError: { code: 100, errmsg: 'not enough' } });
    await expect(client.db('x').collection('parts').insertOne({})).rejects.toMatchObject({ name: 'MongoWriteConcernError', code: 100 });
  });

  it('has a change stream go on after trouble that passes', async () => {
    const stream = client.db('x').collection('watched').watch([], { maxAwaitTimeMS: 50 });
    await stream.tryNext();
    await fail({ errorCode: 6 }, { times: 1 }, 'failGetMoreAfterCursorCheckout');
    await client.db('x').collection('watched').insertOne({ no: 'seen' });
    expect(await stream.next()).toMatchObject({ fullDocument: { no: 'seen' } });
    await stream.close();
  });

  it('is there only where test commands are allowed', async () => {
    const fixture = await startFixture();
    await expect(fixture.client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' })).rejects.toMatchObject({ code: 59 });
    await fixture.close();
  });
});

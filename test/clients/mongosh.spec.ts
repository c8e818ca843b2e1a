import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMongo, type RunningMongo } from './embedded-mongo.js';

const run = promisify(execFile);
const binary = createRequire(import.meta.url).resolve('mongosh/bin/mongosh.js');

describe('mongosh', () => {
  let mongo: RunningMongo;

  beforeAll(async () => {
    mongo = await startMongo();
  });

  afterAll(() => mongo.stop());

  /** Runs statements in one shell. @returns what the last one printed */
  const shell = async (...statements: string[]): Promise<string> => {
    const args = [binary, mongo.urlOf('shop'), '--quiet', '--norc', ...statements.flatMap((statement) => ['--eval', statement])];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, HOME: mongo.directory } });
    return stdout;
  };
  /** Runs an expression. @returns its value */
  const evaluate = async (expression: string): Promise<unknown> => JSON.parse(await shell(`EJSON.stringify(${expression})`));

  it('writes, reads page by page, changes and deletes', async () => {
    const script = `(() => {
      db.parts.insertMany(Array.from({ length: 150 }, (_, n) => ({ _id: n, n, price: NumberDecimal("1.10") })));
      db.parts.updateMany({ n: { $lt: 10 } }, { $inc: { price: NumberDecimal("2.20") } });
      db.parts.replaceOne({ _id: 149 }, { n: "last" });
      const { deletedCount } = db.parts.deleteMany({ n: { $gte: 100 } });
      const changed = db.parts.findOneAndUpdate({ _id: 1 }, { $set: { seen: true } }, { returnDocument: "after" });
      return { deletedCount, changed, count: db.parts.countDocuments(), listed: db.parts.find().batchSize(20).toArray().length,
        total: db.parts.aggregate([{ $group: { _id: null, total: { $sum: "$price" } } }]).toArray()[0].total, names: db.parts.distinct("n", { n: { $type: "string" } }) };
    })()`;
    expect(await evaluate(script)).toEqual({
      deletedCount: 49,
      changed: { _id: 1, n: 1, price: { $numberDecimal: '3.30' }, seen: true },
      count: 101,
      listed: 101,
      total: { $numberDecimal: '132.00' },
      names: ['last'],
    });
  });

  it('explains which index a query uses, and that there is none', async () => {
    const script = `(() => {
      db.rates.insertMany([{ code: "CNY" }, { code: "USD" }]);
      db.rates.createIndex({ code: 1 }, { unique: true });
      const plans = ["code", "other"].map((field) => db.rates.find({ [field]: "CNY" }).explain("executionStats"));
      return { stages: plans.map(({ queryPlanner: { winningPlan } }) => winningPlan.inputStage?.indexName ?? winningPlan.stage), examined: plans.map(({ executionStats }) => executionStats.totalDocsExamined),
        indexes: db.rates.getIndexes().map(({ name }) => name) };
    })()`;
    expect(await evaluate(script)).toEqual({ stages: ['code_1', 'COLLSCAN'], examined: [1, 2], indexes: ['_id_', 'code_1'] });
  });

  it('shows databases, collections, sizes, users and logs, and what the server is', async () => {
    const sizes = '[db.stats().objects > 0, db.seen.stats().count, db.seen.totalIndexSize() > 0, db.seen.isCapped()]';
    const server = '[db.version(), db.getUsers().users, rs.status().members[0].stateStr, db.adminCommand({ getLog: "startupWarnings" }).log, db.serverStatus().connections.current > 0]';
    expect(await shell('void db.seen.insertOne({ a: 1 })', 'show dbs')).toMatch(/^shop +\d+\.\d+ [KM]iB/m);
    expect((await shell('show collections')).split('\n')).toContain('seen');
    expect(await evaluate(`[${sizes}, ${server}]`)).toEqual([[true, 1, true, false], ['8.0.0', [], 'PRIMARY', [], true]]);
  });

  it('runs transactions', async () => {
    const script = `(() => {
      const session = db.getMongo().startSession();
      const accounts = session.getDatabase("shop").accounts;
      session.withTransaction(() => { accounts.insertOne({ _id: "a", n: 1 }); accounts.updateOne({ _id: "a" }, { $inc: { n: 1 } }); });
      session.startTransaction();
      accounts.updateOne({ _id: "a" }, { $inc: { n: 100 } });
      session.abortTransaction();
      return db.accounts.findOne();
    })()`;
    expect(await evaluate(script)).toEqual({ _id: 'a', n: 2 });
  });

  it('is told by name what the server does not have', async () => {
    await expect(shell('db.createUser({ user: "a", pwd: "b", roles: [] })')).rejects.toMatchObject({ stderr: expect.stringContaining("no such command: 'createUser'") });
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient, type Document } from 'mongodb';
import { newDirectory } from './server.fixture.js';

/** The compiled program, as it is started in production. */
const MAIN = fileURLToPath(new URL('../../../dist/libs/embedded-mongo/src/main.js', import.meta.url));

let directory: string;
let children: ChildProcess[];

beforeEach(() => {
  directory = newDirectory();
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function run(dataDir = directory, port = 0): ChildProcess {
  const child = spawn(process.execPath, [MAIN, '--data', dataDir, '--port', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

/** The connection string the program prints when it is ready. */
async function ready(child: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return line;
}

async function failure(child: ChildProcess): Promise<{ code: number; complaint: string }> {
  let complaint = '';
  child.stderr!.on('data', (text: Buffer) => (complaint += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, complaint };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

describe('the program', () => {
  it('stops cleanly on SIGTERM', async () => {
    const child = run();
    await ready(child);
    expect(await kill(child, 'SIGTERM')).toBe(0);
    expect(existsSync(join(directory, 'mongo.pid'))).toBe(false);
  });

  it('says which process holds the directory, and takes over from one that is dead', async () => {
    const first = run();
    await ready(first);
    const refused = await failure(run());
    expect(refused.code).not.toBe(0);
    expect(refused.complaint).toContain(`in use by process ${String(first.pid)}`);
    await kill(first, 'SIGKILL');
    expect(await ready(run())).toContain('mongodb://127.0.0.1:');
  });

  it('says that the port is taken', async () => {
    const port = Number(new URL(await ready(run())).port);
    const other = newDirectory();
    const refused = await failure(run(other, port));
    rmSync(other, { recursive: true });
    expect(refused.complaint).toContain(`port ${String(port)} is taken`);
    expect(refused.code).not.toBe(0);
  });

  it('loses no acknowledged write and keeps no half transaction when it is killed', async () => {
    const child = run();
    const client = await MongoClient.connect(await ready(child), { maxPoolSize: 8, serverSelectionTimeoutMS: 500 });
    const acknowledged: number[] = [];
    const db = client.db('crash');
    await db.collection('pairs').createIndex({ n: 1 }, { unique: true });
    await db.collection('singles').createIndex({ n: 1 }, { unique: true });
    let killed = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = writer; !killed; n += 8) {
        await db.collection('singles').insertOne({ n });
        acknowledged.push(n);
        await client.withSession(async (session) => {
          session.startTransaction();
          await db.collection('pairs').insertOne({ n }, { session });
          await db.collection('twins').insertOne({ n }, { session });
          await session.commitTransaction();
        });
        if (acknowledged.length > 400) {
          killed = true;
          child.kill('SIGKILL');
        }
      }
    });
    await Promise.allSettled(writers);
    await client.close(true);
    expect(acknowledged.length).toBeGreaterThan(400);

    const survivor = await MongoClient.connect(await ready(run()));
    const numbers = async (name: string): Promise<number[]> => (await survivor.db('crash').collection<Document>(name).find().sort({ n: 1 }).toArray()).map(({ n }) => n as number);
    const singles = new Set(await numbers('singles'));
    expect(acknowledged.filter((n) => !singles.has(n))).toEqual([]);
    expect(await numbers('twins')).toEqual(await numbers('pairs'));
    expect(await survivor.db('crash').collection('singles').countDocuments()).toBe(singles.size);
    expect(await survivor.db('crash').collection('singles').estimatedDocumentCount()).toBe(singles.size);
    await survivor.close();
  });
});

import { MongoBackend, MongoChangeStreamNotificationChannel } from '@agendajs/mongo-backend';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Agenda, type Job } from 'agenda';
import { MongoClient, type Db } from 'mongodb';
import { eventually } from '../support/eventually.js';
import { startMongo, type RunningMongo } from './embedded-mongo.js';

/** Half of it is what agenda's watch over a lock outlives the job, and with it the test. */
const LOCK_LIFETIME_MS = 1_000;

describe('agenda', () => {
  let mongo: RunningMongo;
  let client: MongoClient;
  let db: Db;
  const agendas: Agenda[] = [];

  beforeAll(async () => {
    mongo = await startMongo();
    client = await MongoClient.connect(mongo.urlOf('jobs'));
  });

  afterAll(async () => {
    await client.close();
    await mongo.stop();
  });

  let round = 0;

  beforeEach(() => {
    db = client.db(`jobs${String(++round)}`);
  });

  afterEach(async () => {
    await Promise.all(agendas.splice(0).map((agenda) => agenda.stop()));
  });

  const newAgenda = (options: Partial<ConstructorParameters<typeof Agenda>[0]> = {}): Agenda => {
    const agenda = new Agenda({ backend: new MongoBackend({ mongo: db }), processEvery: 50, defaultLockLifetime: LOCK_LIFETIME_MS, ...options });
    agendas.push(agenda);
    return agenda;
  };

  it('runs a job now, later and again and again', async () => {
    const agenda = newAgenda();
    const ran: string[] = [];
    agenda.define('note', (job: Job<{ text: string }>) => {
      ran.push(job.attrs.data.text);
    });
    agenda.define('tick', () => {
      ran.push('tick');
    });
    await agenda.start();
    await agenda.now('note', { text: 'now' });
    await agenda.schedule(new Date(Date.now() + 200), 'note', { text: 'later' });
    await agenda.every('0.1 seconds', 'tick');
    await eventually('each of the jobs', () => Promise.resolve(ran.includes('now') && ran.includes('later') && ran.filter((text) => text === 'tick').length >= 3));
    expect((await agenda.queryJobs({ name: 'tick' })).jobs).toMatchObject([{ repeatInterval: '0.1 seconds' }]);
    expect(await agenda.cancel({ name: 'tick' })).toBe(1);
  });

  it('has each job run once among several workers, no more of them at once than allowed', async () => {
    const first = newAgenda();
    const workers = [first, newAgenda()];
    const runs = new Map<number, number>();
    let [running, most] = [0, 0];
    for (const worker of workers) {
      worker.define(
        'work',
        async (job: Job<{ n: number }>) => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 20));
          running--;
          runs.set(job.attrs.data.n, (runs.get(job.attrs.data.n) ?? 0) + 1);
        },
        { concurrency: 2, lockLimit: 2 },
      );
    }
    await Promise.all(workers.map((worker) => worker.start()));
    await Promise.all(Array.from({ length: 20 }, (_, n) => first.now('work', { n })));
    await eventually('all jobs', () => Promise.resolve(runs.size === 20 && running === 0));
    expect([...runs.values()]).toEqual(Array.from({ length: 20 }, () => 1));
    expect(most).toBeLessThanOrEqual(4);
    await eventually('the release of every lock', async () => (await db.collection('agendaJobs').countDocuments({ lockedAt: { $ne: null } })) === 0);
  });

  it('keeps one job per unique key and records why one failed', async () => {
    const agenda = newAgenda();
    agenda.define('report', () => {
      throw new Error('printer on fire');
    });
    for (const colour of ['red', 'blue']) await agenda.create('report', { month: 11, colour }).unique({ 'data.month': 11 }).save();
    expect(await db.collection('agendaJobs').countDocuments()).toBe(1);
    await agenda.start();
    await agenda.now('report', { month: 12 });
    const failed = await eventually('the failure', () => db.collection('agendaJobs').findOne({ failReason: { $ne: null } }).then((job) => job ?? undefined));
    expect(failed).toMatchObject({ failReason: 'printer on fire', failCount: 1 });
  });

  it('hears of new jobs by a change stream', async () => {
    // It asks by itself every four seconds only; half of that is what a timer of agenda outlives the job.
    const agenda = newAgenda({ processEvery: 4_000, notificationChannel: new MongoChangeStreamNotificationChannel({ db }) });
    let ran = false;
    agenda.define('at once', () => {
      ran = true;
    });
    await agenda.start();
    // The channel counts as connected before its stream is open, so that the first job may be too early to be heard of.
    await eventually('a job', async () => ran || (await agenda.now('at once'), false), { withinMs: 3_000 });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Db } from 'mongodb';
import { readApiConfig } from '../../apps/api/src/settings.js';
import { readWorkerConfig } from '../../apps/worker/src/settings.js';
import { CLOCK, type Clock } from '#event-sourcing';
import { eventually } from '../support/eventually.js';
import { LocalSystem, type Caller } from './local-system.js';

describe('operations', () => {
  let system: LocalSystem;
  let ops: Caller;

  beforeAll(async () => {
    system = await LocalSystem.start();
    ops = await system.caller(['ops']);
  });

  afterAll(() => system.close());

  it('move the clock of every process forward, never back', async () => {
    await system.startWorker();
    const before = (await ops.get('/v1/ops/clock')).body['now'] as string;
    const { status, body } = await ops.post('/v1/ops/clock/advance', { seconds: 3600 });
    expect(status).toBe(200);
    expect(Date.parse(body['now'] as string) - Date.parse(before)).toBeGreaterThanOrEqual(3_600_000);
    const workersClock = system.inWorker<Clock>(CLOCK);
    await eventually('the clock of the worker', () => Promise.resolve(workersClock.now().getTime() >= Date.parse(body['now'] as string)), { withinMs: 5000, everyMs: 10 });
    for (const seconds of [0, -60, 1.5, '60']) expect((await ops.post('/v1/ops/clock/advance', { seconds })).status).toBe(422);
    expect((await (await system.caller(['reviewer'])).post('/v1/ops/clock/advance', { seconds: 60 })).status).toBe(403);
  });

  it('see parked events, and have them retried or skipped with a reason', async () => {
    const eventId = randomUUID();
    const consumer = 'order-dashboard@1';
    const parked = { consumer, partition: 0, key: '185002-45864', eventId, stream: 'customsOrder-185002-45864', revision: 0, position: 1, type: 'OrderDrafted', state: 'failed', error: 'no', parkedAt: new Date() };
    await system.api.nest.get(Db).collection<{ _id: string }>('parked').insertOne({ _id: `${consumer}#0/${eventId}`, ...parked });
    expect((await ops.get(`/v1/ops/parked-events?consumer=${encodeURIComponent(consumer)}`)).body).toMatchObject({ items: [{ eventId, state: 'failed' }] });
    expect(await ops.post('/v1/ops/parked-events/skip', { consumer, eventId })).toMatchObject({ status: 422, body: { errors: [{ field: 'reason' }] } });
    const { status, body } = await ops.post('/v1/ops/parked-events/skip', { consumer, eventId, reason: 'written by a test, of no order' });
    expect(status).toBe(202);
    expect((await ops.get(`/v1/ops/parking-requests/${body['requestId'] as string}`)).body).toMatchObject({ action: 'skip', eventId, reason: 'written by a test, of no order', by: expect.stringMatching(/^apiKey:/) });
    expect(await ops.post('/v1/ops/parked-events/retry', { consumer, eventId: randomUUID(), reason: 'it is not there' })).toMatchObject({ status: 404, body: { code: 'not-parked' } });
    expect((await (await system.caller(['auditor'])).get('/v1/ops/parked-events')).status).toBe(403);
  });
});

describe('an instance with the system clock', () => {
  let system: LocalSystem | undefined;

  afterEach(() => system?.close());

  it('has no way to move it', async () => {
    system = await LocalSystem.start({ PORTOLAN_CLOCK: 'system' });
    const ops = await system.caller(['ops']);
    expect((await ops.post('/v1/ops/clock/advance', { seconds: 60 })).status).toBe(404);
  });
});

describe('the configuration', () => {
  it('is refused with every problem named', () => {
    expect(() => readApiConfig({ PORTOLAN_PORT: 'x', PORTOLAN_CHANNELS: '[{}]', PORTOLAN_TOKEN_KEY: 'short' })).toThrow(/PORTOLAN_PORT[\s\S]*PORTOLAN_TOKEN_KEY[\s\S]*PORTOLAN_CHANNELS/);
  });

  it('opens no port beyond loopback unless stores and keys are set', () => {
    expect(() => readApiConfig({ PORTOLAN_HOST: '0.0.0.0' })).toThrow(/EVENTSTORE_URL[\s\S]*MONGODB_URL[\s\S]*PORTOLAN_TOKEN_KEY/);
    expect(() => readWorkerConfig({ PORTOLAN_HOST: '0.0.0.0' })).toThrow(/EVENTSTORE_URL[\s\S]*MONGODB_URL/);
  });
});

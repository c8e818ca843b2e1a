import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';
import { Evidence } from './evidence.js';
import { expectAsUndisturbed, expectOneOfEach } from './expectations.js';
import { playJourney, STEPS_OF_A_JOURNEY, type Cast } from './journey.js';
import { PatientClient, type Answer } from './patient-client.js';

const ORDERS = 6;

let system: System;
let evidence: Evidence;
let cast: Cast;

beforeAll(async () => {
  system = await System.start();
  evidence = Evidence.open(system);
  const logIn = (username: string) => PatientClient.logIn(system.address('api'), system.credentials.users.find((user) => user.username === username)!);
  cast = { exporter: await logIn('lin'), reviewer: await logIn('reviewer') };
});

afterAll(async () => {
  await evidence?.close();
  await system?.close();
});

describe.each([
  { store: 'eventstore', path: '/v1/customs-orders', method: 'POST' },
  { store: 'mongodb', path: '/v1/customs-orders', method: 'GET' },
] as const)('kill -9 of $store', ({ store, path, method }) => {
  it('in the middle of journeys loses and doubles nothing; meanwhile the API asks to wait and is not ready', async () => {
    let steps = 0;
    const journeys = Promise.all(Array.from({ length: ORDERS }, () => playJourney(cast, () => (steps += 1))));
    await eventually('the middle of the journeys', () => Promise.resolve(steps >= ORDERS * STEPS_OF_A_JOURNEY * 0.5), { everyMs: 1 });
    await system.kill(store);

    const refused = await cast.exporter.try(method, path, method === 'POST' ? {} : undefined);
    expect(refused).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    for (const part of ['api', 'worker'] as const) {
      expect(await readiness(part)).toMatchObject({ status: 503, body: { ready: false, checks: { [store]: { ok: false } } } });
    }

    await system.start(store);
    await eventually('readiness', async () => (await readiness('api')).status === 200 && (await readiness('worker')).status === 200);
    const orderNos = await journeys;
    await expectOneOfEach(system, evidence, orderNos);
    await expectAsUndisturbed(evidence, orderNos);
  });
});

const readiness = async (part: 'api' | 'worker'): Promise<Pick<Answer, 'status' | 'body'>> => {
  const response = await fetch(`${system.address(part)}/health/ready`);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';
import { Evidence } from './evidence.js';
import { expectAsUndisturbed, expectOneOfEach } from './expectations.js';
import { approve, approvedOrder, playJourney, statusIs, STEPS_OF_A_JOURNEY, submittedOrder, type Cast } from './journey.js';
import { PatientClient } from './patient-client.js';

const ORDERS = 6;
/** A lease of five seconds has to run out first. */
const TAKEN_OVER_WITHIN_MS = 12_000;

let system: System;
let evidence: Evidence;
let cast: Cast;
let ops: PatientClient;

beforeAll(async () => {
  system = await System.start();
  evidence = Evidence.open(system);
  const logIn = (username: string) => PatientClient.logIn(system.address('api'), system.credentials.users.find((user) => user.username === username)!);
  cast = { exporter: await logIn('lin'), reviewer: await logIn('reviewer') };
  ops = await logIn('ops');
});

afterAll(async () => {
  await evidence?.close();
  await system?.close();
});

describe('kill -9 of the worker', () => {
  it('in the middle of journeys, twice, loses and doubles nothing', async () => {
    let steps = 0;
    const journeys = Promise.all(Array.from({ length: ORDERS }, () => playJourney(cast, () => (steps += 1))));
    for (const share of [0.3, 0.6]) {
      await eventually('the middle of the journeys', () => Promise.resolve(steps >= ORDERS * STEPS_OF_A_JOURNEY * share), { everyMs: 1 });
      await system.kill('worker');
      await system.start('worker');
    }
    const orderNos = await journeys;
    await expectOneOfEach(system, evidence, orderNos);
    await expectAsUndisturbed(evidence, orderNos);
  });

  it('leaves its work to another worker, which goes on within seconds', async () => {
    await system.start('worker-2');
    await eventually('a fair share for both', () => sharesOfBoth(system));
    const orderNo = await approvedOrder(cast);
    await system.kill('worker');
    for (let order = 0; order < 10; order += 1) await approvedOrder(cast);
    await evidence.everythingProjected(TAKEN_OVER_WITHIN_MS);
    await cast.exporter.until(`/v1/customs-orders/${orderNo}`, 'the success', statusIs('TO_DECLARE'));
    await expectAsUndisturbed(evidence, [orderNo]);
    await system.start('worker');
  });

  it('9710-R21 before a deadline still opens one support case', async () => {
    const orderNo = await submittedOrder(cast);
    await behave(system, orderNo, { mode: 'silent' });
    await approve(cast, orderNo);
    await eventually('the dispatch', async () => (await evidence.eventsOf(orderNo)).some(({ type }) => type === 'TransmissionDispatched'));
    await Promise.all([system.kill('worker'), system.kill('worker-2')]);
    await ops.command('/v1/ops/clock/advance', { seconds: 3601 });
    await Promise.all([system.start('worker'), system.start('worker-2')]);
    const isOpened = async (): Promise<boolean> => (await evidence.eventsOf(orderNo)).some(({ type }) => type === 'SupportCaseOpened');
    await eventually('the support case', isOpened);
    await expectAsUndisturbed(evidence, [orderNo]);
    expect((await evidence.eventsOf(orderNo)).filter(({ type }) => type === 'SupportCaseOpened')).toHaveLength(1);
    const { kept } = await evidence.readModels();
    expect(kept['support-cases@1']).toEqual([expect.objectContaining({ _id: orderNo, openedBy: 'deadline' })]);
  });
});

/** Whether each of two workers holds partitions of the dashboard, as their metrics say. */
const sharesOfBoth = async (of: System): Promise<boolean> => {
  const shares = ['worker', 'worker-2'] as const;
  const held = await Promise.all(
    shares.map(async (worker) => /portolan_consumer_partitions\{consumer="order-dashboard@1"\} (\d+)/.exec(await (await fetch(`${of.address(worker)}/metrics`)).text())?.[1]),
  );
  return held.every((partitions) => partitions === '4');
};

/** Tells the e-port how to treat an order. */
const behave = async (of: System, orderNo: string, behaviour: object): Promise<void> => {
  const response = await fetch(`${of.address('eport')}/behaviours/${orderNo}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(behaviour) });
  expect(response.status).toBe(200);
};

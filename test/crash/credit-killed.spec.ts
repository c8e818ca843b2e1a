import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';
import { TICKS, draftedOrder, submittedOrder, type TradeParties } from '../support/trade-orders.js';
import { Evidence } from './evidence.js';
import { expectReplayed } from './expectations.js';
import type { PatientClient } from './patient-client.js';
import { advance, tradeCast } from './trade-cast.js';

/** Submitted at once; they wait for each other at the one credit line, so that a crash finds some of them between the two streams. */
const ORDERS = 12;
/** Crashes may happen to find nothing between the two streams; then another one is tried. */
const ROUNDS = 8;
const TWO_HOURS = 7200;

let system: System;
let evidence: Evidence;
let supplier: PatientClient;
let parties: TradeParties;

beforeAll(async () => {
  system = await System.start();
  evidence = Evidence.open(system);
  ({ exporter: supplier, parties } = await tradeCast(system));
});

afterAll(async () => {
  await evidence?.close();
  await system?.close();
});

const matchedOrders = (): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: ORDERS }, async () => {
      const orderNo = await draftedOrder(parties);
      await supplier.command(`/v1/trade-orders/${orderNo}/match-buyer`);
      return orderNo;
    }),
  );

/** What the supplier's credit line says of an order, in the order of the log. */
const movementsOf = async (orderNo: string): Promise<readonly string[]> =>
  (await evidence.stream('creditLine-demo-exports')).filter(({ data }) => (data as { orderNo?: string }).orderNo === orderNo).map(({ type }) => type);

const submissionsOf = async (orderNo: string): Promise<number> => (await evidence.stream(`tradeOrder-${orderNo}`)).filter(({ type }) => type === 'TradeOrderSubmitted').length;

const reservationsSoFar = async (): Promise<number> => (await evidence.streamsOf('creditLine')).flat().filter(({ type }) => type === 'CreditReserved').length;

/** The orders whose credit is reserved and that are not submitted. */
const betweenTheTwo = async (orders: readonly string[]): Promise<readonly string[]> => {
  const standing = await Promise.all(orders.map(async (orderNo) => ((await movementsOf(orderNo)).includes('CreditReserved') && (await submissionsOf(orderNo)) === 0 ? [orderNo] : [])));
  return standing.flat();
};

const occupied = async (): Promise<number> => Number((await supplier.try('GET', '/v1/credit-line')).body['occupied']);

/** Submits orders at once by `submit`, and kills the API in the middle of it; answers the orders, some of which have their credit and are not submitted. */
const killedBetween = async (submit: (orderNo: string) => Promise<unknown>): Promise<{ readonly orders: readonly string[]; readonly answered: Promise<unknown>; readonly between: readonly string[] }> => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const orders = await matchedOrders();
    const halfWay = evidence.nth('creditLine', 'CreditReserved', (await reservationsSoFar()) + ORDERS / 2);
    const answered = Promise.all(orders.map(submit));
    answered.catch(() => undefined); // looked at by who awaits it
    await halfWay;
    await system.kill('api');
    const between = await betweenTheTwo(orders);
    await system.start('api');
    if (between.length > 0) return { orders, answered, between };
    await answered;
  }
  throw new Error(`none of ${ROUNDS} crashes found an order between the two streams`);
};

describe('kill -9 between the credit line and the order', () => {
  it('TA-R11 after the reservation and before the submission: the repeated request submits, and the credit is occupied exactly once', async () => {
    const before = await occupied();
    const { orders, answered } = await killedBetween((orderNo) => supplier.command(`/v1/trade-orders/${orderNo}/submit`, TICKS));
    await answered;
    for (const orderNo of orders) {
      expect(await movementsOf(orderNo)).toEqual(['CreditReserved']);
      expect(await submissionsOf(orderNo)).toBe(1);
    }
    // Orders of earlier rounds were all submitted too.
    const submitted = (await evidence.streamsOf('tradeOrder')).filter((events) => events.some(({ type }) => type === 'TradeOrderSubmitted')).length;
    expect(await occupied()).toBe(before + submitted * 1000);
  }, 180_000);

  it('TA-R11 and nobody asks again: the credit is given back after an hour, once, whatever becomes of the worker; submitted orders keep theirs', async () => {
    const { orders, between } = await killedBetween((orderNo) => supplier.try('POST', `/v1/trade-orders/${orderNo}/submit`, TICKS).catch(() => undefined));
    const releases = (await evidence.streamsOf('creditLine')).flat().filter(({ type }) => type === 'CreditReleased').length;
    const firstRelease = evidence.nth('creditLine', 'CreditReleased', releases + 1);
    await advance(parties, TWO_HOURS);
    await firstRelease;
    await system.kill('worker');
    await system.start('worker');
    await eventually('all that was not submitted to be given back', async () => (await Promise.all(between.map(movementsOf))).every((movements) => movements.includes('CreditReleased')));
    for (const orderNo of orders) {
      const [movements, submissions] = [await movementsOf(orderNo), await submissionsOf(orderNo)];
      if (between.includes(orderNo)) expect([movements, submissions]).toEqual([['CreditReserved', 'CreditReleased'], 0]);
      else expect(movements).toEqual(submissions === 1 ? ['CreditReserved'] : []);
    }
    await expectReplayed(evidence);
  }, 180_000);

  it('TA-R9 TA-R11 of the worker between an order’s end and the release of its credit: it is released once', async () => {
    const orders = await Promise.all(Array.from({ length: ORDERS }, () => submittedOrder(parties)));
    const before = await occupied();
    const cancelled = evidence.nth('tradeOrder', 'TradeOrderCancelled', 3);
    await Promise.all([...orders.map((orderNo) => supplier.command(`/v1/trade-orders/${orderNo}/cancel`, { reason: 'mistake' })), cancelled.then(() => system.kill('worker'))]);
    await system.start('worker');
    await eventually('the credit to be free', async () => (await occupied()) === before - ORDERS * 1000);
    for (const orderNo of orders) expect(await movementsOf(orderNo)).toEqual(['CreditReserved', 'CreditReleased']);
    await expectReplayed(evidence);
  });
});

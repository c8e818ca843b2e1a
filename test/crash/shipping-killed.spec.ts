import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { System } from '../support/system.js';
import { paidOrder, type TradeParties } from '../support/trade-orders.js';
import { Evidence } from './evidence.js';
import { expectAsUndisturbed } from './expectations.js';
import type { Cast } from './journey.js';
import { BATCH_EVENTS, exportOrderOfNewBatch, FOLLOWED, shipInTwoBatches } from './shipping-journey.js';
import { nextDay, tradeCast } from './trade-cast.js';

const ORDERS = 3;

let system: System;
let evidence: Evidence;
let cast: Cast;
let parties: TradeParties;

beforeAll(async () => {
  system = await System.start();
  evidence = Evidence.open(system);
  ({ parties, ...cast } = await tradeCast(system));
});

afterAll(async () => {
  await evidence?.close();
  await system?.close();
});

/** Orders whose money is in. */
const paidOrders = async (): Promise<readonly string[]> => {
  const orders: string[] = [];
  for (let order = 0; order < ORDERS; order += 1) orders.push(await paidOrder(parties));
  return orders;
};

/** Kills the worker as soon as the n-th event of the type is written, and starts it again. */
const killAt = async (category: string, type: string, nth: number): Promise<void> => {
  await evidence.nth(category, type, nth);
  await system.kill('worker');
  await system.start('worker');
};

/** Each batch of the order has one 9710 order, which knows it; each of its steps happened once. */
const expectConsistent = async (orderNo: string, shippedAt: string): Promise<void> => {
  const events = await evidence.stream(`tradeOrder-${orderNo}`);
  const types = events.map(({ type }) => type);
  for (const type of BATCH_EVENTS) expect([type, types.filter((each) => each === type).length]).toEqual([type, 2]);
  expect(types.filter((type) => type === 'OrderPartiallyShipped' || type === 'OrderShipped')).toEqual(['OrderPartiallyShipped', 'OrderShipped']);
  expect(events.find(({ type }) => type === 'OrderShipped')?.data).toMatchObject({ shippedAt, releasedAmount: '800' });
  for (const { data } of events.filter(({ type }) => type === 'ExportOrderLinked')) {
    const { batchNo, exportOrderNo } = data as { batchNo: number; exportOrderNo: string };
    const followed = events.filter((event) => event.type === 'ExportOrderFollowed' && (event.data as { exportOrderNo: string }).exportOrderNo === exportOrderNo);
    expect(followed.map((event) => (event.data as { status: string }).status)).toEqual(FOLLOWED);
    const [drafted] = await evidence.eventsOf(exportOrderNo);
    expect(drafted?.data).toMatchObject({ batch: { tradeOrderNo: orderNo, batchNo }, content: { tradeAssuranceNo: orderNo } });
    expect((await evidence.stream(`consignment-${exportOrderNo}`)).map((event) => event.data)).toEqual([{ consignmentNo: exportOrderNo, tradeOrderNo: orderNo, batchNo }]);
  }
};

/** Customs drafted one order for each request of the shipping desk, and none besides. */
const expectOneOrderPerRequest = async (): Promise<void> => {
  const requests = (await evidence.streamsOf('tradeOrder')).flat().flatMap(({ type, data }) => (type === 'ExportServiceChosen' ? [(data as { requestId: string }).requestId] : []));
  const drafted = (await evidence.streamsOf('customsOrder')).flatMap(([first]) => (first?.data as { batch?: { requestId: string } }).batch?.requestId ?? []);
  expect([...drafted].sort()).toEqual([...requests].sort());
};

describe('kill -9 of the worker between the shipping desk and customs', () => {
  it('TA-R17 9710-R36 at each crossing leaves one 9710 order to each batch, both sides agree, and each release counts once', async () => {
    const orders = await paidOrders();
    const releases = [await nextDay(parties), await nextDay(parties)] as const;
    const journeys = Promise.all(orders.map((orderNo) => shipInTwoBatches(cast, orderNo, releases)));
    await killAt('tradeOrder', 'ExportServiceChosen', 2);
    await killAt('customsOrder', 'OrderDrafted', 3);
    await killAt('tradeOrder', 'DeclarationReleased', ORDERS + 1);
    await journeys;
    for (const orderNo of orders) await expectConsistent(orderNo, releases[1]);
    await expectOneOrderPerRequest();
    await expectAsUndisturbed(evidence, []);
  });

  it('9710-C11 in the middle of deletions leaves neither a batch without its order nor an order without its batch', async () => {
    const orders = await paidOrders();
    const exportOrders = await Promise.all(orders.map((orderNo) => exportOrderOfNewBatch(cast, orderNo, '5')));
    const killed = killAt('customsOrder', 'DraftDeleted', 1);
    await Promise.all(orders.map((orderNo) => cast.exporter.command(`/v1/trade-orders/${orderNo}/batches/1`, undefined, 'DELETE')));
    await killed;
    for (const [index, orderNo] of orders.entries()) {
      await cast.exporter.until<{ batches: object[] }>(`/v1/shipping-desk/${orderNo}`, 'the deletion', ({ batches }) => batches.length === 0);
      expect((await evidence.eventsOf(exportOrders[index]!)).at(-1)?.type).toBe('DraftDeleted');
      expect((await evidence.stream(`tradeOrder-${orderNo}`)).filter(({ type }) => type === 'BatchDeleted')).toHaveLength(1);
    }
    await expectAsUndisturbed(evidence, []);
  });
});

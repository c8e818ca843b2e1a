import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { orderUseCases, profileUseCases, RegisterProfile } from '#customs';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import {
  companyId,
  CommandDispatcher,
  CommandExecutor,
  ConsumerWorker,
  EventLog,
  ManualClock,
  processConsumer,
  systemActor,
  type Actor,
  type AnyUseCase,
  type CommandEnvelope,
  type ProcessManager,
  type Recorded,
} from '#event-sourcing';
import { tradeOrder, type TradeOrder } from '../orders/order.js';
import { consignment } from './consignments/consignment.js';
import { exportOrders } from './export-orders.js';
import { exportRequests } from './export-requests.js';
import { pendingReleases } from './pending-releases.js';
import { releasedAmount } from './shipment-progress.js';
import { DRAFTED, declaring } from './shipping.scenarios.js';
import { shippingUseCases } from './use-cases.js';

const PROFILE = {
  companyName: '四川荔枝贸易有限公司',
  ebcCode: '123456789X',
  uscc: '91330100799655058B',
  channel: 'SiChuanEport',
  service9710Active: true,
  eportDataAuthorised: true,
  effectiveFrom: '2022-01-01T00:00:00.000Z',
};

const person = (role: Actor['roles'][number], company = 'acme'): Actor => ({ id: `user:${role}`, roles: [role], companyId: companyId(company) });
const EXPORTER = person('exporter');
const IDLE = person('exporter', 'idle');
const REVIEWER = person('reviewer', 'platform');
const GATEWAY = person('customs-gateway', 'platform');
const OPS = person('ops', 'platform');
const SYSTEM = systemActor('test');

const LINES = [{ name: 'Table lamp', qty: '5', unit: '001', unitPrice: '100', total: '500' }];
const PLEDGE = { pledge: { accepted: true, textVersion: 'company-1' } };

describe('the shipping desk and customs, on real stores', () => {
  const clock = new ManualClock(new Date('2022-06-21T08:00:00.000Z'));
  let dataDir: string;
  let eventStore: EmbeddedEventStore;
  let mongo: EmbeddedMongo;
  let client: MongoClient;
  let log: EventLog;
  let dispatcher: CommandDispatcher;
  let executor: CommandExecutor;
  let worker: ConsumerWorker;
  let orderNo: string;
  let serial = 0;

  const useCases: readonly AnyUseCase[] = [...orderUseCases, ...profileUseCases, ...shippingUseCases];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'portolan-shipping-'));
    eventStore = await EmbeddedEventStore.start({ dataDir: join(dataDir, 'eventstore'), port: 0 });
    mongo = await EmbeddedMongo.start({ dataDir: join(dataDir, 'mongo'), port: 0 });
    client = new MongoClient(mongo.connectionString);
    log = EventLog.connect(eventStore.connectionString);
    executor = new CommandExecutor(log, clock);
    dispatcher = new CommandDispatcher(executor, useCases);
    const processes = [exportRequests, exportOrders, pendingReleases] as unknown as readonly ProcessManager<unknown>[];
    const db = client.db('portolan');
    worker = ConsumerWorker.start({ db, log, consumers: processes.map((process) => processConsumer(process, db, dispatcher, () => undefined)) });
    await run('RegisterProfile', 'acme', PROFILE, OPS);
  });

  afterAll(async () => {
    await worker.stop();
    await log.close();
    await client.close();
    await mongo.stop();
    await eventStore.stop();
    await rm(dataDir, { recursive: true });
  });

  const envelope = (actor: Actor, company: string): CommandEnvelope => ({ commandId: randomUUID(), actor, companyId: companyId(company), correlationId: 'test', origin: { via: 'test' } });

  const run = (command: string, target: string, payload: object, actor: Actor = EXPORTER) => dispatcher.dispatch(command, target, payload, envelope(actor, actor === OPS ? 'acme' : actor.companyId));

  const order = async (): Promise<TradeOrder> => {
    const state = (await new CommandExecutor(log, clock).read(tradeOrder, orderNo))?.state;
    if (state === undefined) throw new Error('no order');
    return state;
  };

  const until = async (what: string, holds: (order: TradeOrder) => boolean): Promise<TradeOrder> => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(20)) {
      const state = await order();
      if (holds(state)) return state;
    }
    throw new Error(`${what} did not happen: ${JSON.stringify((await order()).batches)}`);
  };

  const batchOf = (state: TradeOrder, batchNo = 1) => state.batches.list.find((batch) => batch.batchNo === batchNo);
  const exportOrderNoOf = (state: TradeOrder, batchNo = 1): string => {
    const chosen = batchOf(state, batchNo)?.export;
    return chosen?.way === '9710-service' ? (chosen.exportOrderNo ?? '') : '';
  };
  const eventsOf = async (stream: string): Promise<readonly string[]> => (await log.readStream(stream)).map(({ type }: Recorded) => type);

  /** An order whose money is in. */
  beforeEach(async () => {
    serial += 1;
    orderNo = String(38854287001026700n + BigInt(serial));
    await paidOrder(orderNo);
  });

  const paidOrder = async (no: string, company = 'acme'): Promise<void> => {
    const metadata = { $correlationId: 'c', $causationId: 'c', commandId: `begin-${no}`, commandHash: '', commandName: 'Draft', actor: 'user:li', companyId: companyId(company), schemaVersion: 1, occurredAt: DRAFTED.draftedAt, origin: { via: 'test' } };
    await log.append(`tradeOrder-${no}`, undefined, [
      { id: randomUUID(), type: 'TradeOrderDrafted', data: { ...DRAFTED, orderNo: no }, metadata },
      { id: randomUUID(), type: 'FundsReceived', data: { orderNo: no, receivedAt: DRAFTED.draftedAt }, metadata },
    ]);
  };

  const packedBatch = async (batchNo = 1, qty = '5', actor = EXPORTER): Promise<void> => {
    await run('AddBatch', orderNo, {}, actor);
    await run('SetBatchGoods', orderNo, { batchNo, goods: [{ lineNo: 1, qty }] }, actor);
    await run('SetBatchLogistics', orderNo, { batchNo, provider: 'DEPPON', trackingNo: 'DPK210001' }, actor);
  };

  const linkedBatch = async (batchNo = 1, qty = '5'): Promise<string> => {
    await packedBatch(batchNo, qty);
    await run('ChooseExportWay', orderNo, { batchNo, way: '9710-service', tradeCountry: 'US' });
    return exportOrderNoOf(await until('the link', (state) => exportOrderNoOf(state, batchNo) !== ''), batchNo);
  };

  /** Takes a 9710 order to the end of its service, as far as customs' own commands go. */
  const completeExportOrder = async (exportOrderNo: string, declarationNo: string, amount = '500', currency = 'USD'): Promise<void> => {
    await run('SaveDraft', exportOrderNo, { currency, ebcCode: PROFILE.ebcCode, lines: LINES.map((line) => ({ ...line, unitPrice: String(Number(amount) / 5), total: amount })) });
    await run('SendOrder', exportOrderNo, PLEDGE);
    await run('ApproveOrder', exportOrderNo, {}, REVIEWER);
    await run('BeginTransmission', exportOrderNo, {}, SYSTEM);
    const receipt = { receiptId: randomUUID(), messageType: 'CEB304', verdict: 'succeeded', returnStatus: '120', returnTime: clock.now().toISOString() };
    await run('RecordReceipt', exportOrderNo, receipt, GATEWAY);
    const stated = { declarationNo, orderNo: exportOrderNo, supervisionMode: '9710', companyName: PROFILE.companyName, amount, currency };
    await run('UploadDeclaration', exportOrderNo, { stated, file: declaring().file });
    await run('VerifyDeclaration', exportOrderNo, {}, REVIEWER);
  };

  const released = (exportOrderNo: string, declarationNo: string, releasedAt: string, amount = '500', currency = 'USD') =>
    run('ReportRelease', exportOrderNo, { declarationNo, amount, currency, releasedAt }, GATEWAY);

  const declarationNo = (n: number): string => `02022008${String(serial).padStart(5, '0')}${String(n).padStart(5, '0')}`.replace(/^(.{8})./, '$10');

  it('TA-R17 9710-R36 draft and link the 9710 order of a batch, and follow it', async () => {
    const exportOrderNo = await linkedBatch();
    const customs = await log.readStream(`customsOrder-${exportOrderNo}`);
    expect(customs[0]?.data).toMatchObject({ batch: { tradeOrderNo: orderNo, batchNo: 1 }, account: EXPORTER.id, content: { tradeAssuranceNo: orderNo, tradeCountry: 'US' } });
    expect(customs[0]?.metadata.companyId).toBe('acme');
    expect((await executor.read(consignment, exportOrderNo))?.state.holder).toEqual({ tradeOrderNo: orderNo, batchNo: 1 });
    await completeExportOrder(exportOrderNo, declarationNo(1));
    const state = await until('the completion', (now) => batchOf(now)?.export?.way === '9710-service' && (batchOf(now)?.export as { orderStatus?: string }).orderStatus === 'COMPLETED');
    expect(state.status).toBe('AWAITING_SHIPMENT');
  });

  it('9710-R27 9710-R28 9710-R29 count what customs releases: partly, then shipped by the date that crossed 80 %', async () => {
    const first = await linkedBatch(1, '5');
    const second = await linkedBatch(2, '5');
    await completeExportOrder(first, declarationNo(1), '500');
    await released(first, declarationNo(1), '2022-06-10T00:00:00Z');
    expect((await until('the first release', ({ status }) => status === 'PARTIALLY_SHIPPED')).batches.shippedAt).toBeUndefined();
    await completeExportOrder(second, declarationNo(2), '300');
    await released(second, declarationNo(2), '2022-06-15T00:00:00Z', '300');
    const shipped = await until('the second release', ({ status }) => status === 'SHIPPED');
    expect(shipped.batches).toMatchObject({ shippedAt: '2022-06-15T00:00:00.000Z', decidedBy: declarationNo(2) });
    expect(releasedAmount(shipped.batches)).toBe('800');
  });

  it('9710-R24 put the batch of a cancelled 9710 order on the ordinary path, and go on there', async () => {
    const exportOrderNo = await linkedBatch();
    await run('SaveDraft', exportOrderNo, { currency: 'USD', ebcCode: PROFILE.ebcCode, lines: LINES });
    await run('SendOrder', exportOrderNo, PLEDGE);
    await run('ReturnOrder', exportOrderNo, { reason: '单价有误' }, REVIEWER);
    await until('the return', (state) => (batchOf(state)?.export as { orderStatus?: string } | undefined)?.orderStatus === 'TO_MODIFY');
    await run('SetBatchGoods', orderNo, { batchNo: 1, goods: [{ lineNo: 2, qty: '1' }] });
    await run('CancelOrder', exportOrderNo, {});
    await until('the cancellation', (state) => batchOf(state)?.ordinaryPath === true);
    await run('SubmitBatchDeclaration', orderNo, { batchNo: 1, ...declaring('800', 'USD', declarationNo(1)) });
    await until('the reservation', (state) => (batchOf(state)?.export as { declaration?: { status: string } } | undefined)?.declaration?.status === 'UNDER_REVIEW');
    await run('VerifyBatchDeclaration', orderNo, { batchNo: 1 }, REVIEWER);
    await run('RecordRelease', orderNo, { batchNo: 1, declarationNo: declarationNo(1), releasedAt: '2022-06-20T00:00:00Z' }, GATEWAY);
    expect(await order()).toMatchObject({ status: 'SHIPPED' });
  });

  it('9710-C15 tell the 9710 order of a reopened batch’s goods', async () => {
    const exportOrderNo = await linkedBatch();
    await run('SetBatchGoods', orderNo, { batchNo: 1, goods: [{ lineNo: 2, qty: '1' }] });
    for (let left = 200; left > 0 && !(await eventsOf(`customsOrder-${exportOrderNo}`)).includes('BatchGoodsNoted'); left -= 1) await pause(20);
    expect(await eventsOf(`customsOrder-${exportOrderNo}`)).toContain('BatchGoodsNoted');
  });

  it('9710-C11 delete a batch with its draft', async () => {
    const exportOrderNo = await linkedBatch();
    await run('DeleteBatch', orderNo, { batchNo: 1 });
    await until('the deletion', (state) => batchOf(state) === undefined);
    expect(await eventsOf(`customsOrder-${exportOrderNo}`)).toContain('DraftDeleted');
  });

  it('9710-C11 ask customs, who knows that the order of the batch has just been sent: the batch stays', async () => {
    const exportOrderNo = await linkedBatch();
    await run('SaveDraft', exportOrderNo, { currency: 'USD', ebcCode: PROFILE.ebcCode, lines: LINES });
    // As a person does who is faster than the news of the sending.
    const asking = run('DeleteBatch', orderNo, { batchNo: 1 });
    const sending = run('SendOrder', exportOrderNo, PLEDGE);
    const [deletion, submission] = await Promise.allSettled([asking, sending]);
    const state = await until('an answer', (now) => batchOf(now)?.deleting !== true);
    const isSent = (await eventsOf(`customsOrder-${exportOrderNo}`)).includes('OrderSubmitted');
    expect(batchOf(state) === undefined).toBe(!isSent);
    expect([deletion.status, submission.status]).toContain('fulfilled');
  });

  it('TA-R17 record that customs will not draft an order, and let another way be chosen', async () => {
    orderNo = String(BigInt(orderNo) + 5000n);
    await paidOrder(orderNo, 'idle');
    await packedBatch(1, '5', IDLE);
    await run('ChooseExportWay', orderNo, { batchNo: 1, way: '9710-service' }, IDLE);
    await until('the refusal', (state) => (batchOf(state)?.export as { status?: string } | undefined)?.status === 'REFUSED');
    expect(await log.readStream(`tradeOrder-${orderNo}`)).toContainEqual(expect.objectContaining({ type: 'ExportServiceRefused', data: expect.objectContaining({ rule: '9710-R5' }) as unknown }));
    await run('ChooseExportWay', orderNo, { batchNo: 1, way: 'smart-declaration' }, IDLE);
  });

  it('TA-R20 reject a declaration that another order was faster with', async () => {
    const other = orderNo;
    const declare = async (): Promise<void> => {
      await packedBatch();
      await run('ChooseExportWay', orderNo, { batchNo: 1, way: 'own-declaration' });
    };
    await declare();
    orderNo = String(BigInt(orderNo) + 5000n);
    await paidOrder(orderNo);
    await declare();
    const submit = (target: string) => run('SubmitBatchDeclaration', target, { batchNo: 1, ...declaring('1', 'USD', declarationNo(1)) });
    await Promise.all([submit(other), submit(orderNo)]);
    const standing = async (no: string) => ((await new CommandExecutor(log, clock).read(tradeOrder, no))?.state.batches.list[0]?.export as { declaration?: { status: string } }).declaration?.status;
    for (let left = 200; left > 0 && (await Promise.all([standing(other), standing(orderNo)])).includes('SUBMITTED'); left -= 1) await pause(20);
    expect([await standing(other), await standing(orderNo)].sort()).toEqual(['REJECTED', 'UNDER_REVIEW']);
    const loser = (await standing(other)) === 'REJECTED' ? other : orderNo;
    dispatcher = new CommandDispatcher(new CommandExecutor(log, clock), useCases);
    await expect(submit(loser)).rejects.toMatchObject({ rule: 'TA-R20', code: 'consignment-taken' });
  });

  it('9710-C12 keep a release without a rate, and count it when the rate is stored', async () => {
    const exportOrderNo = await linkedBatch();
    await completeExportOrder(exportOrderNo, declarationNo(1), '800', 'EUR');
    await released(exportOrderNo, declarationNo(1), '2022-06-10T00:00:00Z', '800', 'EUR');
    await until('the pending release', ({ batches }) => batches.releases[0]?.state === 'PENDING');
    await run('StoreExchangeRate', 'EUR-USD', { rate: '1.1', effectiveFrom: '2022-06-01T00:00:00Z', source: 'bank' }, OPS);
    const shipped = await until('the count', ({ status }) => status === 'SHIPPED');
    expect(shipped.batches.releases).toMatchObject([{ state: 'COUNTED', amount: '880' }]);
  });

  it('every command of both contexts has one use case', () => {
    const names = useCases.map(({ command }) => command.name);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
    expect(names).toContain(RegisterProfile.name);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { CommandDispatcher, CommandExecutor, EventLog, ManualClock, Refusal, systemActor, type Actor, type CommandEnvelope, type CommandResult, type ProcessManager, type Recorded } from '#event-sourcing';
import { ORDER_NO, SUPPLIER, TERMS } from '../orders/order.scenarios.js';
import type { TradeOrderEvent } from '../orders/events.js';
import { DraftTradeOrder } from '../orders/draft-trade-order.js';
import { MatchBuyer } from '../orders/match-buyer.js';
import { SubmitTradeOrder } from '../orders/submit-trade-order.js';
import { orderUseCases } from '../orders/use-cases.js';
import { isProtected } from '../orders/protection.js';
import type { Protection, TradeOrderStatus } from '../orders/values.js';
import { ApplyForAssurance } from '../service/apply-for-assurance.js';
import { RecordShop } from '../service/record-shop.js';
import { serviceUseCases } from '../service/use-cases.js';
import { creditKeeper, creditReservations } from './credit-keeper.js';
import { available, creditLine, occupied, type CreditLine } from './credit-line.js';
import { ReleaseCredit, ReleaseUnusedCredit } from './release-credit.js';
import { ReserveCredit } from './reserve-credit.js';
import { SetCreditLine } from './set-credit-line.js';
import { creditUseCases } from './use-cases.js';

const OPS: Actor = { id: 'user:chen', roles: ['ops'], companyId: SUPPLIER.companyId };
const SYSTEM = { ...systemActor('test'), companyId: SUPPLIER.companyId };
const SHOP = { companyName: '成都示范出口有限公司', uscc: '91330100799655058B', membership: 'PAID', operating: true };

/** What a process asks for after the events, the last one's reactions. */
const reactions = (events: readonly object[], { evolve, initialState, react }: ProcessManager<Protection, TradeOrderEvent>): readonly object[] => {
  const recorded = events.map((event) => ({ ...event, metadata: { companyId: 'acme' } }) as unknown as Recorded<TradeOrderEvent>);
  return recorded.reduce<{ state: Protection; asked: readonly object[] }>(({ state }, event) => ((next) => ({ state: next, asked: react(event, next) }))(evolve(state, event)), { state: initialState, asked: [] }).asked;
};

const after = (protection: Protection, type: string): readonly object[] =>
  reactions([{ type: 'TradeOrderDrafted', data: { orderNo: ORDER_NO, protection } }, { type, data: { orderNo: ORDER_NO } }], creditKeeper);

const releasing = (reason: string): object[] => [{ kind: 'command', command: ReleaseCredit, target: 'acme', payload: { orderNo: ORDER_NO, reason } }];

describe('what frees the credit of an order', () => {
  it('TA-R9 is shipping for protection until shipment', () => {
    expect(after('UNTIL_SHIPMENT', 'OrderShipped')).toEqual(releasing('SHIPPED'));
    expect(after('UNTIL_SHIPMENT', 'TradeOrderCompleted')).toEqual([]);
  });

  it('TA-R10 is receipt for protection until receipt', () => {
    expect(after('UNTIL_RECEIPT', 'TradeOrderCompleted')).toEqual(releasing('COMPLETED'));
    expect(after('UNTIL_RECEIPT', 'OrderShipped')).toEqual([]);
  });

  it('TA-C9 is never part shipping, and is the same receipt whoever or whatever confirms it', () => {
    for (const protection of ['UNTIL_SHIPMENT', 'UNTIL_RECEIPT'] as const) expect(after(protection, 'OrderPartiallyShipped')).toEqual([]);
    for (const by of ['BUYER', 'TIME', 'SETTLEMENT']) {
      const events = [{ type: 'TradeOrderDrafted', data: { orderNo: ORDER_NO, protection: 'UNTIL_RECEIPT' } }, { type: 'TradeOrderCompleted', data: { orderNo: ORDER_NO, by } }];
      expect(reactions(events, creditKeeper)).toEqual(releasing('COMPLETED'));
    }
  });

  it.each([
    ['TA-R8', 'NONE'],
    ['TA-R9', 'UNTIL_SHIPMENT'],
    ['TA-R10', 'UNTIL_RECEIPT'],
  ] as const)('%s ends the protection with it: %s', (_, protection) => {
    const journeys: readonly (readonly (readonly [TradeOrderEvent['type'], TradeOrderStatus])[])[] = [
      [['TradeOrderSubmitted', 'AWAITING_BUYER'], ['TradeOrderCancelled', 'CANCELLED']],
      [['TradeOrderSubmitted', 'AWAITING_BUYER'], ['TradeOrderConfirmed', 'AWAITING_PAYMENT'], ['FundsReceived', 'AWAITING_SHIPMENT'], ['OrderPartiallyShipped', 'PARTIALLY_SHIPPED'], ['OrderShipped', 'SHIPPED'], ['DisputeOpened', 'DISPUTED'], ['TradeOrderCompleted', 'COMPLETED']],
    ];
    for (const steps of journeys) {
      let occupies = false;
      for (const [type, status] of steps) {
        occupies = (occupies || type === 'TradeOrderSubmitted') && protection !== 'NONE' && after(protection, type).length === 0;
        expect([type, isProtected({ protection, status })]).toEqual([type, occupies]);
      }
    }
    expect(isProtected({ protection, status: 'DRAFT' })).toBe(false);
  });

  it('is cancelling; and nothing is freed where nothing was occupied', () => {
    expect(after('UNTIL_RECEIPT', 'TradeOrderCancelled')).toEqual(releasing('CANCELLED'));
    for (const type of ['TradeOrderCancelled', 'OrderShipped', 'TradeOrderCompleted']) expect(after('NONE', type)).toEqual([]);
  });
});

describe('a credit line in the store', () => {
  let dataDir: string;
  let node: EmbeddedEventStore;
  let log: EventLog;
  let executor: CommandExecutor;
  let serial = 0;
  const clock = new ManualClock(new Date('2026-03-01T08:00:00.000Z'));

  const envelope = (actor: Actor): CommandEnvelope => ({ commandId: `c${(serial += 1)}`, actor, companyId: SUPPLIER.companyId, correlationId: 'test', origin: { via: 'test' } });
  const run = (name: string, target: string, payload: object, actor: Actor = SUPPLIER): Promise<CommandResult> =>
    new CommandDispatcher(executor, [...creditUseCases, ...serviceUseCases, ...orderUseCases]).dispatch(name, target, payload, envelope(actor));
  const line = async (): Promise<CreditLine> => (await executor.read(creditLine, 'acme'))?.state ?? creditLine.initialState;
  const reserve = (orderNo: string, amount = '1000'): Promise<CommandResult> => run(ReserveCredit.name, 'acme', { orderNo, amount, currency: 'USD' });
  const ruleOf = async (outcome: Promise<unknown>): Promise<string> => outcome.then(() => 'done', (error: unknown) => (error instanceof Refusal ? error.rule : String(error)));

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'credit-'));
    node = await EmbeddedEventStore.start({ dataDir, port: 0 });
    log = EventLog.connect(node.connectionString, { callTimeoutMs: 5000 });
    executor = new CommandExecutor(log, clock);
  });

  afterAll(async () => {
    await log.close();
    await node.stop();
    await rm(dataDir, { recursive: true });
  });

  it('TA-R11 refuses what the line does not cover, and who has none', async () => {
    expect(await ruleOf(reserve('1'))).toBe('TA-R11');
    await run(SetCreditLine.name, 'acme', { total: '5000.00', currency: 'USD' }, OPS);
    expect(await ruleOf(reserve('1', '5000.00001'))).toBe('TA-R11');
    expect(await ruleOf(run(ReserveCredit.name, 'acme', { orderNo: '1', amount: '1', currency: 'EUR' }))).toBe('TA-R11');
    expect(await line()).toMatchObject({ total: '5000', reservations: [] });
  });

  it('TA-R11 is never over-committed by orders that are submitted at the same time, in several processes', async () => {
    const processes = [executor, new CommandExecutor(log, clock), new CommandExecutor(log, clock)];
    const dispatchers = processes.map((process) => new CommandDispatcher(process, creditUseCases));
    const orders = Array.from({ length: 60 }, (_, index) => String(30_000_000_000_000_000n + BigInt(index)));
    const outcomes = await Promise.all(
      orders.map((orderNo, index) => {
        const dispatch = (): Promise<unknown> => dispatchers[index % dispatchers.length]!.dispatch(ReserveCredit.name, 'acme', { orderNo, amount: '300', currency: 'USD' }, envelope(SUPPLIER));
        // Whoever loses too many races is told so, and tries again, as a client does.
        const patient = async (): Promise<string> => ((outcome) => (outcome.includes('RevisionConflict') ? patient() : outcome))(await ruleOf(dispatch()));
        return patient();
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(16);
    expect(outcomes.filter((outcome) => outcome === 'TA-R11')).toHaveLength(44);
    const state = await line();
    expect([occupied(state), available(state)]).toEqual(['4800', '200']);
    for (const { orderNo } of state.reservations) await run(ReleaseCredit.name, 'acme', { orderNo, reason: 'CANCELLED' }, SYSTEM);
    expect(available(await line())).toBe('5000');
  });

  it('gives back what was reserved for an order that was never submitted, and never what one was submitted with', async () => {
    await run(RecordShop.name, 'acme', SHOP, OPS);
    await run(ApplyForAssurance.name, 'acme', {});
    const submittedWith = async (submits: boolean): Promise<string> => {
      const { id } = await run(DraftTradeOrder.name, '', TERMS);
      await run(MatchBuyer.name, id, {});
      await reserve(id);
      if (submits) await run(SubmitTradeOrder.name, id, { exportAcknowledged: true, guaranteeTermsAccepted: true, receiptDays: 45 });
      return id;
    };
    const [forgotten, submitted] = [await submittedWith(false), await submittedWith(true)];
    for (const orderNo of [forgotten, submitted]) {
      const reserved = (await log.readStream('creditLine-acme')).findLast(({ type, data }) => type === 'CreditReserved' && (data as { orderNo: string }).orderNo === orderNo)!;
      const [deadline] = creditReservations.react(reserved as never, null);
      expect(deadline).toMatchObject({ kind: 'schedule', command: ReleaseUnusedCredit, target: 'acme', dueAt: new Date('2026-03-01T09:00:00.000Z') });
      await run(ReleaseUnusedCredit.name, 'acme', (deadline as unknown as { payload: object }).payload, SYSTEM);
    }
    expect((await line()).reservations.map(({ orderNo }) => orderNo)).toEqual([submitted]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { DraftOrderForBatch, NoteBatchGoods, WithdrawOrder, type CustomsOrderEvent } from '#customs';
import { companyId, NotFound, Refusal, Refusals, type DomainEvent, type EventMetadata, type ProcessManager, type Reaction, type Recorded } from '#event-sourcing';
import type { BatchEvent } from './batch-events.js';
import { consignment, freeConsignment, reserveConsignment, type Consignment } from './consignments/consignment.js';
import { exportOrders } from './export-orders.js';
import { exportRequests } from './export-requests.js';
import { pendingReleases } from './pending-releases.js';
import { exchangeRate, rateAt, type ExchangeRateEvent } from './rates/exchange-rate.js';
import { storeExchangeRate, type StoreExchangeRateInput } from './rates/store-exchange-rate.js';
import { DECLARATION_NO, EXPORT_ORDER_NO, EXPORTER, FILE, ORDER_NO, SYSTEM, following, packed, serviceChosen } from './shipping.scenarios.js';
import { setBatchGoods } from './set-goods.js';

const recorded = <Event extends DomainEvent>(event: Event, revision: number, stream: string): Recorded<Event> => ({
  ...event,
  id: `${stream}/${revision}`,
  stream,
  revision,
  position: revision,
  metadata: { occurredAt: '2022-06-21T08:00:00.000Z', companyId: companyId('acme') } as EventMetadata,
});

/** What a process asks for, event by event. */
const asked = <State, Event extends DomainEvent>(manager: ProcessManager<State, Event>, events: readonly Event[], stream = `tradeOrder-${ORDER_NO}`): readonly (readonly Reaction[])[] => {
  let state = manager.initialState;
  return events.map((event, revision) => {
    const known = recorded(event, revision, stream);
    state = manager.evolve(state, known);
    return manager.react(known, state);
  });
};

const commandsOf = (reactions: readonly Reaction[]): readonly object[] =>
  reactions.map((reaction) => (reaction.kind === 'command' ? { command: reaction.command.name, target: reaction.target, payload: reaction.payload } : reaction));

describe('from the shipping desk to customs', () => {
  it('TA-R17 asks customs for the order of a batch that chose the 9710 service, in the name of who chose it', () => {
    const [reaction] = asked(exportRequests, serviceChosen().history).at(-1) ?? [];
    expect(reaction).toMatchObject({
      command: DraftOrderForBatch,
      payload: { batch: { tradeOrderNo: ORDER_NO, batchNo: 1, requestId: `${ORDER_NO}/1/1` }, account: EXPORTER.id, goods: [{ name: 'Table lamp', qty: '5' }], currency: 'USD' },
    });
  });

  it('TA-R17 records why customs says no', () => {
    const [reaction] = asked(exportRequests, serviceChosen().history).at(-1) ?? [];
    if (reaction?.kind !== 'command' || reaction.refused === undefined) throw new Error('nothing is recorded');
    const text = { en: 'not active', zh: '尚未开通' };
    const first = new Refusal('9710-R30', text);
    for (const error of [first, new Refusals([first, new Refusal('x', text)])]) {
      expect(reaction.refused(error)).toMatchObject({ target: ORDER_NO, payload: { batchNo: 1, requestId: `${ORDER_NO}/1/1`, rule: '9710-R30', reason: text } });
    }
    expect(reaction.refused(new NotFound('customsOrder', 'x'))).toMatchObject({ payload: { rule: 'TA-R17' } });
  });

  it('9710-C15 tells the 9710 order of changed goods', () => {
    const { history } = following('TO_MODIFY').when(setBatchGoods, { batchNo: 1, goods: [{ lineNo: 2, qty: '1' }] });
    expect(asked(exportRequests, history).at(-1)).toMatchObject([{ command: NoteBatchGoods, target: EXPORT_ORDER_NO, payload: { goods: [{ name: 'Lychee', qty: '1' }] } }]);
    expect(asked(exportRequests, packed().history).flat()).toEqual([]);
  });

  it('9710-C11 withdraws the 9710 order of a batch that is being deleted', () => {
    const event: BatchEvent = { type: 'BatchDeletionRequested', data: { orderNo: ORDER_NO, batchNo: 1, exportOrderNo: EXPORT_ORDER_NO } };
    expect(asked(exportRequests, [event])[0]).toMatchObject([{ command: WithdrawOrder, target: EXPORT_ORDER_NO }]);
  });

  it('TA-R20 reserves a declaration before it is reviewed, and gives it back when it is rejected', () => {
    const stated = { declarationNo: DECLARATION_NO, amount: '1', currency: 'USD' };
    const submitted: BatchEvent = { type: 'BatchDeclarationSubmitted', data: { orderNo: ORDER_NO, batchNo: 1, way: 'own-declaration', ...stated, file: { ...FILE, contentType: 'application/pdf' }, submittedAt: '2022-06-21T08:00:00.000Z' } };
    const rejected: BatchEvent = { type: 'BatchDeclarationRejected', data: { orderNo: ORDER_NO, batchNo: 1, declarationNo: DECLARATION_NO, rule: '9710-R24', reason: { en: 'blurred', zh: '模糊' } } };
    expect(asked(exportRequests, [submitted, rejected]).map(commandsOf)).toMatchObject([
      [{ command: 'ReserveConsignment', target: DECLARATION_NO, payload: { tradeOrderNo: ORDER_NO, batchNo: 1 } }, { command: 'LinkBatchDeclaration', target: ORDER_NO }],
      [{ command: 'FreeConsignment', target: DECLARATION_NO }],
    ]);
  });
});

describe('from customs to the shipping desk', () => {
  const batch = { tradeOrderNo: ORDER_NO, batchNo: 1, requestId: `${ORDER_NO}/1/1` };
  const orderNo = EXPORT_ORDER_NO;
  const events = (linkedTo: typeof batch | undefined): readonly CustomsOrderEvent[] =>
    [
      { type: 'OrderDrafted', data: { orderNo, content: { scene: 'cross-border', lines: [] }, ...(linkedTo && { batch: linkedTo }) } },
      { type: 'DraftSaved', data: { orderNo, content: { scene: 'cross-border', lines: [] } } },
      { type: 'OrderSubmitted', data: { orderNo } },
      { type: 'OrderReturned', data: { orderNo } },
      { type: 'OrderCancelled', data: { orderNo } },
    ] as unknown as readonly CustomsOrderEvent[];

  it('TA-R17 TA-R20 links the batch with the order that was drafted for it, and reserves it', () => {
    expect(commandsOf(asked(exportOrders, events(batch), `customsOrder-${orderNo}`)[0] ?? [])).toEqual([
      { command: 'ReserveConsignment', target: orderNo, payload: { tradeOrderNo: ORDER_NO, batchNo: 1 } },
      { command: 'LinkExportOrder', target: ORDER_NO, payload: { batchNo: 1, requestId: batch.requestId, exportOrderNo: orderNo } },
    ]);
  });

  it('9710-R36 follows the order where its status changes, and orders without a batch nowhere', () => {
    const follow = (status: string, revision: number) => [{ command: 'FollowExportOrder', target: ORDER_NO, payload: { batchNo: 1, exportOrderNo: orderNo, status, revision } }];
    expect(asked(exportOrders, events(batch), `customsOrder-${orderNo}`).slice(1).map(commandsOf)).toEqual([[], follow('IN_REVIEW', 2), follow('TO_MODIFY', 3), follow('CANCELLED', 4)]);
    expect(asked(exportOrders, events(undefined), `customsOrder-${orderNo}`).flat()).toEqual([]);
  });

  it('9710-R27 TA-R20 reserves a released declaration and counts it; if it is another order’s, sets it aside', () => {
    const released = { type: 'DeclarationReleased', data: { orderNo, declarationNo: DECLARATION_NO, amount: '500', currency: 'USD', releasedAt: '2022-06-20T00:00:00.000Z' } } as const;
    const [reserve, record] = asked(exportOrders, [...events(batch).slice(0, 1), released], `customsOrder-${orderNo}`)[1] ?? [];
    const release = { batchNo: 1, declarationNo: DECLARATION_NO, exportOrderNo: orderNo, declaredAmount: '500', currency: 'USD', releasedAt: '2022-06-20T00:00:00.000Z' };
    expect(record).toMatchObject({ target: ORDER_NO, payload: release });
    if (reserve?.kind !== 'command' || reserve.refused === undefined) throw new Error('nothing is recorded');
    expect(reserve.refused(new Refusal('TA-R20', { en: 'taken', zh: '已关联' }))).toMatchObject({ target: ORDER_NO, payload: { ...release, rule: 'TA-R20' } });
  });
});

describe('releases that wait for a rate', () => {
  const pending = (declarationNo: string, releasedAt: string): Extract<BatchEvent, { type: 'ReleasePending' }> => ({
    type: 'ReleasePending',
    data: { orderNo: ORDER_NO, batchNo: 1, declarationNo, declaredAmount: '1', currency: 'EUR', releasedAt, orderCurrency: 'USD' },
  });
  const stored = (rate: string, effectiveFrom: string): ExchangeRateEvent => ({ type: 'ExchangeRateStored', data: { from: 'EUR', to: 'USD', rate, effectiveFrom, source: 'bank' } });
  const late = pending('1', '2022-06-20T00:00:00.000Z');
  const early = pending('2', '2022-06-10T00:00:00.000Z');

  it('9710-C12 are counted when a rate is stored that holds at their date, the others wait on', () => {
    const steps = asked(pendingReleases, [late, early, stored('1.1', '2022-06-15T00:00:00.000Z'), { type: 'DeclarationReleased', data: { ...late.data, amountInOrderCurrency: '1.1' } }, stored('1.05', '2022-06-01T00:00:00.000Z')]);
    expect(steps.map((reactions) => reactions.map((reaction) => reaction.kind === 'command' && reaction.payload))).toEqual([
      [],
      [],
      [{ declarationNo: '1', rate: { rate: '1.1', effectiveFrom: '2022-06-15T00:00:00.000Z' } }],
      [],
      [{ declarationNo: '2', rate: { rate: '1.05', effectiveFrom: '2022-06-01T00:00:00.000Z' } }],
    ]);
  });

  it('9710-C12 do not miss a rate that was stored while they were being recorded', () => {
    expect(asked(pendingReleases, [stored('1.1', '2022-06-15T00:00:00.000Z'), late])[1]).toHaveLength(1);
  });

  it('9710-C12 wait for each pair of currencies apart', () => {
    const instances = [late, stored('1', '2022-06-15T00:00:00.000Z')].map((event) => pendingReleases.instance(recorded(event, 0, 'x')));
    expect(instances).toEqual(['EUR-USD', 'EUR-USD']);
    const own: BatchEvent = { type: 'DeclarationReleased', data: { orderNo: ORDER_NO, batchNo: 1, declarationNo: '1', declaredAmount: '1', currency: 'USD', releasedAt: late.data.releasedAt, amountInOrderCurrency: '1' } };
    expect(pendingReleases.instance(recorded(own, 0, 'x'))).toBeUndefined();
  });
});

describe('a consignment', () => {
  const world = { now: new Date(), actor: SYSTEM, id: DECLARATION_NO };
  const mine = { tradeOrderNo: ORDER_NO, batchNo: 1 };
  const after = (events: readonly ReturnType<typeof reserveConsignment>[number][]): Consignment =>
    events.reduce((state, event) => consignment.evolve(state, recorded(event, 0, 'x')), consignment.initialState);

  it('TA-R20 belongs to one trade order only, and to one batch of it', () => {
    const held = after(reserveConsignment(mine, consignment.initialState, world));
    expect(reserveConsignment(mine, held, world)).toEqual([]);
    for (const other of [{ tradeOrderNo: '90021645010167090', batchNo: 1 }, { ...mine, batchNo: 2 }]) {
      expect(() => reserveConsignment(other, held, world)).toThrow('TA-R20');
      expect(freeConsignment(other, held, world)).toEqual([]);
    }
    const freed = after([...reserveConsignment(mine, consignment.initialState, world), ...freeConsignment(mine, held, world)]);
    expect(reserveConsignment({ tradeOrderNo: '90021645010167090', batchNo: 1 }, freed, world)).toHaveLength(1);
  });

  it('TA-R20 is reserved by the system, not by people', () => {
    expect(() => reserveConsignment(mine, consignment.initialState, { ...world, actor: EXPORTER })).toThrow('TA-R17');
  });
});

describe('exchange rates', () => {
  const OPS = { id: 'user:ops', roles: ['ops' as const], companyId: companyId('platform') };
  const RATE: StoreExchangeRateInput = { rate: '1.10', effectiveFrom: '2022-06-01T00:00:00Z', source: '中国银行' };
  const store = (input: Partial<StoreExchangeRateInput>, id = 'EUR-USD', actor: typeof OPS | typeof EXPORTER = OPS, state = exchangeRate.initialState) =>
    storeExchangeRate({ ...RATE, ...input }, state, { now: new Date(), actor, id });

  it('9710-C12 are stored for a pair, dated, and hold until a later one does', () => {
    const events = [...store({}), ...store({ rate: '1.2', effectiveFrom: '2022-07-01T00:00:00Z' })];
    const state = events.reduce((before, event) => exchangeRate.evolve(before, recorded(event, 0, 'x')), exchangeRate.initialState);
    expect(events[0]?.data).toMatchObject({ from: 'EUR', to: 'USD', rate: '1.1' });
    expect(['2022-05-31T23:59:59.999Z', '2022-06-01T00:00:00.000Z', '2022-06-30T23:59:59.999Z', '2022-07-01T00:00:00.000Z'].map((instant) => rateAt(state, instant)?.rate)).toEqual([undefined, '1.1', '1.1', '1.2']);
    expect(store({}, 'EUR-USD', OPS, state)).toEqual([]);
  });

  it('9710-C12 are kept by operations, for currencies that customs knows', () => {
    expect(() => store({}, 'EUR-USD', EXPORTER)).toThrow('kept by the platform');
    expect(() => store({}, 'XXX-USD')).toThrow('knows no currency XXX');
    expect(() => store({}, 'USD-USD')).toThrow('names one currency twice');
    expect(() => store({ rate: '0.00000000001' })).toThrow('at most 10 decimals');
  });
});


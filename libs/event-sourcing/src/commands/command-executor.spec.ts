import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#embedded-eventstore';
import {
  Command,
  CommandExecutor,
  CommandKeyReused,
  companyId,
  EventLog,
  ManualClock,
  NotFound,
  Refusal,
  refusal,
  RevisionConflict,
  StoreUnavailable,
  systemActor,
  useCase,
  type Actor,
  type Aggregate,
  type AnyUseCase,
  type CommandEnvelope,
  type CommandResult,
  type Decide,
  type EventOf,
} from '#event-sourcing';

type LedgerEvent = EventOf<{ Opened: { name: string }; Counted: { by: number } }>;
interface Ledger {
  readonly name?: string;
  readonly count: number;
}

const ledger: Aggregate<Ledger, LedgerEvent> = {
  category: 'ledger',
  initialState: { count: 0 },
  evolve: (state, event) => (event.type === 'Opened' ? { ...state, name: event.data.name } : { ...state, count: state.count + event.data.by }),
};

class Open extends Command<{ readonly name: string }> {}
class Count extends Command<{ readonly by: number }> {}

const open: Decide<{ readonly name: string }, Ledger, LedgerEvent> = ({ name }) => [{ type: 'Opened', data: { name } }];
const count: Decide<{ readonly by: number }, Ledger, LedgerEvent> = ({ by }, { count: reached }) => {
  if (reached + by > 100) throw refusal('T-1', { en: 'never above one hundred', zh: '不得超过一百' });
  return by === 0 ? [] : [{ type: 'Counted', data: { by } }];
};

const drawnId = (envelope: CommandEnvelope, attempt: number): string => `${envelope.commandId.slice(0, 1)}${attempt}`;
const opening = useCase({ command: Open, aggregate: ledger, decide: open, newId: drawnId });
const counting = useCase({ command: Count, aggregate: ledger, decide: count });

const acme: Actor = { id: 'user:ann', roles: ['exporter'], companyId: companyId('acme') };
const rival: Actor = { id: 'user:bob', roles: ['exporter'], companyId: companyId('rival') };

describe('carrying out commands', () => {
  let dataDir: string;
  let node: EmbeddedEventStore;
  let log: EventLog;
  let executor: CommandExecutor;
  let serial = 0;
  const clock = new ManualClock(new Date('2026-03-01T08:00:00Z'));

  const envelope = (commandId: string, actor: Actor = acme, more: Partial<CommandEnvelope> = {}): CommandEnvelope => ({
    commandId,
    actor,
    companyId: actor.companyId,
    correlationId: 'test',
    origin: { via: 'test' },
    ...more,
  });
  const run = (line: AnyUseCase, command: Command): Promise<CommandResult> => executor.execute(line, command);
  const opened = async (): Promise<CommandResult> => run(opening, new Open('', { name: 'first' }, envelope(`${String.fromCharCode(0x4e00 + (serial += 1))}-open`)));
  const restarted = (): CommandExecutor => new CommandExecutor(log, clock);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'executor-'));
    node = await EmbeddedEventStore.start({ dataDir, port: 0 });
    log = EventLog.connect(node.connectionString, { callTimeoutMs: 500 });
  });
  beforeEach(() => {
    executor = restarted();
  });
  afterAll(async () => {
    await log.close();
    await node.stop();
    await rm(dataDir, { recursive: true });
  });

  it('answers with the revision, the position and the events once they are stored', async () => {
    const { id, position } = await opened();
    const result = await run(counting, new Count(id, { by: 5 }, envelope('k1')));
    expect(result).toMatchObject({ id, stream: `ledger-${id}`, revision: 1, events: ['Counted'], repeated: false });
    expect(result.position).toBeGreaterThan(position);
    const stored = await log.readStream(`ledger-${id}`);
    expect(stored.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'Opened', data: { name: 'first' } },
      { type: 'Counted', data: { by: 5 } },
    ]);
    expect(stored[1]?.metadata).toMatchObject({ actor: 'user:ann', companyId: 'acme', occurredAt: '2026-03-01T08:00:00.000Z', schemaVersion: 1, commandId: 'acme/k1' });
  });

  it('does a repeated command once and answers as the first time, also after a restart', async () => {
    const { id } = await opened();
    const first = await run(counting, new Count(id, { by: 5 }, envelope('k2')));
    await run(counting, new Count(id, { by: 1 }, envelope('k3')));
    const again = await run(counting, new Count(id, { by: 5 }, envelope('k2')));
    executor = restarted();
    const afterRestart = await run(counting, new Count(id, { by: 5 }, envelope('k2')));
    expect(again).toEqual({ ...first, repeated: true });
    expect(afterRestart).toEqual({ ...first, repeated: true });
    expect(await log.readStream(`ledger-${id}`)).toHaveLength(3);
  });

  it('finds the stream that a repeated creation began, also after a restart and further events', async () => {
    const create = (): Promise<CommandResult> => run(opening, new Open('', { name: 'same' }, envelope('x-create')));
    const first = await create();
    executor = restarted();
    const second = await create();
    await run(counting, new Count(first.id, { by: 1 }, envelope('k')));
    executor = restarted();
    const third = await create();
    expect(second).toEqual({ ...first, repeated: true });
    expect(third).toEqual({ ...first, repeated: true });
    expect(await log.readStream(first.stream)).toHaveLength(2);
  });

  it('draws another id when the first is taken by another command', async () => {
    const first = await run(opening, new Open('', { name: 'a' }, envelope('y-one')));
    executor = restarted();
    const second = await run(opening, new Open('', { name: 'b' }, envelope('y-two')));
    expect([first.id, second.id]).toEqual(['y0', 'y1']);
  });

  it('refuses a key that was used with another payload', async () => {
    const { id } = await opened();
    await run(counting, new Count(id, { by: 5 }, envelope('k4')));
    await expect(run(counting, new Count(id, { by: 6 }, envelope('k4')))).rejects.toBeInstanceOf(CommandKeyReused);
    await run(opening, new Open('', { name: 'a' }, envelope('z-one')));
    executor = restarted();
    await expect(run(opening, new Open('', { name: 'b' }, envelope('z-one')))).rejects.toBeInstanceOf(CommandKeyReused);
  });

  it('costs one append and no read on a stream it has used before', async () => {
    const { id } = await opened();
    const before = { ...log.calls };
    for (let index = 0; index < 20; index += 1) await run(counting, new Count(id, { by: 1 }, envelope(`hot-${index}`)));
    expect({ appends: log.calls.appends - before.appends, reads: log.calls.reads - before.reads }).toEqual({ appends: 20, reads: 0 });
  });

  it('decides anew when another process has appended meanwhile, and keeps the rule', async () => {
    const { id } = await opened();
    const other = restarted();
    await run(counting, new Count(id, { by: 60 }, envelope('mine')));
    await other.execute(counting, new Count(id, { by: 30 }, envelope('theirs')));
    await expect(run(counting, new Count(id, { by: 20 }, envelope('too-many')))).rejects.toBeInstanceOf(Refusal);
    await run(counting, new Count(id, { by: 10 }, envelope('just')));
    expect((await executor.read(ledger, id))?.state.count).toBe(100);
  });

  it('looks again before it refuses, or says that there is nothing to do, on what it remembers', async () => {
    const { id } = await opened();
    await run(counting, new Count(id, { by: 90 }, envelope('mine-first')));
    await restarted().execute(counting, new Count(id, { by: -80 }, envelope('theirs-later')));
    expect(await run(counting, new Count(id, { by: 40 }, envelope('fits-now')))).toMatchObject({ revision: 3, events: ['Counted'] });
    await restarted().execute(counting, new Count(id, { by: 1 }, envelope('theirs-again')));
    expect(await run(counting, new Count(id, { by: 0 }, envelope('nothing-on-the-newest')))).toMatchObject({ revision: 4, events: [] });
  });

  it('never oversteps a rule under concurrent commands of two processes', async () => {
    const { id } = await opened();
    const processes = [executor, restarted()];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => (processes[index % 2] ?? executor).execute(counting, new Count(id, { by: 4 }, envelope(`c-${index}`)))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(25);
    expect((await restarted().read(ledger, id))?.state.count).toBeLessThanOrEqual(100);
  });

  it('refuses a command that has not seen the present revision', async () => {
    const { id } = await opened();
    await run(counting, new Count(id, { by: 1 }, envelope('k5')));
    const stale = run(counting, new Count(id, { by: 1 }, envelope('k6', acme, { expectedRevision: 0 })));
    await expect(stale).rejects.toMatchObject(new RevisionConflict(`ledger-${id}`, 0, 1));
    const current = await run(counting, new Count(id, { by: 1 }, envelope('k7', acme, { expectedRevision: 1 })));
    expect(current.revision).toBe(2);
  });

  it('tells a stranger that there is no such stream', async () => {
    const { id } = await opened();
    await expect(run(counting, new Count(id, { by: 1 }, envelope('s', rival)))).rejects.toBeInstanceOf(NotFound);
    await expect(run(counting, new Count('nowhere', { by: 1 }, envelope('s')))).rejects.toBeInstanceOf(NotFound);
  });

  it('are taken from another company’s actor where the use case admits him, by what the stream says now', async () => {
    const admitting = useCase<{ readonly by: number }, Ledger, LedgerEvent>({ command: Count, aggregate: ledger, decide: count, admits: (actor, { count: reached }) => actor.id === rival.id && reached > 0 });
    const { id } = await opened();
    await expect(run(admitting, new Count(id, { by: 1 }, envelope('a', rival)))).rejects.toBeInstanceOf(NotFound);
    await restarted().execute(counting, new Count(id, { by: 1 }, envelope('b')));
    expect((await run(admitting, new Count(id, { by: 1 }, envelope('c', rival)))).events).toEqual(['Counted']);
    const [, , last] = await log.readStream(`ledger-${id}`);
    expect(last?.metadata).toMatchObject({ actor: rival.id, companyId: 'acme' });
    await expect(run(admitting, new Count(id, { by: 1 }, envelope('d', { ...rival, id: 'user:eve' })))).rejects.toBeInstanceOf(NotFound);
  });

  it("keeps the stream's company when the system acts on it", async () => {
    const { id } = await opened();
    await run(counting, new Count(id, { by: 1 }, envelope('sys', systemActor('tests'))));
    expect((await log.readStream(`ledger-${id}`)).map(({ metadata }) => metadata.companyId)).toEqual(['acme', 'acme']);
  });

  it('answers a command that changes nothing with the present revision', async () => {
    const { id, revision, position } = await opened();
    expect(await run(counting, new Count(id, { by: 0 }, envelope('nothing')))).toMatchObject({ revision, position, events: [] });
  });

  it('says that the store is away, and goes on by itself when it is back', async () => {
    const { id } = await opened();
    const port = node.port;
    await node.stop();
    const command = new Count(id, { by: 7 }, envelope('away'));
    await expect(run(counting, command)).rejects.toBeInstanceOf(StoreUnavailable);
    node = await EmbeddedEventStore.start({ dataDir, port });
    const result = await run(counting, command);
    expect(result).toMatchObject({ revision: 1, events: ['Counted'] });
    expect((await log.readStream(`ledger-${id}`)).map(({ type }) => type)).toEqual(['Opened', 'Counted']);
  });
});

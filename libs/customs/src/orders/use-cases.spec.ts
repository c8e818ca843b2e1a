import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { type Command, CommandExecutor, EventLog, ManualClock, NotFound, Refusal, companyId, type Actor, type CommandResult } from '#event-sourcing';
import { ChangeProfile } from '../profiles/change-profile.js';
import { RegisterProfile } from '../profiles/register-profile.js';
import { profileUseCases } from '../profiles/use-cases.js';
import { CopyOrder } from './copy-order.js';
import { DraftOrder } from './draft-order.js';
import { CONTENT, EXPORTER, PLEDGE, PROFILE, SYSTEM } from './order.scenarios.js';
import { customsOrder } from './order.js';
import { SaveDraft } from './save-draft.js';
import { SendOrder } from './send-order.js';
import { orderUseCases } from './use-cases.js';

const RIVAL: Actor = { ...EXPORTER, id: 'user:mallory', companyId: companyId('rival') };
const useCases = new Map([...orderUseCases, ...profileUseCases].map((line) => [line.command.name, line]));
const { effectiveFrom: _, ...profile } = PROFILE;

describe('the use cases of orders, on a real event store', () => {
  const clock = new ManualClock(new Date('2026-03-01T08:00:00Z'));
  let dataDir: string;
  let node: EmbeddedEventStore;
  let log: EventLog;
  let executor: CommandExecutor;
  let keys = 0;

  /** Runs a command of the class for the actor's company, or another one, under a key. */
  const run = <Payload extends object>(
    command: new (target: string, payload: Payload, envelope: Command['envelope']) => Command<Payload>,
    target: string,
    payload: Payload,
    { actor = EXPORTER, company = actor.companyId, key = `key-${++keys}` }: { actor?: Actor; company?: Actor['companyId']; key?: string } = {},
  ): Promise<CommandResult> => {
    const line = useCases.get(command.name);
    if (!line) throw new Error(`no use case for ${command.name}`);
    return executor.execute(line, new command(target, payload, { commandId: key, actor, companyId: company, correlationId: 'test', origin: { via: 'test' } }));
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orders-'));
    node = await EmbeddedEventStore.start({ dataDir, port: 0 });
    log = EventLog.connect(node.connectionString);
    executor = new CommandExecutor(log, clock);
    await run(RegisterProfile, 'acme', profile, { actor: SYSTEM, company: EXPORTER.companyId });
  });
  afterAll(async () => {
    await log.close();
    await node.stop();
    await rm(dataDir, { recursive: true });
  });

  it('9710-R13 a draft begun twice under one key is one draft', async () => {
    const first = await run(DraftOrder, '', CONTENT, { key: 'draft' });
    expect(first.id).toMatch(/^1\d{5}-\d{5}$/);
    expect(await run(DraftOrder, '', CONTENT, { key: 'draft' })).toEqual({ ...first, repeated: true });
    executor = new CommandExecutor(log, clock);
    expect(await run(DraftOrder, '', CONTENT, { key: 'draft' })).toEqual({ ...first, repeated: true });
  });

  it('9710-R57 a copy takes the content of the source and a number of its own', async () => {
    const { id: source } = await run(DraftOrder, '', CONTENT);
    const { id: copy } = await run(CopyOrder, '', { sourceOrderNo: source });
    expect(copy).not.toBe(source);
    const states = await Promise.all([source, copy].map(async (id) => (await executor.read(customsOrder, id))?.state));
    expect(states[1]?.content).toEqual(states[0]?.content);
  });

  it('another company finds nothing: not to save, not to copy, not to send', async () => {
    const { id } = await run(DraftOrder, '', CONTENT);
    await expect(run(SaveDraft, id, CONTENT, { actor: RIVAL })).rejects.toThrow(NotFound);
    await expect(run(CopyOrder, '', { sourceOrderNo: id }, { actor: RIVAL })).rejects.toThrow(NotFound);
    await expect(run(SendOrder, id, PLEDGE, { actor: RIVAL })).rejects.toThrow(NotFound);
  });

  it('9710-R5 9710-C16 each order is sent with the profile in force when it was', async () => {
    const { id } = await run(DraftOrder, '', CONTENT);
    clock.advance(2);
    await run(ChangeProfile, 'acme', { ...profile, channel: 'FoshanEport', effectiveFrom: '2026-04-01T00:00:00Z' }, { actor: SYSTEM });
    await run(SendOrder, id, PLEDGE);
    expect((await executor.read(customsOrder, id))?.state.submitted?.profile.channel).toBe('SiChuanEport');
    clock.set(new Date('2026-04-01T00:00:00Z'));
    const later = await run(DraftOrder, '', CONTENT);
    await run(SendOrder, later.id, PLEDGE);
    expect((await executor.read(customsOrder, later.id))?.state.submitted?.profile.channel).toBe('FoshanEport');
  });

  it('9710-R5 a company without a profile is told so', async () => {
    await expect(run(DraftOrder, '', CONTENT, { actor: RIVAL })).rejects.toMatchObject({ rule: '9710-R5', code: 'no-customs-profile' });
  });

  it('9710-R5 a company cannot set its own profile, nor anybody another company’s by mistake', async () => {
    await expect(run(RegisterProfile, 'rival', profile, { actor: RIVAL })).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(run(RegisterProfile, 'rival', profile, { actor: SYSTEM })).rejects.toThrow(Refusal);
  });

  it('every command has one use case', () => {
    const names = orderUseCases.map(({ command }) => command.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

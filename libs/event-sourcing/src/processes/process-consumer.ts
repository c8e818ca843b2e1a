import type { Db } from 'mongodb';
import type { CommandDispatcher } from '../commands/command-dispatcher.js';
import type { CommandEnvelope } from '../commands/command.js';
import { NotFound } from '../domain/errors.js';
import type { DomainEvent, Recorded } from '../domain/event.js';
import { systemActor } from '../domain/identity.js';
import { Refusal, Refusals } from '../domain/refusal.js';
import { DEFAULT_PARTITIONS, type BatchConsumer } from '../projections/feed/batch-consumer.js';
import { put } from '../projections/feed/batch-writes.js';
import { createIfMissing } from '../projections/read-model.js';
import { CancelDeadline, ScheduleDeadline } from './deadline.js';
import type { ProcessManager, Reaction } from './process-manager.js';

/** An instance of a process manager as MongoDB keeps it. */
interface InstanceDocument<State> {
  readonly _id: string;
  readonly state: State;
  /** The log position the state reflects. */
  readonly position: number;
}

/** Told when a command that a process asked for was refused: the state had moved on, which is an answer and no failure. */
export type OnRefused = (process: string, event: Recorded, error: Error) => void;

/**
 * Feeds the log to a process manager. Commands run before the checkpoint moves and are idempotent by the event's id, so each event's reactions
 * happen at least once and take effect once.
 */
export const processConsumer = <State, Event extends DomainEvent>(
  manager: ProcessManager<State, Event>,
  db: Db,
  dispatcher: CommandDispatcher,
  onRefused: OnRefused,
): BatchConsumer => {
  const name = `process/${manager.name}`;
  const instances = db.collection<InstanceDocument<State>>(name);

  return {
    name,
    partitions: DEFAULT_PARTITIONS,
    categories: manager.categories,
    keyOf: (event) => manager.instance(event as Recorded<Event>),
    setUp: () => createIfMissing(db, name),
    prepare: async (events, remembered) => {
      const stored = await remembered.find(instances, events.map(({ key }) => key));
      const changed = new Map<string, InstanceDocument<State>>();
      for (const { event, key, late } of events) {
        const before = changed.get(key) ?? stored.get(key) ?? { _id: key, state: manager.initialState, position: -1 };
        if (event.position <= before.position && !late) continue;
        const known = event as Recorded<Event>;
        const state = manager.evolve(before.state, known);
        for (const [index, reaction] of manager.react(known, state).entries()) await carryOut(reaction, event, String(index));
        if (state !== before.state) changed.set(key, { _id: key, state, position: Math.max(before.position, event.position) });
      }
      return Array.from(changed.values(), (instance) => put(instances.namespace, instance));
    },
  };

  async function carryOut(reaction: Reaction, event: Recorded, step: string): Promise<void> {
    const { command, target, payload } = commandOf(reaction);
    const envelope: CommandEnvelope = {
      commandId: `${name}/${event.id}/${step}`,
      actor: systemActor(manager.name),
      companyId: event.metadata.companyId,
      correlationId: event.metadata.$correlationId,
      causationId: event.id,
      origin: { via: 'process' },
    };
    try {
      await dispatcher.dispatch(command, target, payload, envelope);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Refusals || error instanceof NotFound)) throw error;
      onRefused(manager.name, event, error);
      if (reaction.kind === 'command' && reaction.refused) await carryOut({ kind: 'command', ...reaction.refused(error) }, event, `${step}/refused`);
    }
  }
};

const commandOf = (reaction: Reaction): { command: string; target: string; payload: object } => {
  switch (reaction.kind) {
    case 'command':
      return { command: reaction.command.name, target: reaction.target, payload: reaction.payload };
    case 'schedule': {
      const { command, target, payload, dueAt, deadlineId } = reaction;
      return { command: ScheduleDeadline.name, target: deadlineId, payload: { dueAt: dueAt.toISOString(), command: command.name, target, payload } };
    }
    case 'cancel':
      return { command: CancelDeadline.name, target: reaction.deadlineId, payload: {} };
  }
};

import { useCase, Command } from '../commands/command.js';
import type { Aggregate, Decide } from '../domain/decider.js';
import type { EventOf, Recorded } from '../domain/event.js';
import { documentProjection } from '../projections/projection.js';

/** A command is to run at an instant. */
export interface DeadlineScheduled {
  readonly deadlineId: string;
  /** ISO 8601 UTC instant of the domain clock. */
  readonly dueAt: string;
  /** Name, target and payload of the command. */
  readonly command: string;
  readonly target: string;
  readonly payload: object;
}

/** The command is not to run any more. */
export interface DeadlineCancelled {
  readonly deadlineId: string;
}

/** The command has run; `outcome` says whether it did something or was refused (and by which rule). */
export interface DeadlineFired {
  readonly deadlineId: string;
  readonly outcome: string;
}

/** The facts of a `deadline-<deadlineId>` stream. */
export type DeadlineEvent = EventOf<{
  DeadlineScheduled: DeadlineScheduled;
  DeadlineCancelled: DeadlineCancelled;
  DeadlineFired: DeadlineFired;
}>;

type DeadlineState = 'none' | 'pending' | 'over';

/** A deadline is scheduled once, and then fired or cancelled once. */
export const deadline: Aggregate<DeadlineState, DeadlineEvent> = {
  category: 'deadline',
  initialState: 'none',
  evolve: (_, event) => (event.type === 'DeadlineScheduled' ? 'pending' : 'over'),
};

/** Asks for a command at an instant. */
export class ScheduleDeadline extends Command<Omit<DeadlineScheduled, 'deadlineId'>> {}
/** Takes a deadline back; does nothing if it was never scheduled, or is over. */
export class CancelDeadline extends Command {}
/** Records that a deadline's command has run. */
export class MarkDeadlineFired extends Command<{ readonly outcome: string }> {}

const schedule: Decide<Omit<DeadlineScheduled, 'deadlineId'>, DeadlineState, DeadlineEvent> = (payload, state, { id }) =>
  state === 'none' ? [{ type: 'DeadlineScheduled', data: { deadlineId: id, ...payload } }] : [];

const cancel: Decide<object, DeadlineState, DeadlineEvent> = (_, state, { id }) =>
  state === 'pending' ? [{ type: 'DeadlineCancelled', data: { deadlineId: id } }] : [];

const fire: Decide<{ readonly outcome: string }, DeadlineState, DeadlineEvent> = ({ outcome }, state, { id }) =>
  state === 'pending' ? [{ type: 'DeadlineFired', data: { deadlineId: id, outcome } }] : [];

/** The table of use cases of deadlines. */
export const deadlineUseCases = [
  useCase({ command: ScheduleDeadline, aggregate: deadline, decide: schedule, begins: true }),
  useCase({ command: CancelDeadline, aggregate: deadline, decide: cancel }),
  useCase({ command: MarkDeadlineFired, aggregate: deadline, decide: fire }),
];

/** A deadline that is still to come. */
export interface PendingDeadline {
  readonly dueAt: Date;
  readonly command: string;
  readonly target: string;
  readonly payload: object;
  readonly correlationId: string;
  /** The event that scheduled it. */
  readonly causationId: string;
}

const pending = (event: Recorded<{ readonly type: 'DeadlineScheduled'; readonly data: DeadlineScheduled }>): PendingDeadline => ({
  dueAt: new Date(event.data.dueAt),
  command: event.data.command,
  target: event.data.target,
  payload: event.data.payload,
  correlationId: event.metadata.$correlationId,
  causationId: event.id,
});

/** The deadlines that are still to come, for the scheduler and for operations. */
export const pendingDeadlines = documentProjection<PendingDeadline, DeadlineEvent>({
  name: 'pending-deadlines',
  version: 1,
  categories: [deadline.category],
  indexes: [{ fields: { dueAt: 1 } }],
  key: (event) => event.data.deadlineId,
  on: {
    DeadlineScheduled: (_, event) => pending(event),
    DeadlineCancelled: () => undefined,
    DeadlineFired: () => undefined,
  },
});

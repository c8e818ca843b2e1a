import type { Command } from '../commands/command.js';
import type { NotFound } from '../domain/errors.js';
import type { DomainEvent, Recorded } from '../domain/event.js';
import type { Refusal, Refusals } from '../domain/refusal.js';

/** A command that a process asks for. Its id, correlation and causation are derived from the event that led to it. */
export interface CommandRequest {
  /** Any command class; its name finds the use case. */
  readonly command: abstract new (...args: never[]) => Command;
  readonly target: string;
  readonly payload: object;
}

/** What a process asks for in answer to an event. */
export type Reaction =
  | ({
      readonly kind: 'command';
      /** What to ask for instead if the command is refused; without it, a refusal is an answer that nobody records. */
      readonly refused?: (refusal: Refusal | Refusals | NotFound) => CommandRequest;
    } & CommandRequest)
  /** Runs the command when the domain clock reaches `dueAt`, unless cancelled. A `deadlineId` is scheduled once. */
  | ({ readonly kind: 'schedule'; readonly deadlineId: string; readonly dueAt: Date } & CommandRequest)
  | { readonly kind: 'cancel'; readonly deadlineId: string };

/**
 * Three pure functions: which instance an event belongs to, the next state, and what it asks for. Runs once per event (commands it asks for are
 * idempotent), survives restarts, is never run again by a rebuild of read models.
 */
export interface ProcessManager<State, Event extends DomainEvent = DomainEvent> {
  /** kebab-case; part of the identity of what it asks for, so never renamed. */
  readonly name: string;
  readonly categories: readonly string[];
  readonly instance: (event: Recorded<Event>) => string | undefined;
  readonly initialState: State;
  readonly evolve: (state: State, event: Recorded<Event>) => State;
  /** Gets the state after `evolve`. */
  readonly react: (event: Recorded<Event>, state: State) => readonly Reaction[];
}

/** Types a process manager; returns it unchanged. */
export const processManager = <State, Event extends DomainEvent>(definition: ProcessManager<State, Event>): ProcessManager<State, Event> => definition;

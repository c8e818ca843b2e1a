import type { CommandResult } from '../commands/command.js';
import type { DomainEvent, Recorded } from '../domain/event.js';
import type { CommandRequest } from './process-manager.js';

/** What an effect may use while it runs. */
export interface EffectContext {
  /** Records an outcome. Its key is derived from the event and `step`, so that a repeated effect records it once. */
  readonly record: (step: string, request: CommandRequest) => Promise<CommandResult>;
  /** Aborts when the worker stops; the effect is then run again, here or elsewhere. */
  readonly signal: AbortSignal;
}

/**
 * Something outside the system that an event asks for (a message to the e-port, a mail). Runs at least once: after a crash it runs again, so it
 * must carry an identity of its own to the outside. An effect that throws is tried again with backoff.
 */
export interface Effect<Event extends DomainEvent = DomainEvent> {
  /** kebab-case; never renamed. */
  readonly name: string;
  readonly categories: readonly string[];
  readonly on: { readonly [Type in Event['type']]?: (event: Recorded<Extract<Event, { type: Type }>>, context: EffectContext) => Promise<void> };
}

/** Types an effect; returns it as tables keep it. */
export const effect = <Event extends DomainEvent>(definition: Effect<Event>): Effect => definition as unknown as Effect;

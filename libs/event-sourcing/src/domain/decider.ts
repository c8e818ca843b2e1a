import type { Actor } from './identity.js';
import type { DomainEvent, Recorded } from './event.js';

/** What the world outside the aggregate says at the moment of the decision. */
export interface World {
  readonly now: Date;
  readonly actor: Actor;
  /** The id of the stream (without category) that is decided about; for a new one, the id it will have. */
  readonly id: string;
}

/**
 * A decision: the payload of a command, the state and the world in; new events out. Pure; refuses by throwing `Refusal`.
 * No event means that there is nothing to do and the command is answered as done.
 */
export type Decide<Payload extends object, State, Event extends DomainEvent, Outside extends object = object> = (
  payload: Payload,
  state: State,
  world: World & Outside,
) => readonly Event[];

/** A kind of stream: how its state begins and grows. */
export interface Aggregate<State, Event extends DomainEvent> {
  /** Streams are named `<category>-<id>`. */
  readonly category: string;
  readonly initialState: State;
  /** Pure; ignores events it does not know. */
  readonly evolve: (state: State, event: Recorded<Event>) => State;
}

/** The state after the events, from the beginning or from a state already reached. */
export const fold = <State, Event extends DomainEvent>(
  aggregate: Aggregate<State, Event>,
  events: Iterable<Recorded<Event>>,
  from: State = aggregate.initialState,
): State => {
  let state = from;
  for (const event of events) state = aggregate.evolve(state, event);
  return state;
};

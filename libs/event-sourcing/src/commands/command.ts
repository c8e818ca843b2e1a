import type { Aggregate, Decide } from '../domain/decider.js';
import type { DomainEvent, Origin } from '../domain/event.js';
import type { Actor, CompanyId } from '../domain/identity.js';

/** Under what name, for whom and since when a command runs. */
export interface CommandEnvelope {
  /** The idempotency key: the same key and payload is done once and answered alike; unique within the company. */
  readonly commandId: string;
  readonly actor: Actor;
  /** The company the command is for: the owner of a stream it creates. */
  readonly companyId: CompanyId;
  readonly correlationId: string;
  /** The event or command that led to this one; defaults to the command itself. */
  readonly causationId?: string;
  readonly origin: Origin;
  readonly reason?: string;
  /** The revision the caller has seen (`If-Match`); a stream at any other revision refuses. */
  readonly expectedRevision?: number;
}

/**
 * A command: which stream it is for (the id without category), what it carries, under which envelope. One subclass a use case; the class is
 * the key under which `@nestjs/cqrs` finds its handler.
 */
export abstract class Command<Payload extends object = object> {
  constructor(
    readonly target: string,
    readonly payload: Payload,
    readonly envelope: CommandEnvelope,
  ) {}
}

/** The constructor of a command class. */
export type CommandClass<Payload extends object = never> = new (target: string, payload: Payload, envelope: CommandEnvelope) => Command<Payload>;

/** What a command answers once its events are on disk. */
export interface CommandResult {
  readonly id: string;
  readonly stream: string;
  /** Revision of the stream after the command. */
  readonly revision: number;
  /** Log position of the last event it wrote (or, if it wrote nothing, of the last event of the stream); a query can ask for at least it. */
  readonly position: number;
  /** Types of the events written, in order. */
  readonly events: readonly string[];
  /** True if an earlier request with the same key had done it. */
  readonly repeated: boolean;
}

/** What a decision may look at beyond its own stream. */
export interface Outlook {
  /** The state of another stream, from the cache or the log. */
  state<State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>, id: string): Promise<State>;
}

/** One line of a context's table of contents: which command is decided by what. */
export interface UseCase<Payload extends object, State, Event extends DomainEvent, Outside extends object = object> {
  readonly command: CommandClass<Payload>;
  readonly aggregate: Aggregate<State, Event>;
  readonly decide: Decide<Payload, State, Event, Outside>;
  /** Gathers what the decision needs from outside, before it runs. */
  readonly outside?: (command: Command<Payload>, outlook: Outlook) => Promise<Outside>;
  /**
   * For commands that begin a stream without the caller naming it: the id for a try. Must depend on nothing but its arguments, so that a repeated
   * command finds the stream of the first; a taken id is answered by asking for the next attempt.
   */
  readonly newId?: (envelope: CommandEnvelope, attempt: number) => string;
  /** True for commands that may begin a stream whose id the caller names (a company's profile). All others need an existing stream. */
  readonly begins?: boolean;
  /**
   * Whether somebody may send the command about a stream that is another company's: the buyer of an order. Without it, only who may act for the owner;
   * to all others the stream does not exist.
   */
  readonly admits?: (actor: Actor, state: State) => boolean;
  /** False where a decision must not be taken again on fresher state; then a conflict is answered to the caller. Default true. */
  readonly retryOnConflict?: boolean;
}

/** Types a line of the table; returns it unchanged. */
export const useCase = <Payload extends object, State, Event extends DomainEvent, Outside extends object = object>(
  line: UseCase<Payload, State, Event, Outside>,
): AnyUseCase => line as unknown as AnyUseCase;

/** A line whose types have been checked against each other, as tables keep them. */
export type AnyUseCase = UseCase<object, unknown, DomainEvent>;

import type { Clock } from '../domain/clock.js';
import { CommandKeyReused, NotFound, RevisionConflict } from '../domain/errors.js';
import { streamName, type DomainEvent, type EventMetadata, type Recorded } from '../domain/event.js';
import { mayActFor, type Actor } from '../domain/identity.js';
import { Refusal, Refusals } from '../domain/refusal.js';
import { WrongExpectedRevision, type Appended, type EventLog, type NewEvent } from '../log/event-log.js';
import type { Command, CommandResult, Outlook, UseCase } from './command.js';
import { eventId, identify, type CommandIdentity } from './command-identity.js';
import { Turnstile } from './turnstile.js';
import { extend, StreamCache, type KnownStream } from './stream-cache.js';

/** How often a command is decided anew on fresher state, or an id is drawn anew, before the caller is told. */
const MAX_ATTEMPTS = 10;

/** How old what is known of another stream may be when a decision looks at it, in milliseconds. */
const OUTLOOK_MAX_AGE_MS = 1000;

/** Carries out commands: load, check, decide, append. Answers only after the store has acknowledged. */
export class CommandExecutor {
  private readonly cache: StreamCache;
  private readonly turnstile = new Turnstile();
  private readonly outlook: Outlook = {
    state: async (aggregate, id) => (await this.cache.loadFresh(aggregate, streamName(aggregate.category, id), OUTLOOK_MAX_AGE_MS))?.state ?? aggregate.initialState,
  };

  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
    cache = new StreamCache(log),
  ) {
    this.cache = cache;
  }

  /**
   * Throws `Refusal`/`Refusals` (rule), `NotFound` (no such stream for this caller), `RevisionConflict` (`If-Match`), `CommandKeyReused`,
   * `StoreUnavailable`. Whatever it throws, nothing was half-written; after `StoreUnavailable` the same command with the same key may be sent again.
   */
  async execute<Payload extends object, State, Event extends DomainEvent, Outside extends object>(
    useCase: UseCase<Payload, State, Event, Outside>,
    command: Command<Payload>,
  ): Promise<CommandResult> {
    const identity = identify(command);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const id = useCase.newId?.(command.envelope, attempt) ?? command.target;
      const stream = streamName(useCase.aggregate.category, id);
      const result = await this.turnstile.pass(stream, () => this.executeOn(stream, id, useCase, command, identity));
      if (result !== 'taken') return result;
    }
    throw new RevisionConflict(useCase.aggregate.category, -1, undefined);
  }

  /** The present state of a stream, never older than the last answer of this process; undefined if there is none. */
  async read<State, Event extends DomainEvent>(aggregate: UseCase<never, State, Event>['aggregate'], id: string): Promise<KnownStream<State> | undefined> {
    return this.cache.refresh(aggregate, streamName(aggregate.category, id));
  }

  private async executeOn<Payload extends object, State, Event extends DomainEvent, Outside extends object>(
    stream: string,
    id: string,
    useCase: UseCase<Payload, State, Event, Outside>,
    command: Command<Payload>,
    identity: CommandIdentity,
  ): Promise<CommandResult | 'taken'> {
    const { aggregate } = useCase;
    const { envelope } = command;
    const draws = useCase.newId !== undefined;
    // A drawn id is most likely free: the append will tell, so nothing is read.
    let known = draws ? this.cache.peek<State>(stream) : await this.cache.load(aggregate, stream);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const repeated = known && repetition(known, identity, id, stream);
      if (repeated) return repeated;
      if (draws && known) return 'taken';
      if (known && !maySend(useCase, envelope.actor, known)) {
        // What is remembered may be from before the stream came to concern the actor.
        if (useCase.admits) known = await this.cache.refresh(aggregate, stream);
        if (known && !maySend(useCase, envelope.actor, known)) throw new NotFound(aggregate.category, id);
      }
      if (!known && !draws && useCase.begins !== true) throw new NotFound(aggregate.category, id);
      if (envelope.expectedRevision !== undefined && envelope.expectedRevision !== known?.revision) {
        known = await this.cache.refresh(aggregate, stream);
        if (envelope.expectedRevision !== known?.revision) throw new RevisionConflict(stream, envelope.expectedRevision, known?.revision);
      }
      const seen = known;
      try {
        const result = await this.decideAndAppend(stream, id, seen, useCase, command, identity);
        if (result.events.length > 0) return result;
        // What is remembered may be out of date, and nothing was appended that would have told; so with refusals.
        known = await this.cache.refresh(aggregate, stream);
        if (known?.revision === seen?.revision) return result;
      } catch (error) {
        if (seen !== undefined && isRefusal(error)) {
          known = await this.cache.refresh(aggregate, stream);
          if (known?.revision === seen.revision) throw error;
          continue;
        }
        if (!(error instanceof WrongExpectedRevision)) throw error;
        known = await this.cache.refresh(aggregate, stream);
        const retry = draws || (envelope.expectedRevision === undefined && useCase.retryOnConflict !== false);
        const mine = known?.done.has(identity.id) === true;
        if (!retry && !mine) throw new RevisionConflict(stream, envelope.expectedRevision ?? -1, known?.revision);
      }
    }
    throw new RevisionConflict(stream, known?.revision ?? -1, undefined);
  }

  private async decideAndAppend<Payload extends object, State, Event extends DomainEvent, Outside extends object>(
    stream: string,
    id: string,
    known: KnownStream<State> | undefined,
    { aggregate, decide, outside }: UseCase<Payload, State, Event, Outside>,
    command: Command<Payload>,
    identity: CommandIdentity,
  ): Promise<CommandResult> {
    const { actor } = command.envelope;
    const now = this.clock.now();
    const beyond = outside ? await outside(command, this.outlook) : ({} as Outside);
    const decided = decide(command.payload, known?.state ?? aggregate.initialState, { now, actor, id, ...beyond });
    if (decided.length === 0 && !known) throw new NotFound(aggregate.category, id);
    if (decided.length === 0 && known) return { id, stream, revision: known.revision, position: known.position, events: [], repeated: false };

    const events = this.newEvents(stream, decided, known, command, identity, now);
    const highestBefore = this.log.highestPosition;
    const appended = await this.log.append(stream, known?.revision, events);
    const result = { id, stream, ...appended, events: decided.map(({ type }) => type) };
    // The store answers a repeated append with the first one's position, which lies below what was seen before; a fresh one lies above.
    if (appended.position <= highestBefore) return { ...result, repeated: true };
    this.remember(aggregate, stream, known, events, appended);
    return { ...result, repeated: false };
  }

  private newEvents(
    stream: string,
    decided: readonly DomainEvent[],
    known: KnownStream<unknown> | undefined,
    { envelope }: Command,
    identity: CommandIdentity,
    now: Date,
  ): NewEvent[] {
    const metadata = (type: string): EventMetadata => ({
      $correlationId: envelope.correlationId,
      $causationId: envelope.causationId ?? identity.id,
      commandId: identity.id,
      commandHash: identity.hash,
      commandName: identity.name,
      actor: envelope.actor.id,
      companyId: known?.owner ?? envelope.companyId,
      schemaVersion: this.log.schemas.versionOf(type),
      occurredAt: now.toISOString(),
      origin: envelope.origin,
      ...(envelope.reason === undefined ? {} : { reason: envelope.reason }),
    });
    return decided.map(({ type, data }, index) => ({ id: eventId(identity, stream, index), type, data, metadata: metadata(type) }));
  }

  /** The events are as good as read: at consecutive revisions, all at the position the store answered with. */
  private remember<State, Event extends DomainEvent>(
    aggregate: UseCase<never, State, Event>['aggregate'],
    stream: string,
    known: KnownStream<State> | undefined,
    events: readonly NewEvent[],
    { revision, position }: Appended,
  ): void {
    const first = revision - events.length + 1;
    const recorded = events.map((event, index) => ({ ...event, stream, revision: first + index, position }) as unknown as Recorded<Event>);
    const current = extend(aggregate, known, recorded);
    if (current) this.cache.put(stream, current);
  }
}

/** Whether the actor may send the command about the stream: for its owner, or admitted by the use case. The one place where commands are scoped. */
const maySend = <State>({ admits }: Pick<UseCase<never, State, DomainEvent>, 'admits'>, actor: Actor, { owner, state }: KnownStream<State>): boolean =>
  mayActFor(actor, owner) || admits?.(actor, state) === true;

/** Whether a decision said no. */
const isRefusal = (error: unknown): boolean => error instanceof Refusal || error instanceof Refusals || error instanceof NotFound;

/** The answer to a command that the stream already holds; throws `CommandKeyReused` if its key was used for something else. */
const repetition = (known: KnownStream<unknown>, identity: CommandIdentity, id: string, stream: string): CommandResult | undefined => {
  const done = known.done.get(identity.id);
  if (done === undefined) return undefined;
  if (done.hash !== identity.hash) throw new CommandKeyReused(identity.id);
  return { id, stream, revision: done.revision, position: done.position, events: done.events, repeated: true };
};

import type { CompanyId } from './identity.js';

/** A fact: what happened (`type`, past tense) and its details. Produced by decisions, stored for ever. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
}

/**
 * The union of events described by a map from event type to its data, so that a context lists its facts once:
 * `type OrderEvent = EventOf<{ OrderDrafted: OrderDrafted; SendFailed: SendFailed }>`.
 */
export type EventOf<Facts> = { [Type in keyof Facts & string]: { readonly type: Type; readonly data: Facts[Type] } }[keyof Facts & string];

/** Where a request came from, kept for the audit log. */
export interface Origin {
  /** The door: `http`, `file-drop`, `process`, `deadline`, … */
  readonly via: string;
  /** Remote address as seen by the API; absent inside the system. */
  readonly address?: string;
  readonly userAgent?: string;
}

/** What every stored event says about itself. `$…` names are EventStoreDB's own, so that its tooling understands them. */
export interface EventMetadata {
  /** Constant over everything that one outside request set in motion. */
  readonly $correlationId: string;
  /** The command or event that caused this one. */
  readonly $causationId: string;
  /** The idempotency key (client's or derived) under which the command ran, unique within the company. */
  readonly commandId: string;
  /** Hash of the command's name and payload: the same key with another hash is a misuse. */
  readonly commandHash: string;
  readonly commandName: string;
  /** `user:…`, `apiKey:…` or `system:…`. */
  readonly actor: string;
  /** The company that owns the stream (not necessarily the actor's). */
  readonly companyId: CompanyId;
  readonly schemaVersion: number;
  /** ISO 8601 UTC instant of the domain clock. */
  readonly occurredAt: string;
  readonly origin: Origin;
  /** Why, as given by the caller of the command. */
  readonly reason?: string;
}

/** A stored event, upcast to its newest schema version. */
export type Recorded<Event extends DomainEvent = DomainEvent> = Event & {
  readonly id: string;
  /** `<category>-<id>`. */
  readonly stream: string;
  /** 0-based revision in its stream. Safe integer: EventStoreDB revisions stay far below 2^53. */
  readonly revision: number;
  /** Commit position in the log, the global order. Safe integer: positions are byte offsets, 2^53 is 9 PB. */
  readonly position: number;
  readonly metadata: EventMetadata;
};

/** The name of a stream; EventStoreDB's category projections split it at the first hyphen. */
export const streamName = (category: string, id: string): string => `${category}-${id}`;

/** The part before the first hyphen. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));

/** The part after the first hyphen. */
export const streamIdOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

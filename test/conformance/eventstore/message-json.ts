import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { Json, JsonObject } from './recorded.js';

/** A generated message class. */
export type MessageClass = new () => object;
type Setters = Record<string, (value: unknown) => unknown>;
type Getters = Record<string, () => unknown>;

const { ReadReq, AppendReq, BatchAppendReq, DeleteReq, TombstoneReq } = streamsPb;
const { Empty, StreamIdentifier, UUID } = sharedPb;

const expectedRevision = { noStream: Empty, any: Empty, streamExists: Empty };
const proposedEvent = { id: UUID };
const groupTarget = { streamIdentifier: StreamIdentifier, all: Empty };
const Expression = persistentPb.CreateReq.AllOptions.FilterOptions.Expression;
const filterTarget = { streamIdentifier: Expression, eventType: Expression, count: Empty };

/** The message types inside message types; the generated classes do not tell. */
const NESTED = new Map<MessageClass, Record<string, MessageClass>>([
  [UUID, { structured: UUID.Structured }],
  [ReadReq, { options: ReadReq.Options }],
  [
    ReadReq.Options,
    {
      stream: ReadReq.Options.StreamOptions,
      all: ReadReq.Options.AllOptions,
      subscription: ReadReq.Options.SubscriptionOptions,
      filter: ReadReq.Options.FilterOptions,
      noFilter: Empty,
      uuidOption: ReadReq.Options.UUIDOption,
      controlOption: ReadReq.Options.ControlOption,
    },
  ],
  [ReadReq.Options.StreamOptions, { streamIdentifier: StreamIdentifier, start: Empty, end: Empty }],
  [ReadReq.Options.AllOptions, { position: ReadReq.Options.Position, start: Empty, end: Empty }],
  [ReadReq.Options.UUIDOption, { string: Empty, structured: Empty }],
  [
    ReadReq.Options.FilterOptions,
    {
      streamIdentifier: ReadReq.Options.FilterOptions.Expression,
      eventType: ReadReq.Options.FilterOptions.Expression,
      count: Empty,
    },
  ],
  [AppendReq, { options: AppendReq.Options, proposedMessage: AppendReq.ProposedMessage }],
  [AppendReq.Options, { streamIdentifier: StreamIdentifier, ...expectedRevision }],
  [AppendReq.ProposedMessage, proposedEvent],
  [DeleteReq, { options: DeleteReq.Options }],
  [DeleteReq.Options, { streamIdentifier: StreamIdentifier, ...expectedRevision }],
  [TombstoneReq, { options: TombstoneReq.Options }],
  [TombstoneReq.Options, { streamIdentifier: StreamIdentifier, ...expectedRevision }],
  [
    BatchAppendReq,
    { correlationId: UUID, options: BatchAppendReq.Options, proposedMessagesList: BatchAppendReq.ProposedMessage },
  ],
  [
    BatchAppendReq.Options,
    { streamIdentifier: StreamIdentifier, deadline: timestampPb.Timestamp, ...expectedRevision },
  ],
  [BatchAppendReq.ProposedMessage, proposedEvent],
  [persistentPb.ReadReq, { options: persistentPb.ReadReq.Options, ack: persistentPb.ReadReq.Ack, nack: persistentPb.ReadReq.Nack }],
  [persistentPb.ReadReq.Options, { ...groupTarget, uuidOption: persistentPb.ReadReq.Options.UUIDOption }],
  [persistentPb.ReadReq.Options.UUIDOption, { string: Empty, structured: Empty }],
  [persistentPb.ReadReq.Ack, { idsList: UUID }],
  [persistentPb.ReadReq.Nack, { idsList: UUID }],
  ...groupChange(persistentPb.CreateReq),
  ...groupChange(persistentPb.UpdateReq),
  [persistentPb.CreateReq.AllOptions.FilterOptions, filterTarget],
  [persistentPb.DeleteReq, { options: persistentPb.DeleteReq.Options }],
  [persistentPb.DeleteReq.Options, groupTarget],
  [persistentPb.GetInfoReq, { options: persistentPb.GetInfoReq.Options }],
  [persistentPb.GetInfoReq.Options, groupTarget],
  [persistentPb.ReplayParkedReq, { options: persistentPb.ReplayParkedReq.Options }],
  [persistentPb.ReplayParkedReq.Options, { ...groupTarget, noLimit: Empty }],
  [persistentPb.ListReq, { options: persistentPb.ListReq.Options }],
  [persistentPb.ListReq.Options, { listAllSubscriptions: Empty, listForStream: persistentPb.ListReq.StreamOption }],
  [persistentPb.ListReq.StreamOption, { stream: StreamIdentifier, all: Empty }],
]);

/** Creating and changing a group take messages that are alike. */
function groupChange(
  Request: typeof persistentPb.CreateReq | typeof persistentPb.UpdateReq,
): [MessageClass, Record<string, MessageClass>][] {
  const { Options, StreamOptions, AllOptions, Position, Settings } = Request;
  return [
    [Request, { options: Options }],
    [Options, { stream: StreamOptions, all: AllOptions, streamIdentifier: StreamIdentifier, settings: Settings }],
    [StreamOptions, { streamIdentifier: StreamIdentifier, start: Empty, end: Empty }],
    [AllOptions, { position: Position, start: Empty, end: Empty, noFilter: Empty, filter: persistentPb.CreateReq.AllOptions.FilterOptions }],
  ];
}

const BYTES = new Set(['streamName', 'data', 'customMetadata']);

/** The detail messages of a `google.rpc.Status`. */
const DETAILS: Record<string, { deserializeBinary(bytes: Uint8Array): object }> = {
  WrongExpectedVersion: sharedPb.WrongExpectedVersion,
  StreamDeleted: sharedPb.StreamDeleted,
  Timeout: sharedPb.Timeout,
  BadRequest: sharedPb.BadRequest,
  MaximumAppendSizeExceeded: sharedPb.MaximumAppendSizeExceeded,
};

/** Builds a request from its recorded form. */
export function toMessage<Message extends object>(Class: new () => Message, json: JsonObject): Message {
  const message = new Class();
  for (const [key, value] of Object.entries(json)) setField(message, key, value, NESTED.get(Class)?.[key]);
  return message;
}

function setField(message: object, key: string, value: Json, Nested: MessageClass | undefined): void {
  const build = (part: Json): unknown => (Nested ? toMessage(Nested, part as JsonObject) : part);
  if (key.endsWith('Map')) {
    const map = (message as Getters)[`get${capital(key)}`]!() as Map<string, string>;
    for (const [name, entry] of Object.entries(value as Record<string, string>)) map.set(name, entry);
  } else {
    const set = (message as Setters)[`set${capital(key)}`]!.bind(message);
    if (Array.isArray(value)) set((value as Json[]).map(build));
    else set(BYTES.has(key) ? recordedBytes(value as string) : build(value));
  }
}

/** The recorded form of an answer: fields that are unset left out, byte fields as text. */
export function toJson(message: object): JsonObject {
  const fields = Object.keys((message as { toObject(): object }).toObject());
  if (fields.includes('typeUrl')) return anyToJson(message);
  return Object.fromEntries(fields.filter((key) => isSet(message, key)).map((key) => [key, fieldToJson(message, key)]));
}

function isSet(message: object, key: string): boolean {
  const has = (message as Record<string, (() => boolean) | undefined>)[`has${capital(key)}`];
  return has ? has.call(message) : true;
}

function fieldToJson(message: object, key: string): Json {
  const getters = message as Getters;
  const asBytes = getters[`get${capital(key)}_asU8`];
  if (asBytes) return bytesToText(Buffer.from(asBytes.call(message) as Uint8Array));
  const value = getters[`get${capital(key)}`]!.call(message);
  if (key.endsWith('Map')) return Object.fromEntries((value as { toObject(): [string, string][] }).toObject());
  return valueToJson(value);
}

function valueToJson(value: unknown): Json {
  if (Array.isArray(value)) return value.map(valueToJson);
  if (typeof value === 'object' && value !== null) return toJson(value);
  return value as Json;
}

function anyToJson(message: object): JsonObject {
  const any = message as { getTypeUrl(): string; getValue_asU8(): Uint8Array };
  const name = any.getTypeUrl().split('.').at(-1) ?? '';
  const value = any.getValue_asU8();
  return {
    typeUrl: any.getTypeUrl(),
    value: bytesToText(Buffer.from(value)),
    decoded: toJson(DETAILS[name]!.deserializeBinary(value)),
  };
}

const LONG_VALUE = 3000;
const CONTROL = /[^\P{Cc}\t\n\r]/u;

function bytesToText(bytes: Buffer): string {
  if (bytes.length > LONG_VALUE) return `<${bytes.length} bytes>`;
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) && !CONTROL.test(text) ? text : `base64:${bytes.toString('base64')}`;
}

/** Bytes as recorded; a long value is replaced by one as long. */
export function recordedBytes(text: string): Buffer {
  const length = /^<(\d+) bytes>$/.exec(text)?.[1];
  if (length) return Buffer.alloc(Number(length), 'x');
  const repeated = /^<(.) x (\d+)>$/.exec(text);
  if (repeated) return Buffer.from(repeated[1]!.repeat(Number(repeated[2])));
  return text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64') : Buffer.from(text);
}

const capital = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import type { PersistentSubscriptionsClient } from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { Client, credentials, Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { withDuration } from './deadline-duration.js';
import { LiveCall, type Outcome } from './live-call.js';
import { recordedBytes, toJson, toMessage, type MessageClass } from './message-json.js';
import type { Json, JsonObject } from './recorded.js';

const { ReadReq, AppendReq, BatchAppendReq, DeleteReq, TombstoneReq } = streamsPb;
const { CreateReq, UpdateReq, GetInfoReq, ReplayParkedReq, ListReq } = persistentPb;
const keepBytes = (bytes: Buffer): Buffer => bytes;

const toEnd = { all: { end: {} }, readDirection: 1, count: '1', noFilter: {}, uuidOption: { string: {} } };

/** The calls of the recording, over the generated stubs. */
export class Calls {
  readonly #streams: StreamsClient;
  readonly #persistent: PersistentSubscriptionsClient;
  readonly #raw: Client;

  constructor(private readonly address: string) {
    this.#streams = new streamsGrpc.StreamsClient(address, credentials.createInsecure());
    this.#persistent = new persistentGrpc.PersistentSubscriptionsClient(address, credentials.createInsecure());
    this.#raw = new Client(address, credentials.createInsecure());
  }

  close(): void {
    this.#streams.close();
    this.#persistent.close();
    this.#raw.close();
  }

  /** A call that ends by itself. */
  run(call: string, request: Json, requestHeaders?: Readonly<Record<string, string>>): Promise<Outcome> {
    const metadata = headers(requestHeaders);
    const message = <T extends object>(Class: new () => T): T => toMessage(Class, request as JsonObject);
    switch (call) {
      case 'streams.append':
        return this.#append(asList(request), metadata);
      case 'streams.read':
        return new LiveCall(this.#streams.read(message(ReadReq), metadata)).ended();
      case 'streams.delete':
        if (typeof request === 'string') return this.#bytes(streamsGrpc.StreamsService.delete.path, request, metadata);
        return unary((answer) => this.#streams.delete(message(DeleteReq), metadata, answer));
      case 'streams.tombstone':
        return unary((answer) => this.#streams.tombstone(message(TombstoneReq), metadata, answer));
      case 'ps.create':
        return unary((answer) => this.#persistent.create(message(CreateReq), metadata, answer));
      case 'ps.update':
        return unary((answer) => this.#persistent.update(message(UpdateReq), metadata, answer));
      case 'ps.delete':
        return unary((answer) => this.#persistent.delete(message(persistentPb.DeleteReq), metadata, answer));
      case 'ps.getInfo':
        return unary((answer) => this.#persistent.getInfo(message(GetInfoReq), metadata, answer));
      case 'ps.replayParked':
        return unary((answer) => this.#persistent.replayParked(message(ReplayParkedReq), metadata, answer));
      case 'ps.list':
        return unary((answer) => this.#persistent.list(listRequest(request as JsonObject), metadata, answer));
      case 'ps.restartSubsystem':
        return unary((answer) => this.#persistent.restartSubsystem(new sharedPb.Empty(), metadata, answer));
      case 'gossip.read':
        return this.#gossip();
      default:
        return this.#bytes(call, '', metadata);
    }
  }

  /** A call that stays open; of a call that takes many messages, with the first. */
  open(call: string, request: JsonObject, requestHeaders?: Readonly<Record<string, string>>): LiveCall {
    const metadata = headers(requestHeaders);
    if (call.startsWith('streams.batchAppend')) return this.#openBatch(request);
    if (call.startsWith('ps.read')) return this.#openConsumer(request, metadata);
    return new LiveCall(this.#streams.read(toMessage(ReadReq, request), metadata));
  }

  /** A further message of an open call. */
  encode(call: string, message: JsonObject, label = ''): Buffer {
    return call.startsWith('ps.read') ? serialized(persistentPb.ReadReq, message) : batchRequest(message, label);
  }

  /** A round trip, after which whatever the server had sent before has arrived. */
  async roundTrip(): Promise<void> {
    await new LiveCall(this.#streams.read(toMessage(ReadReq, { options: toEnd }))).ended();
  }

  #openBatch(first: JsonObject): LiveCall {
    const { path } = streamsGrpc.StreamsService.batchAppend;
    const readAnswer = (bytes: Buffer): object => streamsPb.BatchAppendResp.deserializeBinary(bytes);
    const call = new LiveCall(this.#raw.makeBidiStreamRequest(path, keepBytes, readAnswer));
    if (Object.keys(first).length > 0) call.send(batchRequest(first));
    return call;
  }

  #openConsumer(first: JsonObject, metadata: Metadata): LiveCall {
    const { path } = persistentGrpc.PersistentSubscriptionsService.read;
    const readAnswer = (bytes: Buffer): object => persistentPb.ReadResp.deserializeBinary(bytes);
    const call = new LiveCall(this.#raw.makeBidiStreamRequest(path, keepBytes, readAnswer, metadata));
    call.send(serialized(persistentPb.ReadReq, first));
    return call;
  }

  #append(messages: readonly JsonObject[], metadata: Metadata): Promise<Outcome> {
    return unary((answer) => {
      const call = this.#streams.append(metadata, answer);
      for (const message of messages) call.write(toMessage(AppendReq, message));
      call.end();
      return call;
    });
  }

  #bytes(path: string, bytes: string, metadata: Metadata): Promise<Outcome> {
    return unary((answer) => this.#raw.makeUnaryRequest(path, keepBytes, keepBytes, recordedBytes(bytes), metadata, {}, answer));
  }

  #gossip(): Promise<Outcome> {
    const client = new gossipGrpc.GossipClient(this.address, credentials.createInsecure());
    return unary((answer) => client.read(new sharedPb.Empty(), answer)).finally(() => client.close());
  }
}

function serialized(Class: MessageClass, json: JsonObject): Buffer {
  return Buffer.from((toMessage(Class, json) as { serializeBinary(): Uint8Array }).serializeBinary());
}

function batchRequest(message: JsonObject, label = ''): Buffer {
  const request = toMessage(BatchAppendReq, message);
  const seconds = /^deadline duration (-?\d+) s/.exec(label)?.[1];
  return seconds === undefined ? Buffer.from(request.serializeBinary()) : withDuration(request, Number(seconds));
}

/** The recording has the name of the stream where the message has an identifier. */
function listRequest(json: JsonObject): InstanceType<typeof ListReq> {
  const stream = (json as { options?: { listForStream?: { stream?: Json } } }).options?.listForStream?.stream;
  if (typeof stream !== 'string') return toMessage(ListReq, json);
  return toMessage(ListReq, { options: { listForStream: { stream: { streamName: stream } } } });
}

type Answer = (error: ServiceError | null, response?: object) => void;

function unary(start: (answer: Answer) => { on(event: 'status', listener: (status: StatusObject) => void): unknown }): Promise<Outcome> {
  return new Promise((resolve) => {
    const responses: JsonObject[] = [];
    start((_error, response) => response && responses.push(toJson(response))).on('status', (status) =>
      setImmediate(() => resolve({ responses, status })),
    );
  });
}

export function asList(request: Json): readonly JsonObject[] {
  return (Array.isArray(request) ? request : [request]) as readonly JsonObject[];
}

function headers(values: Readonly<Record<string, string>> = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(values)) metadata.set(name, value);
  return metadata;
}

import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { Client, credentials, Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { withDuration } from './deadline-duration.js';
import { expectedStatus, OTHER_ANSWERS, TIME_PASSES, withoutBadRequestText, withoutTransport } from './deviations.js';
import { LiveCall, type Outcome } from './live-call.js';
import { Labels } from './matching.js';
import { toJson, toMessage } from './message-json.js';
import type { Json, JsonObject, Scenario, Step } from './recorded.js';

const { ReadReq, AppendReq, BatchAppendReq, DeleteReq, TombstoneReq } = streamsPb;
const keepBytes = (bytes: Buffer): Buffer => bytes;

/** Replays recorded scenarios against a server, over the generated stubs. */
export class Replay {
  readonly #address: string;
  readonly #streams: StreamsClient;
  readonly #raw: Client;

  /** @param moveClock moves the server's clock on, by milliseconds */
  constructor(
    address: string,
    private readonly moveClock: (milliseconds: number) => void,
  ) {
    this.#address = address;
    this.#streams = new streamsGrpc.StreamsClient(address, credentials.createInsecure());
    this.#raw = new Client(address, credentials.createInsecure());
  }

  close(): void {
    this.#streams.close();
    this.#raw.close();
  }

  /** Runs one scenario; answers every difference from what was recorded. */
  async run(scenario: Scenario): Promise<string[]> {
    const labels = new Labels();
    const open = new Map<string, LiveCall>();
    const differences: string[] = [];
    try {
      for (const [number, recorded] of scenario.steps.entries()) {
        this.moveClock(TIME_PASSES[scenario.id]?.[number] ?? 0);
        const step = { ...recorded, ...OTHER_ANSWERS[scenario.id]?.[number] };
        const found = await this.#step(step, labels, open);
        differences.push(...found.map((difference) => `step ${number} ${step.call} ${step.label ?? ''}: ${difference}`));
      }
    } finally {
      for (const call of open.values()) call.cancel();
    }
    return [...differences, ...labels.disorder()];
  }

  async #step(step: Step, labels: Labels, open: Map<string, LiveCall>): Promise<string[]> {
    if (step.call === 'note') return [];
    const outcome = await this.#act(step, labels, open);
    return outcome ? compare(step, outcome, labels) : [];
  }

  /** Carries a step out; answers undefined when the step only begins something. */
  async #act(step: Step, labels: Labels, open: Map<string, LiveCall>): Promise<Outcome | undefined> {
    const request = labels.fill(step.request ?? {}, step.label ?? step.call);
    const [verb, name] = splitCall(step.call);
    switch (verb) {
      case 'open':
        open.set(name, this.#open(step.call, request));
        return undefined;
      case 'send':
        for (const message of asList(request)) open.get(name)!.send(batchRequest(message, step.label));
        return undefined;
      case 'half-close':
        open.get(name)!.halfClose();
        return open.get(name)!.receive(step.responses?.length ?? 0, false);
      case 'receive':
        await this.#everythingArrived(step);
        return open.get(name)!.receive(step.responses?.length ?? 0, step.status !== undefined);
      case 'cancel':
        return open.get(name)!.cancelled();
      case 'call':
        return this.#call(step, request);
    }
  }

  #open(call: string, request: Json): LiveCall {
    if (call.startsWith('streams.batchAppend')) return this.#openBatch(request as JsonObject);
    return new LiveCall(this.#streams.read(toMessage(ReadReq, request as JsonObject)));
  }

  #openBatch(first: JsonObject): LiveCall {
    const { path } = streamsGrpc.StreamsService.batchAppend;
    const readAnswer = (bytes: Buffer): object => streamsPb.BatchAppendResp.deserializeBinary(bytes);
    const call = new LiveCall(this.#raw.makeBidiStreamRequest(path, keepBytes, readAnswer));
    if (Object.keys(first).length > 0) call.send(batchRequest(first));
    return call;
  }

  /** Where nothing is expected, a round trip shows that nothing is under way. */
  async #everythingArrived(step: Step): Promise<void> {
    if (step.responses?.length) return;
    const options = { all: { end: {} }, readDirection: 1, count: '1', noFilter: {}, uuidOption: { string: {} } };
    await new LiveCall(this.#streams.read(toMessage(ReadReq, { options }))).ended();
  }

  #call({ call, requestHeaders }: Step, request: Json): Promise<Outcome> {
    const metadata = headers(requestHeaders);
    switch (call) {
      case 'streams.append':
        return this.#append(asList(request), metadata);
      case 'streams.read':
        return new LiveCall(this.#streams.read(toMessage(ReadReq, request as JsonObject), metadata)).ended();
      case 'streams.delete':
        return unary((answer) => this.#streams.delete(toMessage(DeleteReq, request as JsonObject), metadata, answer));
      case 'streams.tombstone':
        return unary((answer) => this.#streams.tombstone(toMessage(TombstoneReq, request as JsonObject), metadata, answer));
      case 'gossip.read':
        return this.#gossip();
      default:
        return unary((answer) => this.#raw.makeUnaryRequest(call, keepBytes, keepBytes, Buffer.alloc(0), metadata, {}, answer));
    }
  }

  #append(messages: readonly JsonObject[], metadata: Metadata): Promise<Outcome> {
    return unary((answer) => {
      const call = this.#streams.append(metadata, answer);
      for (const message of messages) call.write(toMessage(AppendReq, message));
      call.end();
      return call;
    });
  }

  #gossip(): Promise<Outcome> {
    const client = new gossipGrpc.GossipClient(this.#address, credentials.createInsecure());
    return unary((answer) => client.read(new sharedPb.Empty(), answer)).finally(() => client.close());
  }
}

function batchRequest(message: JsonObject, label = ''): Buffer {
  const request = toMessage(BatchAppendReq, message);
  const seconds = /^deadline duration (-?\d+) s/.exec(label)?.[1];
  return seconds === undefined ? Buffer.from(request.serializeBinary()) : withDuration(request, Number(seconds));
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

function compare(step: Step, { responses, status }: Outcome, labels: Labels): string[] {
  const recorded = step.responses?.map(withoutBadRequestText);
  const differences = labels.differences(recorded ?? [], responses.map(withoutBadRequestText), 'responses');
  const expected = step.status && expectedStatus(step.status);
  if (!expected) return status ? [...differences, `the call ended: ${status.details}`] : differences;
  if (!status) return [...differences, 'the call is still open'];
  const actual = { code: status.code, trailers: withoutTransport(status.metadata.getMap() as Record<string, string>) };
  const details = expected.details === undefined ? {} : { details: expected.details };
  const actualDetails = expected.details === undefined ? {} : { details: status.details };
  return [
    ...differences,
    ...labels.differences(
      { code: expected.code, trailers: expected.trailers, ...details },
      { ...actual, ...actualDetails },
      `status (${status.details})`,
    ),
  ];
}

type Verb = 'open' | 'send' | 'half-close' | 'receive' | 'cancel' | 'call';

function splitCall(call: string): [verb: Verb, name: string] {
  const opened = /^streams\.\w+ open (.+)$/.exec(call);
  if (opened) return ['open', opened[1]!];
  const act = /^(send|half-close|receive|cancel) (.+)$/.exec(call);
  return act ? [act[1] as Verb, act[2]!] : ['call', call];
}

function asList(request: Json): readonly JsonObject[] {
  return (Array.isArray(request) ? request : [request]) as readonly JsonObject[];
}

function headers(values: Readonly<Record<string, string>> = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(values)) metadata.set(name, value);
  return metadata;
}

import { randomUUID } from 'node:crypto';
import type { Calls } from './calls.js';
import type { LiveCall } from './live-call.js';
import type { Json, JsonObject, Scenario, Step } from './recorded.js';

/** Streams that the runner filled beforehand, and with how many events. */
const FILLED: Readonly<Record<string, [stream: string, events: number]>> = {
  'read.large': ['read-large', 1_200],
  'sub.stream.large': ['sub-large', 1_200],
};
const SLOW_READER = { stream: 'sub-slow', appends: 40, events: 100, bytes: 2_048 };
const LONGEST_APPEND = 400;

/** Appends that a subscription with a filter is to find its way through. */
interface Appends {
  readonly count: number;
  readonly hit: string;
  readonly noise: string;
}

/** Replays the scenarios of which the runner kept counts and orders, in notes, instead of every message. */
export class CountedReplay {
  constructor(private readonly calls: Calls) {}

  async run({ id, steps }: Scenario): Promise<string[]> {
    const [stream, events] = FILLED[id] ?? ['', 0];
    for (let left = events; left > 0; left -= LONGEST_APPEND) await this.#append(stream, Math.min(left, LONGEST_APPEND));
    if (id === 'read.large') return this.#reads(steps);
    if (id === 'sub.stream.large') return this.#subscription(steps);
    if (id === 'sub.stream.slow-reader') return this.#slowReader(steps);
    return this.#checkpoints(steps);
  }

  /** A read, and then how many messages it was. */
  async #reads(steps: readonly Step[]): Promise<string[]> {
    const differences: string[] = [];
    for (let index = 0; index < steps.length; index += 2) {
      const { responses } = await this.calls.run('streams.read', steps[index]!.request!);
      const revisions = responses.map(revisionOf);
      const counted = `${responses.length} messages, first revision ${revisions.at(0)}, last revision ${revisions.at(-1)}`;
      differences.push(...unless(steps[index + 1]!.note, counted));
    }
    return differences;
  }

  async #subscription([open, , note]: readonly Step[]): Promise<string[]> {
    const call = this.calls.open(open!.call, open!.request as JsonObject);
    const { responses } = await call.receive(1_202, false);
    call.cancel();
    const kinds = [...new Set(responses.map(kindOf))];
    const counted = kinds.map((kind) => `${kind} x ${responses.filter((response) => kindOf(response) === kind).length}`);
    return unless(note!.note, `message kinds in order: ${counted.join(', ')}`);
  }

  async #slowReader([open, , , , note]: readonly Step[]): Promise<string[]> {
    const { stream, appends, events, bytes } = SLOW_READER;
    const call = this.calls.open(open!.call, open!.request as JsonObject);
    await call.receive(1, false);
    call.pause();
    for (let left = appends; left > 0; left--) await this.#append(stream, events, bytes);
    call.resume();
    const { responses } = await call.receive(appends * events + 1, false);
    call.cancel();
    const revisions = responses.filter((response) => kindOf(response) === 'event').map(revisionOf);
    const isInOrder = revisions.every((revision, index) => revision === String(index));
    const kinds = [...new Set(responses.map(kindOf))].join(', ');
    const counted = `kinds in order: ${kinds}; events in order without gap: ${isInOrder}; total events ${revisions.length}; fell_behind seen: false`;
    return unless(note!.note, counted);
  }

  /** Per subscription: what is written, the subscription from the base event, and the messages in order. */
  async #checkpoints(steps: readonly Step[]): Promise<string[]> {
    const differences: string[] = [];
    for (const [index, { note = '' }] of steps.entries()) {
      const appends = appendsOf(note);
      if (!appends) continue;
      const open = steps.slice(index).find(({ call }) => call.startsWith('streams.read open'))!;
      const expected = steps.slice(index).find((step) => step.note?.startsWith('messages in order: '))!.note;
      differences.push(...unless(expected, await this.#messagesInOrder(appends, open, expected!.split(';').length)));
    }
    return differences;
  }

  async #messagesInOrder({ count, hit, noise }: Appends, open: Step, expected: number): Promise<string> {
    const numbers = new Map<string, number>([[await this.#append(noise, 1), 0]]);
    const [base] = numbers.keys();
    const call = this.calls.open(open.call, withPosition(open.request!, base!) as JsonObject);
    const messages = [...(await call.receive(2, false)).responses];
    for (let number = 1; number <= count; number++) numbers.set(await this.#append(number % 10 === 0 ? hit : noise, 1), number);
    messages.push(...(await call.receive(expected - messages.length, false)).responses);
    await this.calls.roundTrip();
    messages.push(...(await endOf(call)));
    const place = (position: string): string => {
      const number = numbers.get(position) ?? NaN;
      return `#${number}${number % 10 === 0 ? ' (match)' : ''}`;
    };
    return `messages in order: ${messages.map((message) => describe(message, place)).join('; ')}`;
  }

  /** Answers the position of the last event. */
  async #append(stream: string, events: number, bytes = 10): Promise<string> {
    const options = { options: { streamIdentifier: { streamName: stream }, any: {} } };
    const proposed = Array.from({ length: events }, () => ({
      proposedMessage: {
        id: { string: randomUUID() },
        metadataMap: { 'content-type': 'application/octet-stream', type: 'tested' },
        customMetadata: '',
        data: 'x'.repeat(bytes),
      },
    }));
    const { responses } = await this.calls.run('streams.append', [options, ...proposed]);
    return (responses[0] as unknown as { success: { position: { commitPosition: string } } }).success.position.commitPosition;
  }
}

const unless = (expected: string | undefined, actual: string): string[] => (expected === actual ? [] : [`${actual} instead of ${expected}`]);

function appendsOf(note: string): Appends | undefined {
  const parts = /^base event, then (\d+) single-event appends, every 10th to the matching stream (\S+) \(the others to (\S+)\), written after/.exec(note);
  return parts ? { count: Number(parts[1]), hit: parts[2]!, noise: parts[3]! } : undefined;
}

function withPosition(request: Json, position: string): Json {
  return JSON.parse(JSON.stringify(request).replaceAll(/<pos \d+>/g, position)) as Json;
}

async function endOf(call: LiveCall): Promise<readonly JsonObject[]> {
  return (await call.cancelled()).responses;
}

interface Message {
  readonly event?: { readonly event: { readonly streamRevision: string; readonly commitPosition: string } };
  readonly checkpoint?: { readonly commitPosition: string };
}

const revisionOf = (response: JsonObject): string | undefined => (response as Message).event?.event.streamRevision;

/** The kind of a message as the notes call it. */
function kindOf(response: JsonObject): string {
  const [kind = ''] = Object.keys(response);
  return kind === 'caughtUp' ? 'caught_up' : kind;
}

function describe(response: JsonObject, place: (position: string) => string): string {
  const { event, checkpoint } = response as Message;
  const position = event?.event.commitPosition ?? checkpoint?.commitPosition;
  return position === undefined ? kindOf(response) : `${kindOf(response)} at ${place(position)}`;
}

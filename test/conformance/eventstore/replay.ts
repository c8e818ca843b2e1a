import { asList, Calls } from './calls.js';
import { CountedReplay } from './counted-replay.js';
import { deliveriesDiffer } from './deliveries.js';
import { COUNTED, expectedStatus, LINKS_SHARE_POSITIONS, OTHER_ANSWERS, TIME_PASSES, withoutBadRequestText, withoutMeasurements, withoutTransport } from './deviations.js';
import type { LiveCall, Outcome } from './live-call.js';
import { Labels } from './matching.js';
import type { JsonObject, RecordedStatus, Scenario, Step } from './recorded.js';

/** What is written on the way to be read later is looked for this long. */
const PATIENCE_MS = 30_000;

interface Run {
  readonly id: string;
  readonly labels: Labels;
  readonly open: Map<string, OpenCall>;
}

interface OpenCall {
  readonly call: string;
  readonly live: LiveCall;
}

/** Replays recorded scenarios against a server. */
export class Replay {
  readonly #calls: Calls;

  /**
   * @param server whether the answers are to be the recorded ones, or those chosen otherwise for the embedded server
   * @param moveClock moves the server's clock on, by milliseconds
   */
  constructor(
    address: string,
    private readonly server: 'embedded' | 'real',
    private readonly moveClock: (milliseconds: number) => void | Promise<void>,
  ) {
    this.#calls = new Calls(address);
  }

  close(): void {
    this.#calls.close();
  }

  /** Runs one scenario; answers every difference from what was recorded. */
  async run(scenario: Scenario): Promise<string[]> {
    if (COUNTED.includes(scenario.id)) return new CountedReplay(this.#calls).run(scenario);
    const run: Run = { id: scenario.id, labels: new Labels(), open: new Map() };
    const differences: string[] = [];
    try {
      for (const [number, recorded] of scenario.steps.entries()) {
        await this.moveClock(TIME_PASSES[scenario.id]?.[number] ?? 0);
        const step = this.#expected(scenario.id, number, recorded);
        const found = step ? await this.#step(step, run) : [];
        differences.push(...found.map((difference) => `step ${number} ${recorded.call} ${recorded.label ?? ''}: ${difference}`));
      }
    } finally {
      for (const { live } of run.open.values()) live.cancel();
    }
    const isOrdered = this.server === 'real' || !LINKS_SHARE_POSITIONS.test(scenario.id);
    return isOrdered ? [...differences, ...run.labels.disorder()] : differences;
  }

  /** The step as it is to be answered; undefined when it is not compared. */
  #expected(id: string, number: number, recorded: Step): Step | undefined {
    const other = this.server === 'real' ? {} : (OTHER_ANSWERS[id]?.[number] ?? {});
    if (other === 'not compared') return undefined;
    const step = typeof other === 'function' ? other(recorded) : { ...recorded, ...other };
    const status = this.server === 'embedded' && step.status ? expectedStatus(step.status) : step.status;
    return { ...step, ...(status && { status }) };
  }

  async #step(step: Step, run: Run): Promise<string[]> {
    if (step.call === 'note') return this.#note(step, run);
    if (isWrittenOnTheWay(step)) return this.#eventually(step, run);
    const outcome = await this.#act(step, run);
    return outcome ? compare(step, outcome, run.labels) : [];
  }

  /** What persistent subscriptions write, they write without being waited for. */
  async #eventually(step: Step, run: Run): Promise<string[]> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const labels = run.labels.copy();
      const outcome = await this.#act(step, { ...run, labels });
      const differences = outcome ? compare(step, outcome, labels) : [];
      if (differences.length > 0 && performance.now() < end) continue;
      run.labels.become(labels);
      return differences;
    }
  }

  async #note({ note = '' }: Step, { open }: Run): Promise<string[]> {
    const find = (name: string): LiveCall | undefined => open.get(name)?.live;
    return deliveriesDiffer(note, find, (message) => this.#calls.encode('ps.read', message));
  }

  /** A consumer's answers are taken, and its leaving is noticed, in the order of the calls. */
  async #settled({ call }: OpenCall): Promise<void> {
    if (call.startsWith('ps.')) await this.#calls.roundTrip();
  }

  /** Carries a step out; answers undefined when the step only begins something. */
  async #act(step: Step, { labels, open }: Run): Promise<Outcome | undefined> {
    const request = labels.fill(step.request ?? {}, step.label ?? step.call);
    const [verb, name] = splitCall(step.call);
    const live = (): LiveCall => open.get(name)!.live;
    switch (verb) {
      case 'open':
        open.set(name, { call: step.call, live: this.#calls.open(step.call, request as JsonObject, step.requestHeaders) });
        return undefined;
      case 'send':
        for (const message of asList(request)) live().send(this.#calls.encode(open.get(name)!.call, message, step.label));
        await this.#settled(open.get(name)!);
        return undefined;
      case 'half-close':
        live().halfClose();
        return live().receive(step.responses?.length ?? 0, false);
      case 'receive':
        if (!step.responses?.length) await this.#calls.roundTrip();
        return live().receive(step.responses?.length ?? 0, step.status !== undefined);
      case 'cancel': {
        const outcome = await live().cancelled();
        await this.#settled(open.get(name)!);
        return outcome;
      }
      case 'call':
        return this.#calls.run(step.call, request, step.requestHeaders);
    }
  }
}

/** `ps.list` names the groups of all scenarios before; only the recorded ones are compared. */
function withoutOtherGroups({ call, responses }: Step, actual: readonly JsonObject[]): readonly JsonObject[] {
  if (call !== 'ps.list') return actual;
  const recorded = (responses ?? []).flatMap(groupsOf).map(nameOf);
  return actual.map((response) => ({ ...response, subscriptionsList: groupsOf(response).filter((group) => recorded.includes(nameOf(group))) }));
}

interface GroupInfo extends JsonObject {
  readonly eventSource: string;
  readonly groupName: string;
}

const groupsOf = (response: JsonObject): readonly GroupInfo[] => response['subscriptionsList'] as readonly GroupInfo[];
const nameOf = ({ eventSource, groupName }: GroupInfo): string => `${eventSource}::${groupName}`;

function isWrittenOnTheWay({ call, request }: Step): boolean {
  return call === 'ps.getInfo' || (call === 'streams.read' && JSON.stringify(request).includes('$persistentsubscription-'));
}

function compare(step: Step, { responses, status }: Outcome, labels: Labels): string[] {
  labels.noteLinks(responses);
  const recorded = step.responses?.map(comparable) ?? [];
  const differences = labels.differences(recorded, withoutOtherGroups(step, responses).map(comparable), 'responses');
  const expected = step.status;
  if (expected?.code === undefined) return status ? [...differences, `the call ended: ${status.details}`] : differences;
  if (!status) return [...differences, 'the call is still open'];
  const trailers = withoutTransport(status.metadata.getMap() as Record<string, string>);
  const details = expected.details === undefined ? {} : { details: status.details };
  const path = `status (${status.details})`;
  return [...differences, ...labels.differences(comparableStatus(expected), { code: status.code, trailers, ...details }, path)];
}

function comparableStatus({ code, details, trailers }: RecordedStatus): JsonObject {
  return { ...(code !== undefined && { code }), trailers: withoutTransport(trailers), ...(details !== undefined && { details }) };
}

const comparable = (response: JsonObject): JsonObject => withoutMeasurements(withoutBadRequestText(response)) as JsonObject;

type Verb = 'open' | 'send' | 'half-close' | 'receive' | 'cancel' | 'call';

function splitCall(call: string): [verb: Verb, name: string] {
  const opened = /^(?:streams|ps)\.\w+ open (.+)$/.exec(call);
  if (opened) return ['open', opened[1]!];
  const act = /^(send|half-close|receive|cancel) (.+)$/.exec(call);
  return act ? [act[1] as Verb, act[2]!] : ['call', call];
}

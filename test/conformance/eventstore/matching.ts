import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from './recorded.js';

/** Written where the answer is shortened in the recording. */
const SHORTENED = /^<(.) x (\d+)>$/;
const POSITION = /^<pos (\d+)>$/;
/** What stands inside a text that is otherwise compared. */
const EMBEDDED = /<(pos \d+|position|iso time|uuid)>/g;
const EMBEDDED_PATTERNS: Record<string, string> = {
  position: '\\d+',
  'iso time': '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z',
  uuid: '[0-9a-f-]{36}',
};
const PATTERNS: Record<string, RegExp> = {
  '<uuid>': /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  '<ticks>': /^\d{17}$/,
  '<bits>': /^-?\d+$/,
  '<timeStamp>': /^\d+$/,
  '<count>': /^\d+$/,
  '<microseconds>': /^\d+$/,
};
/** A position far beyond the end of any test's log. */
const FAR = 1_000_000_000n;

/**
 * What the labels of one scenario stand for. Positions are compared by their order: a label stands for one position,
 * and labels count in the order of the positions.
 */
export class Labels {
  readonly #positions = new Map<number, bigint>();
  /** Ids of links that were delivered and not yet named in a request, oldest first. */
  #linkIds: string[] = [];

  copy(): Labels {
    const copy = new Labels();
    copy.become(this);
    return copy;
  }

  become(other: Labels): void {
    for (const [label, position] of other.#positions) this.#positions.set(label, position);
    this.#linkIds = [...other.#linkIds];
  }

  /** Puts positions for the labels of a request. A label that no answer has shown lies between those that have been. */
  fill(request: Json, hint: string): Json {
    if (typeof request === 'string') return this.#fillText(request, hint);
    if (Array.isArray(request)) return (request as readonly Json[]).map((part) => this.fill(part, hint));
    if (typeof request !== 'object' || request === null) return request;
    return Object.fromEntries(Object.entries(request).map(([key, value]) => [key, this.fill(value, hint)]));
  }

  /** Where an answer differs from the recorded one; empty when it does not. */
  differences(expected: Json | undefined, actual: Json | undefined, path = ''): string[] {
    if (Array.isArray(expected) && Array.isArray(actual)) return this.#listDifferences(expected as Json[], actual as Json[], path);
    if (isObject(expected) && isObject(actual)) return this.#objectDifferences(expected, actual, path);
    return this.#equal(expected, actual) ? [] : [`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`];
  }

  /** Remembers the ids of links, which the recording does not tell and consumers acknowledge. */
  noteLinks(responses: readonly JsonObject[]): void {
    for (const { event } of responses) {
      const id = (event as { link?: { id?: { string?: string } } } | undefined)?.link?.id?.string;
      if (id) this.#linkIds.push(id);
    }
  }

  /** Labels that do not count in the order of their positions. */
  disorder(): string[] {
    const positions = [...this.#positions].sort(([a], [b]) => a - b);
    return positions
      .filter(([, position], index) => index > 0 && position <= positions[index - 1]![1])
      .map(([label, position]) => `<pos ${label}> is ${position}, not after the position before it`);
  }

  #listDifferences(expected: Json[], actual: Json[], path: string): string[] {
    if (expected.length !== actual.length) return [`${path}: expected ${expected.length} items, got ${JSON.stringify(actual)}`];
    return expected.flatMap((item, index) => this.differences(item, actual[index], `${path}[${index}]`));
  }

  #objectDifferences(expected: JsonObject, actual: JsonObject, path: string): string[] {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => this.differences(expected[key], actual[key], `${path}.${key}`));
  }

  #equal(expected: Json | undefined, actual: Json | undefined): boolean {
    if (typeof expected !== 'string' || actual === undefined) return expected === actual;
    const label = POSITION.exec(expected)?.[1];
    if (label) return typeof actual === 'string' && /^\d+$/.test(actual) && this.#bind(Number(label), BigInt(actual));
    if (typeof actual === 'string' && expected.replace(EMBEDDED, '') !== expected && !(expected in PATTERNS))
      return this.#equalText(expected, actual);
    // The stubs hand out some 64-bit numbers as doubles.
    if (typeof actual === 'number') return Number(expected) === actual || expected.startsWith('<');
    const shortened = SHORTENED.exec(expected);
    if (shortened) return actual === shortened[1]!.repeat(Number(shortened[2]));
    return expected === actual || (typeof actual === 'string' && (PATTERNS[expected]?.test(actual) ?? /^<(host|port)>$/.test(expected)));
  }

  #equalText(expected: string, actual: string): boolean {
    const labels: number[] = [];
    const source = expected.split(EMBEDDED).map((part, index) => {
      if (index % 2 === 0) return escapeRegExp(part);
      if (!part.startsWith('pos ')) return EMBEDDED_PATTERNS[part] ?? '';
      labels.push(Number(part.slice(4)));
      return '(\\d+)';
    });
    const match = new RegExp(`^${source.join('')}$`, 's').exec(actual);
    return match !== null && labels.every((label, index) => this.#bind(label, BigInt(match[index + 1]!)));
  }

  #bind(label: number, position: bigint): boolean {
    const bound = this.#positions.get(label) ?? position;
    this.#positions.set(label, bound);
    return bound === position;
  }

  #fillText(text: string, hint: string): string {
    const label = POSITION.exec(text)?.[1];
    if (text === '<uuid>') return this.#linkIds.shift() ?? randomUUID();
    return label ? (this.#positions.get(Number(label)) ?? this.#between(Number(label), hint)).toString() : text;
  }

  #between(label: number, hint: string): bigint {
    const below = Math.max(...[...this.#positions.keys()].filter((known) => known < label));
    const base = this.#positions.get(below) ?? 0n;
    return base + (hint.includes('far beyond') ? FAR : BigInt(label - below));
  }
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

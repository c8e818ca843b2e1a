import { CommandError } from '../errors.js';
import { decode, type Doc } from './values.js';

/** Bytes before the first element of a document: its length. */
export const HEADER_BYTES = 4;
export const TYPE = { string: 0x02, document: 0x03, array: 0x04, codeWithScope: 0x0f } as const;

/** Documents nested further are refused, as in MongoDB. */
const MAX_DEPTH = 200;

/** Bytes of the values whose type alone tells them (https://bsonspec.org/spec.html). */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([[0x01, 8], [0x06, 0], [0x07, 12], [0x08, 1], [0x09, 8], [0x0a, 0], [0x10, 4], [0x11, 8], [0x12, 8], [0x13, 16], [0x7f, 0], [0xff, 0]]);
const OBJECT_ID_BYTES = 12;

const invalid = (what: string): CommandError => new CommandError('InvalidBSON', `invalid BSON: ${what}`);

const int32 = (bytes: Buffer, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);

/** @returns where the NUL of a name or a text without length is */
function textEnd(bytes: Buffer, from: number, limit: number): number {
  for (let at = from; at < limit; at++) if (bytes[at] === 0) return at;
  throw invalid('a text without end');
}

/** @returns where a text with its length in front ends, its NUL included */
function stringEnd(bytes: Buffer, from: number, limit: number): number {
  const length = from + 4 <= limit ? int32(bytes, from) : 0;
  const end = from + 4 + length;
  if (length < 1 || end > limit || bytes[end - 1] !== 0) throw invalid('the length of a text');
  return end;
}

/** @returns where a document ends that begins at `from` */
function documentEnd(bytes: Buffer, from: number, limit: number): number {
  const size = from + HEADER_BYTES < limit ? int32(bytes, from) : 0;
  const end = from + size;
  if (size < HEADER_BYTES + 1 || end > limit || bytes[end - 1] !== 0) throw invalid('the length of a document');
  return end;
}

function valueEnd(bytes: Buffer, type: number, from: number, limit: number): number {
  const fixed = FIXED_BYTES.get(type);
  const end = fixed === undefined ? variableEnd(bytes, type, from, limit) : from + fixed;
  if (end > limit) throw invalid('a value exceeds its document');
  return end;
}

function variableEnd(bytes: Buffer, type: number, from: number, limit: number): number {
  switch (type) {
    case TYPE.string:
    case 0x0d: // code
    case 0x0e: // symbol
      return stringEnd(bytes, from, limit);
    case TYPE.document:
    case TYPE.array:
      return documentEnd(bytes, from, limit);
    case 0x05: { // binary: length, subtype, bytes
      const length = from + 4 < limit ? int32(bytes, from) : -1;
      if (length < 0) throw invalid('the length of binary data');
      return from + 5 + length;
    }
    case 0x0b: // regular expression: pattern, options
      return textEnd(bytes, textEnd(bytes, from, limit) + 1, limit) + 1;
    case 0x0c: // DBPointer
      return stringEnd(bytes, from, limit) + OBJECT_ID_BYTES;
    case TYPE.codeWithScope: {
      const size = from + 4 < limit ? int32(bytes, from) : 0;
      if (size < 14 || from + size > limit) throw invalid('the length of code with scope');
      return from + size;
    }
    default:
      throw invalid(`a value of the unknown type ${String(type)}`);
  }
}

/**
 * Checks what a client sent as a document before it is stored as it came.
 * @throws CommandError InvalidBSON, Overflow for one nested too far
 */
export function checkDocument(bytes: Buffer): void {
  if (checkNested(bytes, 0, bytes.length, 1) !== bytes.length) throw invalid('bytes after the end of a document');
}

function checkNested(bytes: Buffer, from: number, limit: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new CommandError('Overflow', `BSONObj exceeds maximum nested object depth: ${String(MAX_DEPTH)}`);
  const end = documentEnd(bytes, from, limit);
  for (let at = from + HEADER_BYTES; at < end - 1; ) {
    const type = bytes[at] ?? 0;
    const value = textEnd(bytes, at + 1, end - 1) + 1;
    const next = valueEnd(bytes, type, value, end - 1);
    if (type === TYPE.document || type === TYPE.array) checkNested(bytes, value, next, depth + 1);
    else if (type === TYPE.codeWithScope && checkNested(bytes, stringEnd(bytes, value + 4, next), next, depth + 1) !== next) throw invalid('code with scope');
    at = next;
  }
  return end;
}

/** One field of an encoded document: type, name and value, from `start` to `end`. */
export interface Element {
  readonly type: number;
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

/** @returns the last element with a name, as decoding keeps it, or undefined */
export function elementOf(bytes: Buffer, name: string): Element | undefined {
  let found: Element | undefined;
  someElement(bytes, (element) => {
    const { start, value } = element;
    if (value - start - 2 === name.length && bytes.toString('latin1', start + 1, value - 1) === name) found = element;
    return false;
  });
  return found;
}

/** @returns whether a test holds for one of the elements */
export function someElement(bytes: Buffer, test: (element: Element) => boolean): boolean {
  for (let start = HEADER_BYTES; start < bytes.length - 1; ) {
    const type = bytes[start] ?? 0;
    const value = textEnd(bytes, start + 1, bytes.length) + 1;
    const end = valueEnd(bytes, type, value, bytes.length);
    if (test({ type, start, value, end })) return true;
    start = end;
  }
  return false;
}

/** @returns a document of elements that are cut out of others */
export function documentOf(elements: readonly Uint8Array[]): Buffer {
  const size = elements.reduce((sum, { length }) => sum + length, HEADER_BYTES + 1);
  const out = Buffer.allocUnsafe(size);
  let at = out.writeInt32LE(size, 0);
  for (const element of elements) {
    out.set(element, at);
    at += element.length;
  }
  out[at] = 0;
  return out;
}

/** @returns a document but for one of its elements */
export const withoutElement = (bytes: Buffer, { start, end }: Element): Buffer => documentOf([bytes.subarray(HEADER_BYTES, start), bytes.subarray(end, -1)]);

/** @returns the bytes of a document's elements */
export const elementsOf = (bytes: Buffer): Buffer => bytes.subarray(HEADER_BYTES, -1);

/** Finds some of the fields at the top of encoded documents without decoding the others. */
export class FieldFinder {
  /** Names by the hash of their bytes. */
  private readonly positions = new Map<number, readonly number[]>();
  private readonly encoded: readonly Buffer[];

  constructor(names: readonly string[]) {
    this.encoded = names.map((name) => Buffer.from(name, 'utf8'));
    this.encoded.forEach((name, position) => {
      const hash = name.reduce(hashed, 0);
      this.positions.set(hash, [...(this.positions.get(hash) ?? []), position]);
    });
  }

  /** @returns start and end of the element of each name in turn; both 0 where there is none. Of elements with one name the last counts. */
  locate(bytes: Buffer): Int32Array {
    const spans = new Int32Array(this.encoded.length * 2);
    const limit = bytes.length - 1;
    for (let start = HEADER_BYTES; start < limit; ) {
      let hash = 0;
      let at = start + 1;
      for (let byte = bytes[at] ?? 0; byte !== 0; byte = bytes[++at] ?? 0) hash = hashed(hash, byte);
      const end = valueEnd(bytes, bytes[start] ?? 0, at + 1, limit);
      const position = this.positionOf(hash, bytes, start + 1, at);
      if (position !== undefined) {
        spans[position * 2] = start;
        spans[position * 2 + 1] = end;
      }
      start = end;
    }
    return spans;
  }

  /** @param spans what {@link locate} said of the document. @returns the fields, decoded */
  decode(bytes: Buffer, spans: Int32Array): Doc {
    const elements: Buffer[] = [];
    for (let at = 0; at < spans.length; at += 2) if (spans[at] !== 0) elements.push(bytes.subarray(spans[at], spans[at + 1]));
    return decode(documentOf(elements));
  }

  private positionOf(hash: number, bytes: Buffer, from: number, to: number): number | undefined {
    return this.positions.get(hash)?.find((position) => {
      const name = this.encoded[position];
      return name?.length === to - from && bytes.compare(name, 0, name.length, from, to) === 0;
    });
  }
}

const hashed = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0;

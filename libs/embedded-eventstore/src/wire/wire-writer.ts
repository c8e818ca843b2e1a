const VARINT = 0;
const BYTES = 2;

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
  return size;
}

/**
 * Writes a protobuf message from its end to its start, so that the length of a nested message is known
 * when its header is written and nothing is measured twice. Fields are therefore written last first.
 */
export class WireWriter {
  readonly #output: Buffer;
  #start: number;

  /** @param capacity upper bound of the encoded size, in bytes */
  constructor(capacity: number) {
    this.#output = Buffer.allocUnsafe(capacity);
    this.#start = capacity;
  }

  /** An unsigned integer field; a number must be a safe integer. */
  uint64(field: number, value: number | bigint): this {
    if (typeof value === 'bigint') this.#bigVarint(value);
    else this.#varint(value);
    return this.#tag(field, VARINT);
  }

  bytes(field: number, value: Uint8Array): this {
    this.#start -= value.length;
    this.#output.set(value, this.#start);
    return this.#header(field, value.length);
  }

  string(field: number, value: string): this {
    const length = Buffer.byteLength(value);
    this.#start -= length;
    this.#output.write(value, this.#start, length, 'utf8');
    return this.#header(field, length);
  }

  /** A nested message, whose fields `fields` writes, last first. */
  message(field: number, fields: (writer: this) => void): this {
    const end = this.#start;
    fields(this);
    return this.#header(field, end - this.#start);
  }

  empty(field: number): this {
    return this.#header(field, 0);
  }

  /** The message written so far. */
  finish(): Buffer {
    return this.#output.subarray(this.#start);
  }

  #header(field: number, length: number): this {
    this.#varint(length);
    return this.#tag(field, BYTES);
  }

  #tag(field: number, wireType: number): this {
    this.#varint(field * 8 + wireType);
    return this;
  }

  #varint(value: number): void {
    if (value < 0x80) {
      this.#output[--this.#start] = value;
      return;
    }
    this.#start -= varintSize(value);
    let at = this.#start;
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#output[at++] = (rest % 128) | 0x80;
    this.#output[at] = rest;
  }

  #bigVarint(value: bigint): void {
    const groups: number[] = [];
    for (let rest = value; rest > 0n || groups.length === 0; rest >>= 7n) groups.push(Number(rest & 0x7fn));
    for (let index = groups.length - 1; index >= 0; index--) {
      const last = index === groups.length - 1;
      this.#output[--this.#start] = (groups[index] ?? 0) | (last ? 0 : 0x80);
    }
  }
}

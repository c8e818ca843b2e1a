/** A message that is not valid protobuf, or not what the EventStoreDB protocol allows. */
export class MalformedMessage extends Error {}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * Reads one protobuf message field by field without copying: byte fields are views of the input.
 *
 * Used on the append path, where the generated classes cost more than the rest of the append.
 * Every method throws {@link MalformedMessage} when the input ends early.
 */
export class WireReader {
  #wireType = VARINT;

  constructor(
    private readonly input: Buffer,
    private offset = 0,
    private readonly end = input.length,
  ) {}

  /** Where the next field starts in the input. */
  get position(): number {
    return this.offset;
  }

  /** Moves to the next field; answers its number, or 0 at the end of the message. */
  nextField(): number {
    if (this.offset >= this.end) return 0;
    const tag = this.uint32();
    this.#wireType = tag & 7;
    return tag >>> 3;
  }

  /** A varint that fits 32 bits (lengths, enums, bools, tags); higher bits are dropped. */
  uint32(): number {
    let result = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 32) result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result >>> 0;
    }
    throw new MalformedMessage('a varint is longer than ten bytes');
  }

  /** An unsigned 64-bit varint. */
  uint64(): bigint {
    let low = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.#byte();
      low += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return BigInt(low);
    }
    let result = BigInt(low);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, result);
    }
    throw new MalformedMessage('a varint is longer than ten bytes');
  }

  /** A length-delimited field as a view of the input. */
  bytes(): Buffer {
    const start = this.#enter();
    return this.input.subarray(start, this.offset);
  }

  string(): string {
    const start = this.#enter();
    return this.input.toString('utf8', start, this.offset);
  }

  /** A nested message, read on its own. */
  message(): WireReader {
    const start = this.#enter();
    return new WireReader(this.input, start, this.offset);
  }

  /** Passes over a field this reader does not know, as protobuf demands of unknown fields. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        while (this.#byte() >= 0x80);
        return;
      case FIXED64:
        return this.#advance(8);
      case FIXED32:
        return this.#advance(4);
      case BYTES:
        this.#enter();
        return;
      default:
        throw new MalformedMessage(`unknown protobuf wire type ${String(this.#wireType)}`);
    }
  }

  #byte(): number {
    const byte = this.offset < this.end ? this.input[this.offset++] : undefined;
    if (byte === undefined) throw new MalformedMessage('the message ends in the middle of a field');
    return byte;
  }

  /** Moves past a length-delimited field; answers where its content starts. */
  #enter(): number {
    if (this.#wireType !== BYTES) throw new MalformedMessage('expected a length-delimited field');
    const length = this.uint32();
    const start = this.offset;
    this.#advance(length);
    return start;
  }

  #advance(length: number): void {
    if (length > this.end - this.offset) throw new MalformedMessage('a field is longer than its message');
    this.offset += length;
  }
}

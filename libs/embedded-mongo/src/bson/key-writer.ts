const TERMINATOR = 0x01;
const ESCAPED_NUL = 0xff;

/** A growing buffer for order-preserving keys. Every write is prefix-free, so that parts of a compound key never mix. */
export class KeyWriter {
  private static readonly shared = new KeyWriter();
  private buffer = Buffer.allocUnsafe(1024);
  private length = 0;

  /** @returns the shared, emptied writer; use it to completion before anybody else asks for it */
  static scratch(): KeyWriter {
    KeyWriter.shared.length = 0;
    return KeyWriter.shared;
  }

  /** @returns how many bytes are written */
  get size(): number {
    return this.length;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.length = this.buffer.writeUInt32BE(value, this.length);
  }

  uint64(value: bigint): void {
    this.reserve(8);
    this.length = this.buffer.writeBigUInt64BE(value, this.length);
  }

  /** A whole number up to 2^53 either way as a signed 64-bit integer with its sign bit flipped, so that negative numbers come first. */
  integer(value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.uint32((high ^ 0x80000000) >>> 0);
    this.uint32(value - high * 2 ** 32);
  }

  double(value: number): void {
    this.reserve(8);
    this.length = this.buffer.writeDoubleBE(value, this.length);
  }

  uint16(value: number): void {
    this.reserve(2);
    this.length = this.buffer.writeUInt16BE(value, this.length);
  }

  /** UTF-8 with NUL escaped as 00 ff and closed by 00 01, which sorts a text before its extensions. */
  string(value: string): void {
    this.reserve(value.length * 3 + 2);
    const start = this.length;
    this.length += this.buffer.write(value, start, 'utf8');
    if (value.includes('\0')) this.escapeNul(start);
    this.byte(0);
    this.byte(TERMINATOR);
  }

  /** Inverts everything from an offset on: a descending part of a compound key. */
  invertFrom(offset: number): void {
    for (let i = offset; i < this.length; i++) this.buffer[i] = ~(this.buffer[i] ?? 0);
  }

  /** Cuts back to an earlier size. */
  truncate(size: number): void {
    this.length = size;
  }

  /** @returns a copy of what was written */
  take(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  private escapeNul(start: number): void {
    const raw = Buffer.from(this.buffer.subarray(start, this.length));
    this.length = start;
    for (const byte of raw) {
      this.byte(byte);
      if (byte === 0) this.byte(ESCAPED_NUL);
    }
  }

  private reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + count));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

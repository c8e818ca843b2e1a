const SHARDS = 256;
const SHARD_SHIFT = 24;
const FIRST_SLOTS = 16;

/**
 * Numbers by the 32-bit hash of what they stand for, outside the heap of JavaScript: 11 to 21 bytes each. Hashes may be
 * alike, so the asker says which number is right. Only a part of it grows at a time, so that no append waits for that.
 */
export class HashIndex {
  readonly #shards = Array.from({ length: SHARDS }, () => new Shard());

  /** @param hash of 32 bits, unsigned @param number from 1 to 2^32 - 1 */
  add(hash: number, number: number): void {
    this.#shardOf(hash).add(hash, number);
  }

  /** The first number with this hash that is right, in the order they were added. */
  find(hash: number, isRight: (number: number) => boolean): number | undefined {
    return this.#shardOf(hash).find(hash, isRight);
  }

  #shardOf(hash: number): Shard {
    const shard = this.#shards[hash >>> SHARD_SHIFT];
    if (shard === undefined) throw new RangeError(`${hash} is no hash of 32 bits`);
    return shard;
  }
}

/** A hash table with open addressing; the number 0 marks a free slot. */
class Shard {
  #hashes = new Uint32Array(FIRST_SLOTS);
  #numbers = new Uint32Array(FIRST_SLOTS);
  #count = 0;

  add(hash: number, number: number): void {
    this.#count += 1;
    if (this.#count * 4 > this.#numbers.length * 3) this.#grow();
    this.#put(hash, number);
  }

  find(hash: number, isRight: (number: number) => boolean): number | undefined {
    for (let slot = this.#slotOf(hash); ; slot = this.#after(slot)) {
      const number = this.#numbers[slot] ?? 0;
      if (number === 0) return undefined;
      if (this.#hashes[slot] === hash && isRight(number)) return number;
    }
  }

  #put(hash: number, number: number): void {
    let slot = this.#slotOf(hash);
    while (this.#numbers[slot] !== 0) slot = this.#after(slot);
    this.#hashes[slot] = hash;
    this.#numbers[slot] = number;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const numbers = this.#numbers;
    this.#hashes = new Uint32Array(2 * hashes.length);
    this.#numbers = new Uint32Array(2 * numbers.length);
    numbers.forEach((number, slot) => {
      if (number !== 0) this.#put(hashes[slot] ?? 0, number);
    });
  }

  #slotOf(hash: number): number {
    return hash & (this.#numbers.length - 1);
  }

  #after(slot: number): number {
    return (slot + 1) & (this.#numbers.length - 1);
  }
}

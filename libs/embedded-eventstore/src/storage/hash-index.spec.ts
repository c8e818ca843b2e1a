import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HashIndex } from './hash-index.js';

describe('an index of numbers by hash', () => {
  it('finds every number under its hash, in the order they were added, however many share it', () => {
    // Few hashes, in few parts of the index: collisions are the rule.
    const hash = fc.nat(40).map((n) => ((n % 3) << 24) | n);
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 300 }), (hashes) => {
        const index = new HashIndex();
        const added = new Map<number, number[]>();
        hashes.forEach((hash, place) => {
          index.add(hash, place + 1);
          added.set(hash, [...(added.get(hash) ?? []), place + 1]);
        });
        for (const [hash, numbers] of added) {
          const asked: number[] = [];
          expect(index.find(hash, (number) => (asked.push(number), false))).toBeUndefined();
          expect(asked).toEqual(numbers);
          expect(numbers.map((wanted) => index.find(hash, (number) => number === wanted))).toEqual(numbers);
        }
        expect(index.find(0xff000001, () => true)).toBeUndefined();
      }),
    );
  });
});

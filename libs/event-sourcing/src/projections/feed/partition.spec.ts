import { describe, expect, it } from '@jest/globals';
import { partitionOf } from './partition.js';

describe('the partition of a key', () => {
  it('never changes, since checkpoints and counters rest on it', () => {
    const keys = ['', 'a', '185002-45864', '185002-45865', 'customsOrder-1', '订单-7'];
    expect(keys.map((key) => partitionOf(key, 8))).toEqual([1, 7, 3, 1, 0, 4]);
  });

  it('spreads consecutive order numbers evenly', () => {
    const counts = new Array<number>(8).fill(0);
    for (let number = 0; number < 8000; number += 1) {
      const partition = partitionOf(`185002-${number}`, 8);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

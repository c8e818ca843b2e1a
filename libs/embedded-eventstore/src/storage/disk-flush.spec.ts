import { describe, expect, it } from '@jest/globals';
import { quickestFlush } from './disk-flush.js';

/** A disk that takes the given milliseconds for each flush in turn, and the last ones for all that follow. */
function diskThatTakes(...durations: readonly number[]) {
  const carriedOut: string[] = [];
  let now = 0;
  const take = (where: string): void => {
    now += durations[Math.min(carriedOut.length, durations.length - 1)] ?? 0;
    carriedOut.push(where);
  };
  const flush = quickestFlush({ atOnce: () => take('at once'), onAnotherThread: () => Promise.resolve(take('elsewhere')), now: () => now });
  return (flushes: number): string => {
    for (let n = 0; n < flushes; n++) void flush(3);
    const rows: [where: string, count: number][] = [];
    for (const where of carriedOut) {
      const row = rows.at(-1);
      if (row?.[0] === where) row[1]++;
      else rows.push([where, 1]);
    }
    return rows.map(([where, count]) => `${count} ${where}`).join(', ');
  };
}

describe('a flush', () => {
  it('is carried out at once on a quick disk, also when one in four takes long', () => {
    expect(diskThatTakes(0.2)(10_000)).toBe('10000 at once');
    expect(diskThatTakes(...Array.from({ length: 1_000 }, (_, n) => (n % 4 === 0 ? 30 : 0.2)))(1_000)).toBe('1000 at once');
  });

  it('is handed to another thread on a slow disk, but for one in a hundred', () => {
    expect(diskThatTakes(10)(305)).toBe('4 at once, 100 elsewhere, 1 at once, 100 elsewhere, 1 at once, 99 elsewhere');
  });

  it('is carried out at once again when the disk is quick again', () => {
    expect(diskThatTakes(10, 10, 10, 10, 0.2)(300)).toBe('4 at once, 100 elsewhere, 196 at once');
  });

  it('fails as the disk does', () => {
    const failing = quickestFlush({
      atOnce: () => {
        throw new Error('EIO');
      },
      onAnotherThread: () => Promise.resolve(),
      now: () => 0,
    });
    expect(() => failing(3)).toThrow('EIO');
  });
});

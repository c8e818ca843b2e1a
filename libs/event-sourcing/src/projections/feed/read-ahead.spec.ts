import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { ReadAhead } from './read-ahead.js';

/** A source that counts how far it was pulled. */
const counting = (limit: number) => {
  const progress = { pulled: 0 };
  const source = async function* (): AsyncGenerator<readonly number[]> {
    while (progress.pulled < limit) {
      await Promise.resolve();
      yield [(progress.pulled += 1)];
    }
  };
  return { progress, source: source() };
};

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe('reading ahead', () => {
  it('pulls no more than its capacity while nobody takes', async () => {
    const { progress, source } = counting(100);
    const ahead = new ReadAhead(source, 10);
    await until(() => progress.pulled >= 10);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(progress.pulled).toBe(10);
    expect(await ahead.take()).toHaveLength(10);
    await until(() => progress.pulled >= 20);
  });

  it('gives every item once, in order, and then tells the end', async () => {
    const ahead = new ReadAhead(counting(1000).source, 7);
    const all: number[] = [];
    for (let items = await ahead.take(); items !== undefined; items = await ahead.take()) all.push(...items);
    expect(all).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  });

  it('gives what came before the source failed, then the failure', async () => {
    const failing = async function* (): AsyncGenerator<readonly string[]> {
      yield await Promise.resolve(['one']);
      throw new Error('the source is gone');
    };
    const ahead = new ReadAhead(failing(), 10);
    expect(await ahead.take()).toEqual(['one']);
    await expect(ahead.take()).rejects.toThrow('the source is gone');
  });

  it('answers with nothing when its patience ends, and goes on', async () => {
    const stream = new PassThrough({ objectMode: true });
    const ahead = new ReadAhead<string>(stream, 10);
    expect(await ahead.take(1)).toEqual([]);
    stream.write(['late']);
    expect(await ahead.take()).toEqual(['late']);
    stream.end();
    await once(stream, 'close');
    expect(await ahead.take()).toBeUndefined();
  });

  it('waits for as many as are asked for, within its capacity', async () => {
    const ahead = new ReadAhead(counting(25).source, 10);
    const atLeast = (count: number) => (items: readonly number[]) => items.length >= count;
    expect(await ahead.take(10_000, atLeast(8))).toHaveLength(8);
    expect(await ahead.take(10_000, atLeast(100))).toHaveLength(10);
    expect(await ahead.take(10_000, atLeast(10))).toHaveLength(7);
    expect(await ahead.take(10_000, atLeast(10))).toBeUndefined();
  });

  it('waits for what is asked for, and gives no more than its capacity of what came with it', async () => {
    const stream = new PassThrough({ objectMode: true });
    const ahead = new ReadAhead<number>(stream, 2);
    stream.write([1]);
    const taken = ahead.take(10_000, (items) => items.includes(3));
    stream.write([2, 3, 4]);
    expect([await taken, await ahead.take(), await ahead.take(1)]).toEqual([[1, 2], [3, 4], []]);
    stream.end();
  });

  it('closes while the source waits for room', async () => {
    const { progress, source } = counting(100);
    const ahead = new ReadAhead(source, 3);
    await until(() => progress.pulled >= 3);
    await ahead.close();
    expect(await ahead.take()).toBeUndefined();
    expect(progress.pulled).toBeLessThan(100);
  });
});

import { on, EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { positionOf, type FeedItem } from '../../log/follow.js';
import { recorded } from '../parcels.fixture.js';
import { LogTail } from './log-tail.js';

/** An event of a category at a position. */
const event = (category: string, position: number): FeedItem => ({
  kind: 'event',
  event: { ...recorded({ type: 'Weighed', data: { parcel: 'p', grams: 1 } }, position), stream: `${category}-p` },
});

/** A source fed by hand. */
const byHand = () => {
  const emitter = new EventEmitter();
  const source = async function* (): AsyncGenerator<readonly FeedItem[]> {
    for await (const [items] of on(emitter, 'items', { close: ['end'] })) yield items as FeedItem[];
  };
  return {
    source: source(),
    come: (...items: FeedItem[]) => emitter.emit('items', items),
    fail: (error: Error) => emitter.emit('error', error),
    end: () => emitter.emit('end'),
  };
};

const nobody = (): void => undefined;

/** Reads up to a position. */
const upTo = async (position: number, source: AsyncGenerator<readonly FeedItem[]>): Promise<string[]> => {
  const taken: string[] = [];
  for await (const items of source) {
    taken.push(...items.map((item) => `${item.kind}@${positionOf(item)}`));
    if (items.some((item) => positionOf(item) === position)) break;
  }
  return taken;
};

describe('the tail of the log', () => {
  const { signal } = new AbortController();

  it('gives each reader what it wants after its position, and tells it what others came', async () => {
    const { source, come } = byHand();
    const tail = new LogTail(10, source, nobody);
    const parcels = upTo(13, tail.after(10, new Set(['parcel']), signal));
    const letters = upTo(15, tail.after(12, new Set(['letter']), signal));
    come(event('parcel', 11), event('letter', 12), event('parcel', 13), event('parcel', 14), event('letter', 15));
    expect(await parcels).toEqual(['event@11', 'event@13', 'event@14', 'checkpoint@15']);
    expect(await letters).toEqual(['event@15']);
    expect(await upTo(15, tail.after(12, new Set(['parcel']), signal))).toEqual(['event@13', 'event@14', 'checkpoint@15']);
  });

  it('goes on only with readers who know the log up to what it remembers', async () => {
    const { source, come } = byHand();
    const tail = new LogTail(10, source, nobody);
    expect([tail.reaches(undefined), tail.reaches(9), tail.reaches(10)]).toEqual([false, false, true]);
    const slow = tail.after(10, new Set(['parcel']), signal);
    come(event('parcel', 11));
    expect((await slow.next()).value).toMatchObject([{ event: { position: 11 } }]);
    for (let position = 12; position < 10_000; position += 1) come(event('parcel', position));
    expect(await upTo(9999, tail.after(9998, new Set(['parcel']), signal))).toEqual(['event@9999']);
    expect(tail.floor).toBeGreaterThan(11);
    expect(await slow.next()).toMatchObject({ done: true });
  });

  it('tells every reader that the log was lost, and once that it is over', async () => {
    const { source, fail } = byHand();
    let ends = 0;
    const tail = new LogTail(10, source, () => (ends += 1));
    const readers = [1, 2].map(() => upTo(11, tail.after(10, new Set(['parcel']), signal)));
    fail(new Error('lost'));
    for (const reader of readers) await expect(reader).rejects.toThrow('lost');
    expect(ends).toBe(1);
  });

  it('lets a reader go who stops waiting', async () => {
    const tail = new LogTail(10, byHand().source, nobody);
    const ending = new AbortController();
    const reader = upTo(11, tail.after(10, new Set(['parcel']), ending.signal));
    ending.abort();
    expect(await reader).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../domain/refusal.js';
import { cursorAfter, placeOf, type Order } from './cursor.js';
import { startingWith } from './match.js';

const newestFirst: Order = { field: 'orderedAt', direction: -1 };

describe('cursor', () => {
  it('names the place it was made of, in characters that need no escaping in an address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer()), fc.string({ maxLength: 50 }), (value, id) => {
        fc.pre(JSON.stringify(value).length < 300);
        const cursor = cursorAfter({ value, id }, newestFirst);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(placeOf(cursor, newestFirst)).toEqual({ value, id });
      }),
    );
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['a list in another order', cursorAfter({ value: 'a', id: 'b' }, { field: 'orderedAt', direction: 1 })],
    ['a list by another field', cursorAfter({ value: 'a', id: 'b' }, { field: 'since', direction: -1 })],
    ['an operator instead of a value', Buffer.from(JSON.stringify(['-orderedAt', { $ne: null }, 'x'])).toString('base64url')],
    ['an operator instead of an id', Buffer.from(JSON.stringify(['-orderedAt', 'x', { $ne: null }])).toString('base64url')],
    ['something endless', 'A'.repeat(1001)],
  ])('refuses %s', (_, cursor) => {
    expect(() => placeOf(cursor, newestFirst)).toThrow(Refusal);
  });
});

describe('texts that begin with', () => {
  it('takes every character literally', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, rest) => expect(startingWith(text).test(text + rest)).toBe(true)));
    expect(startingWith('a.c').test('abc')).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'bson';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { compareValues, encodeKey } from './order.js';

const Exact = Decimal.clone({ precision: 1200 });

/** The value of a number with every digit, also of a double. */
function exact(value: Int32 | Double | Long | Decimal128): Decimal {
  if (!(value instanceof Double)) return new Exact(value.toString());
  let scaled = value.value;
  let halvings = 0;
  for (; !Number.isInteger(scaled); halvings++) scaled *= 2;
  return new Exact(BigInt(scaled).toString()).div(new Exact(2).pow(halvings));
}

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n }), fc.integer({ min: -60, max: 60 }))
  .map(([digits, exponent]) => Decimal128.fromString(`${String(digits)}E${String(exponent)}`));
const number = fc.oneof(
  fc.integer().map((value) => new Int32(value)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }).map((value) => Decimal128.fromString(value.toPrecision(17))),
  decimal,
);
const scalar = fc.oneof(number, fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), fc.date({ noInvalidDate: true }));
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(fc.string({ maxLength: 2 }), scalar, { maxKeys: 3 }));
const sign = (order: number): number => Math.sign(order) + 0;

describe('the order of values', () => {
  it('is the numeric order across all number types', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(sign(compareValues(a, b))).toBe(sign(exact(a).comparedTo(exact(b))));
        expect(sign(Buffer.compare(encodeKey(a), encodeKey(b)))).toBe(sign(compareValues(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same for values as for their keys, and no key is the start of another', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [x, y] = [encodeKey(a), encodeKey(b)];
        expect(sign(Buffer.compare(x, y))).toBe(sign(compareValues(a, b)));
        if (!x.equals(y)) expect(x.subarray(0, y.length).equals(y) || y.subarray(0, x.length).equals(x)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('follows the types as MongoDB lists them', () => {
    const ascending = [new MinKey(), null, -Infinity, new Int32(5), 'text', { a: 1 }, [1], Buffer.from('x'), new ObjectId(), false, true, new Date(0), new MaxKey()];
    for (const [position, later] of ascending.entries()) {
      for (const earlier of ascending.slice(0, position)) expect(compareValues(earlier, later)).toBeLessThan(0);
    }
  });
});

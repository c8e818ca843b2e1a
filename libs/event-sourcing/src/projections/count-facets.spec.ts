import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countFacets, type FacetFilter } from './read-facets.js';

interface Row {
  readonly status: string;
  readonly labels: readonly string[];
  readonly mode: string;
}

const row: fc.Arbitrary<Row> = fc.record({
  status: fc.constantFrom('DRAFT', 'SENT', 'FAILED'),
  labels: fc.uniqueArray(fc.constantFrom('FRAGILE', 'COLD', 'GIFT')),
  mode: fc.constantFrom('9710', '9810'),
});

const filter: fc.Arbitrary<FacetFilter> = fc.record(
  {
    status: fc.uniqueArray(fc.constantFrom('DRAFT', 'SENT', 'FAILED', 'UNKNOWN'), { minLength: 1 }),
    labels: fc.uniqueArray(fc.constantFrom('FRAGILE', 'COLD', 'GIFT'), { minLength: 1 }),
    mode: fc.uniqueArray(fc.constantFrom('9710', '9810'), { minLength: 1 }),
  },
  { requiredKeys: [] },
);

const DIMENSIONS = ['status', 'labels', 'mode'] as const;
const matches = (candidate: Row, wanted: FacetFilter): boolean =>
  DIMENSIONS.every((dimension) => wanted[dimension] === undefined || [candidate[dimension]].flat().some((value) => wanted[dimension]?.includes(value)));

describe('counting facets', () => {
  it('counts the rows under all filters, and each value under the filters of the other dimensions', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), filter, (rows, wanted) => {
        const { total, byDimension } = countFacets(rows.map((values) => ({ values: { ...values }, count: 1 })), wanted);
        expect(total).toBe(rows.filter((candidate) => matches(candidate, wanted)).length);
        for (const dimension of DIMENSIONS) {
          const others = Object.fromEntries(Object.entries(wanted).filter(([name]) => name !== dimension));
          const values = rows.filter((candidate) => matches(candidate, others)).flatMap((candidate) => candidate[dimension]);
          const expected: Record<string, number> = {};
          for (const value of values) expected[value] = (expected[value] ?? 0) + 1;
          expect(byDimension[dimension] ?? {}).toEqual(expected);
        }
      }),
    );
  });

  it('adds up cells of the same values from several partitions', () => {
    const values = { status: 'DRAFT' };
    expect(countFacets([{ values, count: 2 }, { values, count: 3 }], {})).toEqual({ total: 5, byDimension: { status: { DRAFT: 5 } } });
  });
});

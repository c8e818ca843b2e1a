import { encodeKey } from '../../bson/order.js';
import { isDoc, truthy, type Doc } from '../../bson/values.js';
import { list, missing, nullable, positional, wrongType, type Builder } from './arguments.js';

/** @returns the values by what they equal, each once */
export function asSet(values: Iterable<unknown>): Map<string, unknown> {
  const set = new Map<string, unknown>();
  for (const value of values) {
    const key = encodeKey(value).toString('latin1');
    if (!set.has(key)) set.set(key, value);
  }
  return set;
}

const sets = (values: readonly unknown[], operator: string): Map<string, unknown>[] => values.map((value) => asSet(list(operator, value)));
const within = (part: ReadonlyMap<string, unknown>, whole: ReadonlyMap<string, unknown>): boolean => [...part.keys()].every((key) => whole.has(key));

export const setOperators: Readonly<Record<string, Builder>> = {
  $setUnion: nullable([0, Infinity], (values, operator) => [...asSet(values.flatMap((value) => [...list(operator, value)])).values()]),
  $setIntersection: nullable([0, Infinity], (values, operator) => {
    const [first = new Map<string, unknown>(), ...others] = sets(values, operator);
    return [...first].filter(([key]) => others.every((other) => other.has(key))).map(([, value]) => value);
  }),
  $setDifference: nullable([2, 2], (values, operator) => {
    const [first = new Map<string, unknown>(), second = new Map<string, unknown>()] = sets(values, operator);
    return [...first].filter(([key]) => !second.has(key)).map(([, value]) => value);
  }),
  $setEquals: positional([2, Infinity], (values, operator) => {
    const [first = new Map<string, unknown>(), ...others] = sets(values, operator);
    return others.every((other) => other.size === first.size && within(other, first));
  }),
  $setIsSubset: positional([2, 2], (values, operator) => {
    const [part = new Map<string, unknown>(), whole = new Map<string, unknown>()] = sets(values, operator);
    return within(part, whole);
  }),
  $allElementsTrue: positional([1, 1], ([value], operator) => list(operator, value).every(truthy)),
  $anyElementTrue: positional([1, 1], ([value], operator) => list(operator, value).some(truthy)),
  $mergeObjects: (operand, compile, operator) => {
    const evaluate = (Array.isArray(operand) ? operand : [operand]).map((item: unknown) => compile(item));
    return (scope) => {
      const values = evaluate.map((expression) => expression(scope));
      return mergeObjects(values.length === 1 && Array.isArray(values[0]) ? (values[0] as unknown[]) : values, operator);
    };
  },
};

/** @returns one document with the fields of all, later ones winning; null and missing add nothing */
export function mergeObjects(values: readonly unknown[], operator: string): Doc {
  return values.reduce<Doc>((merged, value) => {
    if (missing(value)) return merged;
    if (!isDoc(value)) throw wrongType(operator, 'objects', value);
    return { ...merged, ...value };
  }, {});
}

import { BSONRegExp } from 'bson';
import { rankOf, RANK } from '../bson/order.js';
import { isDoc, toNumber, type Doc } from '../bson/values.js';
import { isOperatorDoc } from './predicates.js';
import { literalPrefix, toRegExp } from './regex.js';

export interface Limit {
  readonly value: unknown;
  readonly inclusive: boolean;
}

/** What a filter says about one path, as far as an index can use it. */
export interface PathCondition {
  /** Values of which the field must have one. */
  points?: readonly unknown[];
  lower?: Limit;
  upper?: Limit;
  /** Text the field must start with. */
  prefix?: string;
  /** Whether the above says everything the filter says about the path. */
  exact: boolean;
}

/** The conjunction a filter amounts to. */
export interface Conditions {
  readonly paths: ReadonlyMap<string, PathCondition>;
  /** Whether the paths are all there is to the filter (no `$or`, `$expr`, …). */
  readonly complete: boolean;
}

/** Takes a filter apart into conditions that must all hold. */
export function analyse(filter: Doc): Conditions {
  const paths = new Map<string, PathCondition>();
  const complete = collect(filter, paths);
  return { paths, complete };
}

function collect(filter: Doc, paths: Map<string, PathCondition>): boolean {
  let complete = true;
  for (const key of Object.keys(filter)) {
    const operand = filter[key];
    if (key === '$and' && Array.isArray(operand)) {
      for (const clause of operand as unknown[]) complete = isDoc(clause) && collect(clause, paths) && complete;
    } else if (key === '$comment') {
      continue;
    } else if (key.startsWith('$')) {
      complete = false;
    } else {
      const condition = paths.get(key) ?? { exact: true };
      paths.set(key, condition);
      narrow(condition, operand);
    }
  }
  return complete;
}

function narrow(condition: PathCondition, operand: unknown): void {
  if (!isOperatorDoc(operand)) {
    if (operand instanceof BSONRegExp) narrowToPrefix(condition, operand.pattern, operand.options);
    else narrowToPoints(condition, [operand]);
    return;
  }
  for (const operator of Object.keys(operand)) narrowBy(condition, operator, operand);
}

function narrowBy(condition: PathCondition, operator: string, operand: Doc): void {
  const value = operand[operator];
  switch (operator) {
    case '$eq':
      return narrowToPoints(condition, [value]);
    case '$in':
      return narrowToPoints(condition, Array.isArray(value) ? value : [value]);
    case '$gt':
    case '$gte':
      return narrowToRange(condition, 'lower', { value, inclusive: operator === '$gte' });
    case '$lt':
    case '$lte':
      return narrowToRange(condition, 'upper', { value, inclusive: operator === '$lte' });
    case '$regex': {
      const options = operand['$options'];
      if (typeof value === 'string') return narrowToPrefix(condition, value, typeof options === 'string' ? options : '');
      if (value instanceof BSONRegExp) return narrowToPrefix(condition, value.pattern, typeof options === 'string' ? options : value.options);
      break;
    }
    default:
      break;
  }
  condition.exact = false;
}

/** Arrays match in more ways than by an equal key, and null matches a missing field too. */
function narrowToPoints(condition: PathCondition, values: readonly unknown[]): void {
  const indexable = values.every((value) => !Array.isArray(value) && !(value instanceof BSONRegExp));
  if (!indexable || condition.points) {
    condition.exact = false;
    return;
  }
  condition.points = values;
  if (values.some((value) => value === null || value === undefined)) condition.exact = false;
  if (condition.lower ?? condition.upper ?? condition.prefix) condition.exact = false;
}

const ORDERED_RANKS = new Set<number>([RANK.number, RANK.string, RANK.date, RANK.objectId, RANK.boolean, RANK.timestamp, RANK.binary]);

function narrowToRange(condition: PathCondition, side: 'lower' | 'upper', limit: Limit): void {
  const rank = rankOf(limit.value);
  const other = side === 'lower' ? condition.upper : condition.lower;
  const usable = ORDERED_RANKS.has(rank) && !Number.isNaN(toNumber(limit.value)) && !condition[side] && (!other || rankOf(other.value) === rank);
  if (usable) condition[side] = limit;
  if (!usable || condition.points || condition.prefix !== undefined) condition.exact = false;
}

function narrowToPrefix(condition: PathCondition, pattern: string, options: string): void {
  condition.exact = false;
  if (condition.lower ?? condition.upper) return;
  const prefix = literalPrefix(toRegExp(pattern, options));
  if (prefix !== '') condition.prefix = prefix;
}

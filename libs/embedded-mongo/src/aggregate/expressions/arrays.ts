import { Int32 } from 'bson';
import { CommandError } from '../../errors.js';
import { compareValues, equalValues } from '../../bson/order.js';
import { isDoc, setOwn, truthy, type Doc } from '../../bson/values.js';
import { parseSort, sortKey } from '../../query/sort.js';
import { integer, list, missing, named, namedOperands, nullable, positional, text, unary, whole, wrongType, type Builder } from './arguments.js';
import type { Expression } from './expression.js';

/** An operator that computes something for each element of `input`, which goes by the name `as`. */
function perElement(others: readonly string[], optional: readonly string[], make: (operands: Doc, compileIn: (name: string) => Expression, compileOut: (name: string) => Expression | undefined) => (items: readonly unknown[], each: (part: Expression, item: unknown) => unknown, out: (part: Expression | undefined) => unknown) => unknown): Builder {
  return (operand, compile, operator) => {
    const operands = namedOperands(operand, operator, ['input', ...others], ['as', ...optional]);
    const as = operands['as'] ?? 'this';
    if (typeof as !== 'string' || !/^[a-z_][\w]*$/i.test(as)) throw new CommandError('FailedToParse', `'${String(operands['as'])}' is no name of a variable`);
    const input = compile(operands['input']);
    const run = make(operands, (name) => compile(operands[name], [as]), (name) => (operands[name] === undefined ? undefined : compile(operands[name])));
    return (scope) => {
      const items = input(scope);
      if (missing(items)) return null;
      return run(
        list(operator, items),
        (part, item) => part({ ...scope, variables: { ...scope.variables, [as]: item } }),
        (part) => part?.(scope),
      );
    };
  };
}

const map = perElement(['in'], [], (_, compileIn) => {
  const result = compileIn('in');
  return (items, each) => items.map((item) => each(result, item) ?? null);
});

const filter = perElement(['cond'], ['limit'], (_, compileIn, compileOut) => {
  const test = compileIn('cond');
  const limit = compileOut('limit');
  return (items, each, out) => {
    const most = limit ? out(limit) : null;
    const kept = items.filter((item) => truthy(each(test, item)));
    return missing(most) ? kept : kept.slice(0, atLeastOne('$filter', most));
  };
});

const reduce: Builder = (operand, compile, operator) => {
  const operands = namedOperands(operand, operator, ['input', 'initialValue', 'in']);
  const [input, initial, step] = [compile(operands['input']), compile(operands['initialValue']), compile(operands['in'], ['this', 'value'])];
  return (scope) => {
    const items = input(scope);
    if (missing(items)) return null;
    return list(operator, items).reduce((value, item) => step({ ...scope, variables: { ...scope.variables, this: item, value } }), initial(scope));
  };
};

function atLeastOne(operator: string, value: unknown): number {
  const number = whole(operator, value);
  if (number < 1) throw new CommandError('BadValue', `'n' of ${operator} must be greater than 0`);
  return number;
}

/** An operator that takes the first so many of an order of the elements. */
const taking = (choose: (items: readonly unknown[], n: number) => unknown[]): Builder =>
  named(['input', 'n'], [], ({ input, n }, operator) => choose(list(operator, input), atLeastOne(operator, n)));

/** Null and missing never count as a least or greatest. */
const extremes = (sign: 1 | -1) => (items: readonly unknown[], n: number): unknown[] =>
  items.filter((item) => !missing(item)).sort((a, b) => compareValues(a, b) * sign).slice(0, n);

const elementAt = (items: readonly unknown[], position: number): unknown => items.at(position);

function slice([items, a, b]: readonly unknown[], operator: string): unknown {
  const array = list(operator, items);
  const first = whole(operator, a);
  if (b === undefined) return first < 0 ? array.slice(first) : array.slice(0, first);
  const count = whole(operator, b);
  if (count < 1) throw new CommandError('BadValue', 'Third argument to $slice must be positive');
  const start = first < 0 ? Math.max(0, array.length + first) : first;
  return array.slice(start, start + count);
}

const MAX_RANGE = 64 * 1024 * 1024;

function range([from, to, by]: readonly unknown[], operator: string): unknown {
  const [start, end, step] = [whole(operator, from), whole(operator, to), by === undefined ? 1 : whole(operator, by)];
  if (step === 0) throw new CommandError('BadValue', '$range requires a non-zero step value');
  const size = Math.max(0, Math.ceil((end - start) / step));
  if (size * 16 > MAX_RANGE) throw new CommandError('BadValue', '$range would use too much memory');
  return Array.from({ length: size }, (_, n) => integer(start + n * step));
}

function zip({ inputs, useLongestLength, defaults }: Doc, operator: string): unknown {
  if (missing(inputs)) return null;
  const arrays = list(operator, inputs);
  if (arrays.some(missing)) return null;
  const lists = arrays.map((item) => list(operator, item));
  if (defaults !== undefined && useLongestLength !== true) throw new CommandError('FailedToParse', 'cannot specify defaults unless useLongestLength is true');
  const fill = missing(defaults) ? [] : list(operator, defaults);
  const lengths = lists.map(({ length }) => length);
  const size = useLongestLength === true ? Math.max(0, ...lengths) : Math.min(...lengths);
  return Array.from({ length: size }, (_, row) => lists.map((items, column) => (row < items.length ? items[row] : (fill[column] ?? null))));
}

function indexOf([items, wanted, from, to]: readonly unknown[], operator: string): unknown {
  if (missing(items)) return null;
  const array = list(operator, items);
  const [start, end] = [from === undefined ? 0 : whole(operator, from), to === undefined ? array.length : whole(operator, to)];
  if (start < 0 || end < 0) throw new CommandError('BadValue', `${operator} requires positions that are not negative`);
  const found = array.slice(0, end).findIndex((item, position) => position >= start && equalValues(item, wanted));
  return new Int32(found);
}

function toObject(value: unknown, operator: string): Doc {
  const result: Doc = {};
  for (const entry of list(operator, value)) {
    const [name, content, ...more] = Array.isArray(entry) ? (entry as unknown[]) : isDoc(entry) && Object.keys(entry).length === 2 ? [entry['k'], entry['v']] : [];
    if (typeof name !== 'string' || content === undefined || more.length > 0) throw new CommandError('BadValue', `${operator} requires an array of key-value pairs`);
    setOwn(result, name, content);
  }
  return result;
}

function sorted(input: unknown, sortBy: unknown, operator: string): unknown {
  if (missing(input)) return null;
  const items = [...list(operator, input)];
  if (!isDoc(sortBy)) {
    const direction = whole(operator, sortBy);
    return items.sort((a, b) => compareValues(a, b) * direction);
  }
  const keyOf = sortKey(parseSort(sortBy));
  const keyed = items.map((item) => ({ item, key: keyOf(isDoc(item) ? item : {}) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ item }) => item);
}

export const arrayOperators: Readonly<Record<string, Builder>> = {
  $map: map,
  $filter: filter,
  $reduce: reduce,
  $arrayElemAt: nullable([2, 2], ([items, position], operator) => elementAt(list(operator, items), whole(operator, position))),
  $first: unary((items, operator) => elementAt(list(operator, items), 0)),
  $last: unary((items, operator) => elementAt(list(operator, items), -1)),
  $firstN: taking((items, n) => items.slice(0, n)),
  $lastN: taking((items, n) => items.slice(-n)),
  $minN: taking(extremes(1)),
  $maxN: taking(extremes(-1)),
  $arrayToObject: unary(toObject),
  $objectToArray: unary((value, operator) => {
    if (!isDoc(value)) throw wrongType(operator, 'a document', value);
    return Object.keys(value).map((k) => ({ k, v: value[k] }));
  }),
  $concatArrays: nullable([0, Infinity], (values, operator) => values.flatMap((value) => [...list(operator, value)])),
  $in: positional([2, 2], ([value, items], operator) => list(operator, items).some((item) => equalValues(item, value))),
  $indexOfArray: positional([2, 4], indexOf),
  $isArray: positional([1, 1], ([value]) => Array.isArray(value)),
  $range: positional([2, 3], range),
  $reverseArray: unary((items, operator) => [...list(operator, items)].reverse()),
  $size: positional([1, 1], ([items], operator) => integer(list(operator, items).length)),
  $slice: (operand, compile, operator) => (Array.isArray(operand) && operand.length === 3 ? nullable([3, 3], slice) : nullable([2, 2], slice))(operand, compile, operator),
  $sortArray: (operand, compile, operator) => {
    const { input, sortBy } = namedOperands(operand, operator, ['input', 'sortBy']);
    const items = compile(input);
    return (scope) => sorted(items(scope), sortBy, operator);
  },
  $zip: (operand, compile, operator) => {
    const { useLongestLength = false } = namedOperands(operand, operator, ['inputs'], ['useLongestLength', 'defaults']);
    if (typeof useLongestLength !== 'boolean') throw new CommandError('FailedToParse', 'useLongestLength must be a bool');
    return named(['inputs'], ['useLongestLength', 'defaults'], zip)(operand, compile, operator);
  },
  $getField: (operand, compile, operator) => {
    const { field, input } = isDoc(operand) && 'field' in operand ? namedOperands(operand, operator, ['field'], ['input']) : { field: operand };
    const [name, holder] = [compile(field), compile(input ?? '$$CURRENT')];
    return (scope) => {
      const [key, value] = [name(scope), holder(scope)];
      return isDoc(value) && Object.hasOwn(value, text(operator, key)) ? value[text(operator, key)] : missing(value) ? value : undefined;
    };
  },
  $setField: named(['field', 'input', 'value'], [], ({ field, input, value }, operator) => withField(input, text(operator, field), value, operator)),
  $unsetField: named(['field', 'input'], [], ({ field, input }, operator) => withField(input, text(operator, field), undefined, operator)),
};

function withField(input: unknown, field: string, value: unknown, operator: string): unknown {
  if (missing(input)) return null;
  if (!isDoc(input)) throw wrongType(operator, "a document as 'input'", input);
  const result = { ...input };
  if (value === undefined) Reflect.deleteProperty(result, field);
  else setOwn(result, field, value);
  return result;
}

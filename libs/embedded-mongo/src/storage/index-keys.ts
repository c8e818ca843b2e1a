import { CommandError } from '../errors.js';
import { KeyWriter } from '../bson/key-writer.js';
import { writeValue } from '../bson/order.js';
import { fieldOf, isIndex } from '../bson/paths.js';
import { fieldsOf, type Doc } from '../bson/values.js';
import type { SortField } from '../query/sort.js';

/** The entries a document has in an index, and which of the index's fields came out of an array (a bit mask). */
export interface IndexKeys {
  readonly keys: Buffer[];
  readonly multikey: number;
}

/** Where the search for one index field stands: a value, and the components of the path still to go. */
interface Cursor {
  readonly value: unknown;
  readonly rest: readonly string[];
  readonly missing: boolean;
}

const NO_KEYS: IndexKeys = { keys: [], multikey: 0 };

/**
 * Extracts the keys of a document, one per element where a path meets an array.
 * @param sparse whether a document without any of the fields has no entry
 * @throws CommandError CannotIndexParallelArrays when two fields lie in different arrays
 */
export function keyExtractor(fields: readonly SortField[], sparse: boolean): (doc: Doc) => IndexKeys {
  const paths = fields.map(({ path }) => path.split('.'));
  return (doc) => {
    const values = paths.map((path) => plainValue(doc, path));
    if (values.includes(ARRAY)) return expanded(doc);
    if (sparse && values.every((value) => value === undefined)) return NO_KEYS;
    return { keys: [encodeEntry(fields, values.map((value) => (value === undefined ? null : value)))], multikey: 0 };
  };

  function expanded(doc: Doc): IndexKeys {
    const keys = new Map<string, Buffer>();
    const state = { multikey: 0, present: false };
    expand(paths.map((rest) => ({ value: doc, rest, missing: false })));
    return sparse && !state.present ? NO_KEYS : { keys: [...keys.values()], multikey: state.multikey };

    function expand(cursors: readonly Cursor[]): void {
      const advanced = cursors.map(advance);
      const array = advanced.find(({ value }) => Array.isArray(value))?.value as unknown[] | undefined;
      if (array) return branch(advanced, array);
      if (advanced.some(({ missing }) => !missing)) state.present = true;
      const key = encodeEntry(fields, advanced.map(({ value, missing }) => (missing ? null : value)));
      keys.set(key.toString('latin1'), key);
    }

    function branch(cursors: readonly Cursor[], array: readonly unknown[]): void {
      cursors.forEach(({ value }, field) => {
        if (!Array.isArray(value)) return;
        if (value !== array) throw new CommandError('CannotIndexParallelArrays', `cannot index parallel arrays [${fields.map(({ path }) => path).join('] [')}]`);
        state.multikey |= 1 << field;
      });
      state.present = true;
      for (const element of array.length > 0 ? array : [undefined]) {
        expand(cursors.map((cursor) => (cursor.value === array ? intoElement(cursor, element) : cursor)));
      }
    }
  }
}

const ARRAY = Symbol('array');

/** @returns the value at a path, undefined if there is none, or {@link ARRAY} where it meets an array */
function plainValue(doc: Doc, path: readonly string[]): unknown {
  let value: unknown = doc;
  for (const part of path) {
    value = fieldOf(value, part);
    if (Array.isArray(value)) return ARRAY;
    if (value === undefined) return undefined;
  }
  return value;
}

/** Follows a path until it ends or meets an array that has to be taken apart. */
function advance({ value, rest, missing }: Cursor): Cursor {
  let current = value;
  let left = rest;
  while (left.length > 0) {
    const part = left[0] ?? '';
    if (Array.isArray(current)) {
      if (!isIndex(part)) return { value: current, rest: left, missing };
      current = current[Number(part)];
    } else {
      current = fieldOf(current, part);
    }
    left = left.slice(1);
    if (current === undefined) return { value: undefined, rest: [], missing: true };
  }
  return { value: current, rest: left, missing };
}

/** An element that is an array itself is indexed whole, not taken apart again. */
class Element {
  constructor(readonly value: unknown) {}
}

function intoElement({ rest }: Cursor, element: unknown): Cursor {
  if (rest.length === 0) return { value: Array.isArray(element) ? new Element(element) : element, rest, missing: false };
  return fieldsOf(element) ? { value: element, rest, missing: false } : { value: undefined, rest: [], missing: true };
}

/** @returns the bytes of one compound key, descending fields inverted */
function encodeEntry(fields: readonly SortField[], values: readonly unknown[]): Buffer {
  const out = KeyWriter.scratch();
  fields.forEach(({ direction }, index) => {
    const start = out.size;
    const value = values[index];
    writeValue(out, value instanceof Element ? value.value : value);
    if (direction < 0) out.invertFrom(start);
  });
  return out.take();
}

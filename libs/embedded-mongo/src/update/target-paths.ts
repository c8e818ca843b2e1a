import { CommandError } from '../errors.js';
import { fieldOf, isIndex } from '../bson/paths.js';
import { isDoc, setOwn, type Doc } from '../bson/values.js';
import type { Predicate } from '../query/predicates.js';

/** What `$`, `$[]` and `$[name]` in a path refer to. */
export interface PathContext {
  readonly filters: ReadonlyMap<string, Predicate>;
  /** @returns the position the filter matched in the array at a path */
  readonly positional: (path: readonly string[]) => number;
}

/** A path padded further than this is refused, as in MongoDB. */
const MAX_PADDING = 1_500_000;

const FILTERED = /^\$\[(.*)\]$/;

/** Replaces the positional parts of a path by the positions they stand for in a document. */
export function expandPath(doc: Doc, parts: readonly string[], context: PathContext): (readonly string[])[] {
  if (!parts.some((part) => part.startsWith('$'))) return [parts];
  return parts.reduce<string[][]>((paths, part) => paths.flatMap((path) => expandPart(doc, path, part, context)), [[]]);
}

function expandPart(doc: Doc, path: readonly string[], part: string, { filters, positional }: PathContext): string[][] {
  if (part === '$') return [[...path, String(positional(path))]];
  const filtered = FILTERED.exec(part);
  if (!filtered) return [[...path, part]];
  const array = getAt(doc, path);
  if (!Array.isArray(array)) {
    throw new CommandError('BadValue', `The path '${path.join('.')}' must exist in the document in order to apply array updates.`);
  }
  const identifier = filtered[1] ?? '';
  const test = identifier === '' ? () => true : filters.get(identifier);
  if (!test) throw new CommandError('BadValue', `No array filter found for identifier '${identifier}' in path '${[...path, part].join('.')}'`);
  return array.flatMap((element, position) => (test(element) ? [[...path, String(position)]] : []));
}

/** @returns the value at a path of field names and array positions */
export function getAt(doc: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>((value, part) => (Array.isArray(value) ? (isIndex(part) ? (value as unknown[])[Number(part)] : undefined) : fieldOf(value, part)), doc);
}

/** Sets a value, making the documents on the way. @throws CommandError PathNotViable where something else is in the way */
export function setAt(doc: Doc, parts: readonly string[], value: unknown): void {
  let holder: unknown = doc;
  for (const [depth, part] of parts.slice(0, -1).entries()) {
    let next = getAt(holder, [part]);
    if (next === undefined) {
      next = {};
      put(holder, part, next, parts.slice(0, depth));
    }
    holder = next;
  }
  put(holder, parts[parts.length - 1] ?? '', value, parts.slice(0, -1));
}

function put(holder: unknown, part: string, value: unknown, path: readonly string[]): void {
  if (isDoc(holder)) return setOwn(holder, part, value);
  if (!Array.isArray(holder) || !isIndex(part)) {
    throw new CommandError('PathNotViable', `Cannot create field '${part}' in element {${path.join('.')}}`);
  }
  const position = Number(part);
  if (position - holder.length > MAX_PADDING) throw new CommandError('PathNotViable', `cannot pad the array at '${path.join('.')}' up to position ${part}`);
  while (holder.length < position) holder.push(null);
  holder[position] = value;
}

/** Removes a field; an array element becomes null, so that the others keep their positions. */
export function removeAt(doc: Doc, parts: readonly string[]): void {
  const holder = getAt(doc, parts.slice(0, -1));
  const part = parts[parts.length - 1] ?? '';
  if (Array.isArray(holder)) {
    if (isIndex(part) && Number(part) < holder.length) holder[Number(part)] = null;
  } else if (isDoc(holder) && Object.hasOwn(holder, part)) {
    Reflect.deleteProperty(holder, part);
  }
}

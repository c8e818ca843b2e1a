import { fieldsOf } from './values.js';

const INDEX = /^(?:0|[1-9]\d*)$/;

/** @returns whether a path component can address an array element */
export const isIndex = (part: string): boolean => INDEX.test(part);

/** @returns an own field of a document, or undefined; inherited names such as `constructor` are no fields */
export function fieldOf(value: unknown, name: string): unknown {
  const fields = fieldsOf(value);
  return fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/**
 * Visits every value a dotted path reaches, entering the documents inside arrays as a query does. A path that ends
 * nowhere visits `undefined`. The array itself is visited, not its elements: that is for the operator to decide.
 * @returns true as soon as a visit returns true
 */
export function someAtPath(value: unknown, parts: readonly string[], visit: (found: unknown) => boolean, from = 0): boolean {
  const part = parts[from];
  if (part === undefined) return visit(value);
  if (Array.isArray(value)) {
    if (isIndex(part) && Number(part) < value.length && someAtPath(value[Number(part)], parts, visit, from + 1)) return true;
    return value.some((item: unknown) => fieldsOf(item) !== undefined && someAtPath(item, parts, visit, from));
  }
  const fields = fieldsOf(value);
  if (!fields || !Object.hasOwn(fields, part)) return visit(undefined);
  return someAtPath(fields[part], parts, visit, from + 1);
}

/** @returns every value a path reaches, with the elements of a final array instead of the array: what `distinct` lists */
export function leafValues(doc: unknown, parts: readonly string[]): unknown[] {
  const values: unknown[] = [];
  someAtPath(doc, parts, (found) => {
    if (Array.isArray(found)) values.push(...(found as unknown[]));
    else if (found !== undefined) values.push(found);
    return false;
  });
  return values;
}

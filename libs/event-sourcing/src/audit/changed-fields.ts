/** A field that changed: its path (`content.lines[2].qty`) and its values; null stands for "none". */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The values in an object or list by their place, as paths continue: `.qty`, `[2]`; undefined for a single value. */
const partsOf = (value: unknown): ReadonlyMap<string, unknown> | undefined => {
  if (Array.isArray(value)) return new Map(value.map((part: unknown, index) => [`[${index}]`, part]));
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(Object.entries(value).map(([name, part]) => [`.${name}`, part]));
};

const collect = (changes: FieldChange[], path: string, before: unknown = null, after: unknown = null): void => {
  if (before === after) return;
  const [was, is] = [partsOf(before), partsOf(after)];
  // Values that are no objects, or take the place of one, are told at the path itself; an object's values at their own.
  if (!was || !is) {
    const [single, newSingle] = [was ? null : before, is ? null : after];
    if (single !== newSingle) changes.push({ field: path.slice(1), before: single, after: newSingle });
  }
  for (const place of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])) collect(changes, path + place, was?.get(place), is?.get(place));
};

/** The fields in which two JSON objects differ, down to single values, in the order of their first appearance. */
export const changedFields = (before: object, after: object): readonly FieldChange[] => {
  const changes: FieldChange[] = [];
  collect(changes, '', before, after);
  return changes;
};

import { FieldFinder } from '../bson/elements.js';
import { decode, type Doc } from '../bson/values.js';
import type { Index } from './index-definition.js';

/** How a document's entries in one index change: the keys only its old form had go, those only the new one has come. */
export interface EntryChange {
  readonly index: Index;
  readonly had: readonly Buffer[];
  readonly has: readonly Buffer[];
}

/** What an index looks at: the positions of its fields among those found; undefined for whole documents. */
interface Looked {
  readonly index: Index;
  readonly positions: readonly number[] | undefined;
}

/**
 * Works out how the entries of documents change in some indexes. Of the documents only the fields at the top that the
 * indexes look at are decoded, and of those only what an index needs whose fields changed.
 */
export class EntryChanges {
  private readonly finder: FieldFinder;
  private readonly looked: readonly Looked[];

  constructor(indexes: readonly Index[]) {
    const names = [...new Set(indexes.flatMap(({ topFields }) => [...(topFields ?? [])]))];
    this.finder = new FieldFinder(names);
    this.looked = indexes.map((index) => ({ index, positions: index.topFields && [...index.topFields].map((name) => names.indexOf(name)) }));
  }

  /**
   * @param before the document's bytes until now; undefined for a new document
   * @param after its bytes from now on; undefined when it goes
   * @throws CommandError CannotIndexParallelArrays
   */
  between(rid: number, before: Buffer | undefined, after: Buffer | undefined): EntryChange[] {
    if (this.looked.length === 0) return [];
    const [from, to] = [before && new Fields(before, this.finder), after && new Fields(after, this.finder)];
    const changes: EntryChange[] = [];
    for (const { index, positions } of this.looked) {
      if (from && to && positions?.every((position) => from.sameAt(position, to))) continue;
      const change = difference(index, keysOf(index, positions, from, rid), keysOf(index, positions, to, rid));
      if (change) changes.push(change);
    }
    return changes;
  }
}

const keysOf = (index: Index, positions: readonly number[] | undefined, fields: Fields | undefined, rid: number): readonly Buffer[] =>
  fields ? index.keysOf(positions ? fields.found : fields.all, rid) : [];

/** The fields of one document that were looked for. */
class Fields {
  private readonly spans: Int32Array;
  private decoded: Doc | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly finder: FieldFinder,
  ) {
    this.spans = finder.locate(bytes);
  }

  get found(): Doc {
    return (this.decoded ??= this.finder.decode(this.bytes, this.spans));
  }

  get all(): Doc {
    return decode(this.bytes);
  }

  /** @returns whether another document has the same bytes in a field */
  sameAt(position: number, other: Fields): boolean {
    const [start, end] = this.spanOf(position);
    const [otherStart, otherEnd] = other.spanOf(position);
    return end - start === otherEnd - otherStart && this.bytes.compare(other.bytes, otherStart, otherEnd, start, end) === 0;
  }

  private spanOf(position: number): [number, number] {
    return [this.spans[position * 2] ?? 0, this.spans[position * 2 + 1] ?? 0];
  }
}

/** @returns the keys that only one of the two sides has, or undefined if there are none */
function difference(index: Index, had: readonly Buffer[], has: readonly Buffer[]): EntryChange | undefined {
  if (had.length === 0 || has.length === 0) return had.length === has.length ? undefined : { index, had, has };
  const [old, now] = [without(had, has), without(has, had)];
  return old.length === 0 && now.length === 0 ? undefined : { index, had: old, has: now };
}

/** @returns the keys that are not among others */
function without(keys: readonly Buffer[], others: readonly Buffer[]): readonly Buffer[] {
  if (others.length <= FEW) return keys.filter((key) => !others.some((other) => other.equals(key)));
  const known = new Set(others.map((key) => key.toString('latin1')));
  return keys.filter((key) => !known.has(key.toString('latin1')));
}

/** Keys that are compared one by one rather than through a set. */
const FEW = 4;

/** @returns both changes as one: what goes with the first and comes back with the second, or the other way round, does not change at all */
export const following = (first: EntryChange, second: EntryChange): EntryChange => ({
  index: first.index,
  had: without([...first.had, ...without(second.had, first.has)], second.has),
  has: without([...without(first.has, second.had), ...second.has], first.had),
});

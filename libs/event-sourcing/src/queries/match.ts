import type { Projected } from '../projections/projection.js';

/** A row as it is kept. */
export type Kept<Row> = Row & Projected;

/** A value that a field may be compared with: for a list, one of its elements. */
type Comparable<Value> = Value extends readonly (infer Element)[] ? Element : Value;

/** What is asked of a field: a value, one of several, a range (for strings and numbers), or, for texts, an expression. */
export type Condition<Value> =
  | Comparable<Value>
  | { readonly $in: readonly Comparable<Value>[] }
  | { readonly $gt?: Comparable<Value>; readonly $gte?: Comparable<Value>; readonly $lt?: Comparable<Value>; readonly $lte?: Comparable<Value> }
  | (Comparable<Value> extends string | null ? RegExp : never);

/** Which rows are wanted: all conditions hold. Undefined asks nothing. */
export type Match<Row> = { readonly [Field in keyof Kept<Row> & string]?: Condition<Kept<Row>[Field]> | undefined };

/** The expression for texts that begin with the text. */
export const startingWith = (text: string): RegExp => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);

declare const brand: unique symbol;

/** A string that has passed a check and must not be mixed up with other strings. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };

/** What a check says: the value in its branded form, or the first thing wrong with it. */
export type Checked<Value, Problem extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

/** Values of variables by name, without the `$$`. */
export type Variables = Readonly<Record<string, unknown>>;

/** What an expression is computed over. */
export interface Scope {
  readonly root: unknown;
  readonly variables: Variables;
}

/** Computes a value with its BSON type; `undefined` stands for a missing one. */
export type Expression = (scope: Scope) => unknown;

/** Compiles an operand inside another expression, with the variables that may be used in it. */
export type Compile = (operand: unknown, variables?: Iterable<string>) => Expression;

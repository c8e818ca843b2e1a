import type { Doc } from '../bson/values.js';
import type { Variables } from './expressions/expression.js';

/** Reads documents of another collection of the same database. */
export type Foreign = (collection: string, filter: Doc) => Iterable<Doc>;

/** Turns a stream of documents into another one. */
export type Stage = (input: Iterable<Doc>, variables: Variables) => Iterable<Doc>;

export interface StageContext {
  /** Variables that expressions may use. */
  readonly names: ReadonlySet<string>;
  readonly foreign: Foreign;
  /** Compiles a pipeline inside the stage. */
  readonly compile: (stages: readonly Doc[], names: ReadonlySet<string>) => Stage;
}

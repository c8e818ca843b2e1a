import { evalExpr } from 'mingo/core';
import { CommandError } from '../errors.js';
import { plainDoc, toPlain, truthy, type Doc } from '../bson/values.js';
import { computeOptions } from './context.js';
import { Aggregator } from 'mingo/aggregator';

/** Runs a computation of the aggregation library and reports what it rejects as the wire protocol does. */
export function computing<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError('BadValue', error instanceof Error ? error.message : String(error));
  }
}

/** Compiles the operand of `$expr`. */
export function compileExpression(operand: unknown): (doc: Doc) => boolean {
  const expression = toPlain(operand);
  const options = computeOptions();
  return (doc) => computing(() => truthy(evalExpr(plainDoc(doc), expression, options)));
}

/** Compiles a projection that computes fields, which has the meaning of the `$project` stage. */
export function compileComputedProjection(spec: Doc): (doc: Doc) => Doc {
  const stages = new Aggregator([{ $project: toPlain(spec) }], computeOptions());
  return (doc) => computing(() => stages.run<Doc>([plainDoc(doc)])[0] ?? {});
}

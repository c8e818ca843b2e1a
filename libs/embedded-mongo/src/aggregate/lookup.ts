import { Aggregator } from 'mingo/aggregator';
import { evalExpr } from 'mingo/core';
import type { Iterator } from 'mingo/lazy';
import type { Options } from 'mingo/types';
import { CommandError } from '../errors.js';
import { leafValues } from '../bson/paths.js';
import { isDoc, type Doc } from '../bson/values.js';

/** Reads documents of another collection of the same database, in the form pipelines compute with. */
export type Foreign = (collection: string, filter: Doc, limit: number) => Doc[];

/** `$lookup` that finds the joined documents through the other collection's indexes. */
export const lookupStage =
  (foreign: Foreign) =>
  (input: Iterator, operand: unknown, options: Options): Iterator => {
    if (!isDoc(operand)) throw new CommandError('BadValue', '$lookup needs an object');
    const { from, as, localField, foreignField, let: variables } = operand;
    if (typeof from !== 'string' || typeof as !== 'string') throw new CommandError('BadValue', "$lookup needs 'from' and 'as'");
    const stages = operand['pipeline'];
    const joined = Array.isArray(stages) ? new Aggregator(stages as Doc[], options) : undefined;
    if (!joined && (typeof localField !== 'string' || typeof foreignField !== 'string')) {
      throw new CommandError('BadValue', "$lookup needs 'localField' and 'foreignField', or 'pipeline'");
    }
    return input.map((doc: unknown) => {
      const filter = typeof localField === 'string' && typeof foreignField === 'string' ? equality(doc, localField, foreignField) : {};
      const found = foreign(from, filter, Infinity);
      if (!joined) return { ...(doc as Doc), [as]: found };
      const values = variables === undefined ? {} : (evalExpr(doc, variables, options) as Doc);
      return { ...(doc as Doc), [as]: joined.run(found, { ...options, variables: { ...options.variables, ...values } }) };
    });
  };

/** A local array joins by each of its elements; a missing local field joins with null and missing. */
function equality(doc: unknown, localField: string, foreignField: string): Doc {
  const values = leafValues(doc, localField.split('.'));
  return { [foreignField]: values.length === 1 ? { $eq: values[0] } : { $in: values.length === 0 ? [null] : values } };
}

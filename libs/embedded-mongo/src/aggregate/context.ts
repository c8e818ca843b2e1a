import { Context } from 'mingo/core';
import { Lazy, type Iterator } from 'mingo/lazy';
import * as accumulator from 'mingo/operators/accumulator';
import * as expression from 'mingo/operators/expression';
import * as pipeline from 'mingo/operators/pipeline';
import * as projection from 'mingo/operators/projection';
import * as query from 'mingo/operators/query';
import * as window from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { CommandError } from '../errors.js';
import { encode, isDoc, type Doc } from '../bson/values.js';
import { compileFilter } from '../query/filter.js';
import { parseSort, sortKey, sortKeyed } from '../query/sort.js';
import { accumulators, expressions } from './numeric.js';
import { lookupStage, type Foreign } from './lookup.js';

type Stage = (input: Iterator, operand: unknown, options: Options) => Iterator;

/** Matches with BSON types, as find does. */
const $match: Stage = (input, operand) => {
  if (!isDoc(operand)) throw new CommandError('BadValue', 'the match filter must be an expression in an object');
  return input.filter(compileFilter(operand));
};

/** Sorts in MongoDB's order, as find does. */
const $sort: Stage = (input, operand) => {
  const keyOf = sortKey(parseSort(operand));
  return input.transform((docs: Doc[]) => Lazy(sortKeyed(docs.map((doc) => ({ key: keyOf(doc), item: doc, size: encode(doc).length })), Infinity)));
};

/** What the library would do outside the pipeline's own data, or with code of the client's, is refused by having no such stage. */
const { $out: _out, $merge: _merge, ...stages } = pipeline;
const { $function: _function, ...safeExpressions } = expression;
const { $accumulator: _accumulator, ...safeAccumulators } = accumulator;

/** Names of the stages a pipeline may have. */
export const STAGES: ReadonlySet<string> = new Set(Object.keys(stages));

const base = {
  accumulator: { ...safeAccumulators, ...accumulators },
  expression: { ...safeExpressions, ...expressions },
  projection,
  query,
  window,
};

const context = Context.init({ ...base, pipeline: { ...stages, $match, $sort } });

/** Options for expressions that look at one document only. */
export function computeOptions(): Options {
  return options(context);
}

/** Options for a pipeline that may read other collections. */
export function pipelineOptions(foreign: Foreign): Options {
  return {
    ...options(Context.init({ ...base, pipeline: { ...stages, $match, $sort, $lookup: lookupStage(foreign) } })),
    collectionResolver: (name: string) => foreign(name, {}, Infinity),
  };
}

const options = (operators: Context): Options => ({
  idKey: '_id',
  processingMode: 0,
  useStrictMode: true,
  scriptEnabled: false,
  failOnError: true,
  context: operators,
});

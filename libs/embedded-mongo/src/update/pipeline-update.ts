import { Aggregator } from 'mingo/aggregator';
import { CommandError } from '../errors.js';
import { computeOptions } from '../aggregate/context.js';
import { computing } from '../aggregate/expression.js';
import { equalValues } from '../bson/order.js';
import { isDoc, isNumber, plainDoc, toPlain, type Doc } from '../bson/values.js';
import { immutableId, type Update } from './update.js';

const ALLOWED = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);

/** Compiles an update given as a pipeline. @throws CommandError BadValue for a stage that is not allowed in an update */
export function compilePipelineUpdate(stages: readonly unknown[]): Update {
  for (const stage of stages) {
    const name = isDoc(stage) ? Object.keys(stage)[0] : undefined;
    if (name === undefined || !ALLOWED.has(name)) throw new CommandError('BadValue', `${String(name)} is not allowed to be used within an update`);
  }
  const aggregator = new Aggregator(stages.map(toPlain) as Doc[], computeOptions());
  return {
    kind: 'replace',
    apply: (doc) => {
      const [result = {}] = computing(() => aggregator.run<Doc>([plainDoc(doc)]));
      const typed = keepTypes(doc, result) as Doc;
      if ('_id' in doc && !equalValues(typed['_id'], doc['_id'])) throw immutableId();
      return typed;
    },
  };
}

/** Gives numbers that the pipeline left alone the BSON type they had. */
function keepTypes(before: unknown, after: unknown): unknown {
  if (isNumber(before) && typeof after === 'number') return equalValues(before, after) ? before : after;
  if (Array.isArray(before) && Array.isArray(after)) return after.map((item, position) => keepTypes(before[position], item));
  if (isDoc(before) && isDoc(after)) return Object.fromEntries(Object.entries(after).map(([key, value]) => [key, keepTypes(before[key], value)]));
  return after;
}

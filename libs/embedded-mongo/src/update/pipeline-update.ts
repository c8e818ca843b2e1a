import { CommandError } from '../errors.js';
import type { Variables } from '../aggregate/expressions/expression.js';
import { compileStages } from '../aggregate/stages.js';
import { immutableId } from '../bson/ids.js';
import { equalValues } from '../bson/order.js';
import { decode, encode, isDoc } from '../bson/values.js';
import type { Update } from './compiled-update.js';

const ALLOWED = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);

/**
 * Compiles an update given as a pipeline.
 * @param variables values of the variables its expressions may use
 * @throws CommandError InvalidOptions for a stage that is not allowed in an update
 */
export function compilePipelineUpdate(stages: readonly unknown[], variables: Variables): Update {
  for (const stage of stages) {
    const name = isDoc(stage) ? Object.keys(stage)[0] : undefined;
    if (name === undefined || !ALLOWED.has(name)) throw new CommandError('InvalidOptions', `${String(name)} is not allowed to be used within an update`);
  }
  const run = compileStages(stages, new Set(Object.keys(variables)), () => []);
  return {
    kind: 'update',
    apply: (before) => {
      const doc = decode(before);
      const [result = {}] = run([doc], variables);
      if (!('_id' in doc)) return encode(result);
      if (!('_id' in result)) return encode({ _id: doc['_id'], ...result });
      if (!equalValues(result['_id'], doc['_id'])) throw immutableId();
      return encode(result);
    },
  };
}

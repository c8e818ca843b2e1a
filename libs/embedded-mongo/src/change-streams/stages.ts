import { CommandError } from '../errors.js';
import { compileStages as compile } from '../aggregate/stages.js';
import { fieldOf } from '../bson/paths.js';
import { isDoc, type Doc } from '../bson/values.js';
import { compileFilter } from '../query/filter.js';

/** What becomes of an event; undefined if it is filtered out. */
export type Transform = (event: Doc) => Doc | undefined;

const ALLOWED = new Set(['$match', '$project', '$addFields', '$set', '$unset', '$replaceRoot', '$replaceWith', '$redact']);

/** Compiles the stages after `$changeStream`. @throws CommandError BadValue for one that may not stand there */
export function compileStages(stages: readonly Doc[]): Transform {
  const transforms = stages.map(compileStage);
  return (event) => {
    const result = transforms.reduce<Doc | undefined>((current, transform) => current && transform(current), event);
    if (!result || (isDoc(result['_id']) && result['_id']['_data'] === fieldOf(event['_id'], '_data'))) return result;
    const reason = 'Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Only change streams with unmodified resume tokens can go on.';
    throw new CommandError('ChangeStreamFatalError', reason, {}, ['NonResumableChangeStreamError']);
  };
}

function compileStage(stage: Doc): Transform {
  const [name = ''] = Object.keys(stage);
  if (!ALLOWED.has(name)) {
    compile([stage], new Set(), () => []);
    throw new CommandError('BadValue', `${name} is not permitted in a $changeStream pipeline`);
  }
  const operand = stage[name];
  if (name === '$match') {
    const matches = compileFilter(isDoc(operand) ? operand : {});
    return (event) => (matches(event) ? event : undefined);
  }
  const run = compile([stage], new Set(), () => []);
  return (event) => [...run([event], { NOW: new Date() })][0];
}

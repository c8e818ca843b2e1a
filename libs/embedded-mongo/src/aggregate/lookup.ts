import { CommandError, notSupported } from '../errors.js';
import { encodeKey } from '../bson/order.js';
import { leafValues } from '../bson/paths.js';
import { isDoc, setOwn, toNumber, type Doc } from '../bson/values.js';
import { bindVariables } from '../query/filter.js';
import { namedOperands } from './expressions/arguments.js';
import { compileExpression } from './expressions/compile.js';
import type { Expression, Variables } from './expressions/expression.js';
import { StageMemory } from './memory.js';
import type { Stage, StageContext } from './stage.js';

function collectionName(value: unknown, stage: string): string {
  if (isDoc(value)) throw notSupported(`another database in ${stage}`);
  if (typeof value !== 'string' || value === '') throw new CommandError('FailedToParse', `${stage} needs the name of a collection`);
  return value;
}

/** `$lookup`: joins the documents that a field equals, or that a pipeline finds, through the other collection's indexes. */
export function compileLookup(spec: unknown, { names, foreign, compile }: StageContext): Stage {
  const { from, as, localField, foreignField, let: variables = {}, pipeline } = namedOperands(spec, '$lookup', ['as'], ['from', 'localField', 'foreignField', 'let', 'pipeline']);
  const collection = collectionName(from, '$lookup');
  const equal = typeof localField === 'string' && typeof foreignField === 'string' ? { local: localField.split('.'), foreignField } : undefined;
  if (typeof as !== 'string' || !isDoc(variables) || (!equal && !Array.isArray(pipeline))) throw new CommandError('FailedToParse', "$lookup needs 'as', and 'localField' with 'foreignField' or 'pipeline'");
  const bound = Object.keys(variables).map((name) => ({ name, value: compileExpression(variables[name], names) }));
  const [first, ...rest] = (Array.isArray(pipeline) ? pipeline : []) as Doc[];
  // A match in front is answered by the other collection's indexes.
  const match = isDoc(first) && isDoc(first['$match']) ? first['$match'] : undefined;
  const stages = compile(match || !first ? rest : [first, ...rest], new Set([...names, ...bound.map(({ name }) => name)]));
  return function* (input, outer) {
    for (const doc of input) {
      const scope = { root: doc, variables: outer };
      const inner: Variables = { ...outer, ...Object.fromEntries(bound.map(({ name, value }) => [name, value(scope)])) };
      const filters = [...(equal ? [equality(doc, equal.local, equal.foreignField)] : []), ...(match ? [bindVariables(match, inner)] : [])];
      yield withField(doc, as, [...new StageMemory('$lookup').holding(stages(foreign(collection, filters.length > 1 ? { $and: filters } : (filters[0] ?? {})), inner))]);
    }
  };
}

/** Sets a field that may lie in embedded documents. */
export function withField(doc: Doc, path: string, value: unknown): Doc {
  const [name = '', ...rest] = path.split('.');
  const result = { ...doc };
  const inner = Object.hasOwn(doc, name) ? doc[name] : undefined;
  setOwn(result, name, rest.length === 0 ? value : withField(isDoc(inner) ? inner : {}, rest.join('.'), value));
  return result;
}

/** A local array joins by each of its elements; a missing local field joins with null and missing. */
function equality(doc: Doc, local: readonly string[], foreignField: string): Doc {
  const values = leafValues(doc, local);
  return { [foreignField]: values.length === 1 ? { $eq: values[0] } : { $in: values.length === 0 ? [null] : values } };
}

/** `$unionWith`: the documents, then those of another collection. */
export function compileUnion(spec: unknown, { names, foreign, compile }: StageContext): Stage {
  const { coll, pipeline = [] } = typeof spec === 'string' ? { coll: spec } : namedOperands(spec, '$unionWith', ['coll'], ['pipeline']);
  const collection = collectionName(coll, '$unionWith');
  if (!Array.isArray(pipeline)) throw new CommandError('FailedToParse', "$unionWith's 'pipeline' must be an array");
  const stages = compile(pipeline as Doc[], names);
  return function* (input, variables) {
    yield* input;
    yield* stages(foreign(collection, {}), variables);
  };
}

/** `$graphLookup`: follows a reference from document to document, each document once. */
export function compileGraphLookup(spec: unknown, { names, foreign }: StageContext): Stage {
  const fields = namedOperands(spec, '$graphLookup', ['from', 'startWith', 'connectFromField', 'connectToField', 'as'], ['maxDepth', 'depthField', 'restrictSearchWithMatch']);
  const { connectFromField, connectToField, as, depthField, restrictSearchWithMatch: restriction = {} } = fields;
  const collection = collectionName(fields['from'], '$graphLookup');
  if (typeof connectFromField !== 'string' || typeof connectToField !== 'string' || typeof as !== 'string' || !isDoc(restriction)) throw new CommandError('FailedToParse', '$graphLookup needs field names, and a filter to restrict it');
  const start: Expression = compileExpression(fields['startWith'], names);
  const maxDepth = toNumber(fields['maxDepth']) ?? Infinity;
  return function* (input, variables) {
    for (const doc of input) {
      const found = new Map<string, Doc>();
      const memory = new StageMemory('$graphLookup');
      let wanted = [start({ root: doc, variables })].flat();
      for (let depth = 0; depth <= maxDepth && wanted.length > 0; depth++) {
        const reached = [...memory.holding(foreign(collection, { $and: [{ [connectToField]: { $in: wanted.map((value) => value ?? null) } }, bindVariables(restriction, variables)] }))];
        const fresh = reached.filter(({ _id }) => !found.has(encodeKey(_id).toString('latin1')));
        for (const next of fresh) found.set(encodeKey(next['_id']).toString('latin1'), typeof depthField === 'string' ? withField(next, depthField, depth) : next);
        wanted = fresh.flatMap((next) => leafValues(next, connectFromField.split('.')));
      }
      yield withField(doc, as, [...found.values()]);
    }
  };
}

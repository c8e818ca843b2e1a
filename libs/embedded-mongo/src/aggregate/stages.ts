import { Int32, Long } from 'bson';
import { CommandError, notSupported } from '../errors.js';
import { isDoc, toNumber, truthy, type Doc } from '../bson/values.js';
import { bindVariables, compileFilter } from '../query/filter.js';
import { compileProjection } from '../query/projection.js';
import { parseSort, sortKey, sortKeyed } from '../query/sort.js';
import { compileExpression, resolve, REDACTIONS } from './expressions/compile.js';
import type { Variables } from './expressions/expression.js';
import { missing } from './expressions/arguments.js';
import { compileFieldSetter } from './fields.js';
import { compileBucket, compileGroup } from './group.js';
import { compileGraphLookup, compileLookup, compileUnion, withField } from './lookup.js';
import { bytesOf, StageMemory } from './memory.js';
import type { Foreign, Stage, StageContext } from './stage.js';
import { compileWindowFields } from './window-fields.js';

type StageBuilder = (spec: unknown, context: StageContext) => Stage;

const bad = (message: string): CommandError => new CommandError('FailedToParse', message);

/** A stage that looks at one document at a time; undefined drops it. */
const each = (change: (doc: Doc, variables: Variables) => Doc | undefined): Stage =>
  function* (input, variables) {
    for (const doc of input) {
      const changed = change(doc, variables);
      if (changed) yield changed;
    }
  };

const match: StageBuilder = (spec) => {
  if (!isDoc(spec)) throw new CommandError('BadValue', 'the match filter must be an expression in an object');
  return function* (input, variables) {
    const matches = compileFilter(bindVariables(spec, variables));
    for (const doc of input) if (matches(doc)) yield doc;
  };
};

const project: StageBuilder = (spec, { names }) => {
  const projector = compileProjection(spec, { names, stage: true });
  if (!projector) throw bad('$project specification must be an object with at least one field');
  return each(projector);
};

const addFields: StageBuilder = (spec, { names }) => {
  if (!isDoc(spec)) throw bad('$addFields specification stage must be an object');
  const set = compileFieldSetter(spec, names);
  return each((doc, variables) => set(doc, { root: doc, variables }));
};

const unset: StageBuilder = (spec) => {
  const paths = Array.isArray(spec) ? (spec as unknown[]) : [spec];
  if (paths.length === 0 || !paths.every((path) => typeof path === 'string' && path !== '')) throw bad('$unset specification must be a string or an array of strings');
  const projector = compileProjection(Object.fromEntries(paths.map((path) => [String(path), false])), { names: new Set(), stage: true });
  return each((doc) => projector?.(doc) ?? doc);
};

const replaceRoot = (operand: unknown, names: ReadonlySet<string>): Stage => {
  const root = compileExpression(operand, names);
  return each((doc, variables) => {
    const next = root({ root: doc, variables });
    if (!isDoc(next)) throw new CommandError('BadValue', "'newRoot' expression must evaluate to an object");
    return next;
  });
};

const unwind: StageBuilder = (spec) => {
  const options = typeof spec === 'string' ? { path: spec } : spec;
  if (!isDoc(options) || typeof options['path'] !== 'string' || !options['path'].startsWith('$')) throw bad("$unwind needs a path that begins with '$'");
  const path = options['path'].slice(1);
  const position = options['includeArrayIndex'];
  const keepsEmpty = truthy(options['preserveNullAndEmptyArrays']);
  const withPosition = (doc: Doc, index: number | null): Doc => (typeof position === 'string' ? withField(doc, position, index === null ? null : Long.fromNumber(index)) : doc);
  return function* (input) {
    for (const doc of input) {
      const value = resolve(doc, path.split('.'));
      if (Array.isArray(value) && value.length > 0) {
        for (const [index, item] of value.entries()) yield withPosition(withField(doc, path, item as unknown), index);
      } else if (!Array.isArray(value) && !missing(value)) yield withPosition(doc, null);
      else if (keepsEmpty) yield withPosition(Array.isArray(value) ? (compileProjection({ [path]: 0 })?.(doc) ?? doc) : doc, null);
    }
  };
};

/** @throws CommandError FailedToParse unless it is a whole number that is not negative */
export function amount(stage: string, value: unknown, least = 0): number {
  const number = toNumber(value);
  if (number === undefined || !Number.isInteger(number) || number < least) throw bad(`invalid argument to ${stage} stage: expected a number of at least ${String(least)}`);
  return number;
}

const sort: StageBuilder = (spec) => {
  const keyOf = sortKey(parseSort(spec));
  function* keyed(input: Iterable<Doc>): Generator<{ key: Buffer; item: Doc; size: number }> {
    for (const doc of input) yield { key: keyOf(doc), item: doc, size: bytesOf(doc) };
  }
  return (input) => sortKeyed(keyed(input), Infinity);
};

const limit: StageBuilder = (spec) => {
  const most = amount('$limit', spec, 1);
  return function* (input) {
    let taken = 0;
    for (const doc of input) {
      yield doc;
      if (++taken >= most) return;
    }
  };
};

const skip: StageBuilder = (spec) => {
  const first = amount('$skip', spec);
  return function* (input) {
    let position = 0;
    for (const doc of input) if (position++ >= first) yield doc;
  };
};

const count: StageBuilder = (spec) => {
  if (typeof spec !== 'string' || spec === '' || spec.startsWith('$') || spec.includes('.')) throw bad("the count field must be a non-empty string without '$' and '.'");
  return function* (input) {
    let total = 0;
    for (const _ of input) total++;
    if (total > 0) yield { [spec]: new Int32(total) };
  };
};

const facet: StageBuilder = (spec, { names, compile }) => {
  if (!isDoc(spec) || Object.keys(spec).length === 0) throw bad('the $facet specification must be a non-empty object');
  const facets = Object.entries(spec).map(([name, stages]) => {
    if (!Array.isArray(stages)) throw bad(`arguments to $facet must be arrays, ${name} is none`);
    return { name, run: compile(stages as Doc[], names) };
  });
  return function* (input, variables) {
    const memory = new StageMemory('$facet');
    const docs = [...memory.holding(input)];
    yield Object.fromEntries(facets.map(({ name, run }) => [name, [...memory.holding(run(docs, variables))]]));
  };
};

/** Keeps a random choice of the documents (reservoir sampling). */
const sample: StageBuilder = (spec) => {
  const size = amount('$sample', isDoc(spec) ? spec['size'] : undefined);
  return function* (input) {
    const memory = new StageMemory('$sample');
    const kept: Doc[] = [];
    let seen = 0;
    for (const doc of input) {
      const place = seen < size ? seen : Math.floor(Math.random() * (seen + 1));
      if (place < size) {
        memory.hold(bytesOf(doc) - (place < kept.length ? bytesOf(kept[place]) : 0));
        kept[place] = doc;
      }
      seen++;
    }
    yield* kept;
  };
};

const redact: StageBuilder = (spec, { names }) => {
  const decide = compileExpression(spec, names);
  const prune = (value: unknown, variables: Variables): unknown => {
    if (Array.isArray(value)) return value.map((item: unknown) => prune(item, variables)).filter((item) => item !== undefined);
    if (!isDoc(value)) return value;
    const decision = decide({ root: value, variables });
    if (decision === REDACTIONS['KEEP']) return value;
    if (decision === REDACTIONS['PRUNE']) return undefined;
    if (decision !== REDACTIONS['DESCEND']) throw new CommandError('BadValue', '$redact must resolve to $$DESCEND, $$PRUNE, or $$KEEP');
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, prune(inner, variables)]).filter(([, inner]) => inner !== undefined));
  };
  return each((doc, variables) => prune(doc, variables) as Doc | undefined);
};

const sortByCount: StageBuilder = (spec, { names }) => {
  const [group, order] = [compileGroup({ _id: spec, count: { $sum: new Int32(1) } }, names), sort({ count: -1 }, { names } as StageContext)];
  return (input, variables) => order(group(input, variables), variables);
};

const BUILDERS: Readonly<Record<string, StageBuilder>> = {
  $match: match,
  $project: project,
  $addFields: addFields,
  $set: addFields,
  $unset: unset,
  $replaceRoot: (spec, { names }) => replaceRoot(isDoc(spec) ? spec['newRoot'] : undefined, names),
  $replaceWith: (spec, { names }) => replaceRoot(spec, names),
  $unwind: unwind,
  $group: (spec, { names }) => compileGroup(spec, names),
  $bucket: (spec, { names }) => compileBucket(spec, names),
  $sortByCount: sortByCount,
  $count: count,
  $sort: sort,
  $limit: limit,
  $skip: skip,
  $sample: sample,
  $facet: facet,
  $redact: redact,
  $lookup: compileLookup,
  $unionWith: compileUnion,
  $graphLookup: compileGraphLookup,
  $setWindowFields: (spec, { names }) => compileWindowFields(spec, names),
};

/** Stages of MongoDB that this server does not have. */
const REFUSED = new Set(['$bucketAuto', '$densify', '$fill', '$geoNear', '$search', '$searchMeta', '$vectorSearch', '$rankFusion', '$scoreFusion', '$indexStats', '$currentOp', '$listSessions', '$listLocalSessions', '$listSampledQueries', '$listSearchIndexes', '$planCacheStats', '$shardedDataDistribution', '$changeStreamSplitLargeEvent', '$querySettings']);

/** Stages that may only stand where `runPipeline` looks for them. */
const PLACED: Readonly<Record<string, string>> = { $collStats: 'first', $documents: 'first', $changeStream: 'first', $out: 'last', $merge: 'last' };

/** Compiles stages that run one after another. @throws CommandError UnrecognizedPipelineStage, NotImplemented, FailedToParse */
export function compileStages(stages: readonly unknown[], names: ReadonlySet<string>, foreign: Foreign): Stage {
  const context: StageContext = { names, foreign, compile: (inner, more) => compileStages(inner, more, foreign) };
  const compiled = stages.map((stage) => {
    const [name, ...more] = isDoc(stage) ? Object.keys(stage) : [];
    if (!isDoc(stage) || name === undefined || more.length > 0) throw bad('A pipeline stage specification object must contain exactly one field.');
    if (REFUSED.has(name)) throw notSupported(`pipeline stage ${name}`);
    if (Object.hasOwn(PLACED, name)) throw new CommandError('BadValue', `${name} is only valid as the ${PLACED[name] ?? ''} stage in a pipeline`);
    const build = Object.hasOwn(BUILDERS, name) ? BUILDERS[name] : undefined;
    if (!build) throw new CommandError('UnrecognizedPipelineStage', `Unrecognized pipeline stage name: '${name}'`);
    return build(stage[name], context);
  });
  return (input, variables) => compiled.reduce((docs, stage) => stage(docs, variables), input);
}

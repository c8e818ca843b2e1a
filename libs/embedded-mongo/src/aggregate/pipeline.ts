import { Aggregator } from 'mingo/aggregator';
import { CommandError, notSupported } from '../errors.js';
import { isDoc, isNumber, plainDoc, toNumber, toPlain, type Doc } from '../bson/values.js';
import { count, find, type FindQuery } from '../query/find.js';
import { parseSort } from '../query/sort.js';
import { namespace, type Catalog } from '../storage/catalog.js';
import type { Collection } from '../storage/collection.js';
import { pipelineOptions, STAGES } from './context.js';
import { computing } from './expression.js';
import { collStats } from './sizes.js';
import type { Foreign } from './lookup.js';

const UNSUPPORTED = new Set(['$out', '$merge', '$geoNear', '$search', '$searchMeta', '$vectorSearch', '$indexStats', '$currentOp', '$listSessions', '$planCacheStats']);

/** A pipeline whose leading stages became a query, which indexes can answer. */
export interface Split {
  readonly query: FindQuery;
  readonly rest: readonly Doc[];
}

export interface PipelineOptions extends Pick<FindQuery, 'hint' | 'onExamined'> {
  /** `host:port` of the server, which `$collStats` tells. */
  readonly host?: string;
}

/**
 * Runs a pipeline over a collection. Leading `$match`, `$sort`, `$skip` and `$limit` are answered like a find.
 * @returns documents, encoded where they are stored ones untouched
 */
export function* runPipeline(catalog: Catalog, db: string, name: string, pipeline: readonly Doc[], options: PipelineOptions): Generator<Buffer | Doc, void, undefined> {
  for (const stage of pipeline) checkStage(stage);
  const collection = catalog.find(db, name);
  const [first, ...others] = pipeline;
  if (first && '$collStats' in first) {
    return yield* run(catalog, db, others, [collStats(namespace(db, name), options.host ?? '', collection, first['$collStats'])]);
  }
  const { query, rest } = split(pipeline, options);
  if (rest.length === 0) {
    if (collection) for (const { body } of find(collection, query)) yield body;
    return;
  }
  const counted = countedBy(rest, collection, query);
  if (counted) return yield* counted;
  yield* run(catalog, db, rest, stream(collection, query));
}

/** Runs stages over documents in the form pipelines compute with. */
function* run(catalog: Catalog, db: string, stages: readonly Doc[], source: Iterable<Doc>): Generator<Doc, void, undefined> {
  const foreign: Foreign = (from, filter, limit) => documents(catalog.find(db, from), { filter, sort: [], skip: 0, limit });
  const aggregator = new Aggregator(stages.map(toPlain) as Doc[], pipelineOptions(foreign));
  const results = computing(() => aggregator.stream(source));
  for (;;) {
    const { done, value } = computing(() => results.next());
    if (done) return;
    yield value as Doc;
  }
}

function checkStage(stage: Doc): void {
  const [name, ...more] = Object.keys(stage);
  if (name === undefined || more.length > 0) throw new CommandError('BadValue', 'A pipeline stage specification object must contain exactly one field.');
  if (UNSUPPORTED.has(name)) throw notSupported(`pipeline stage ${name}`);
  if (!STAGES.has(name) && name !== '$collStats') throw new CommandError('UnrecognizedPipelineStage', `Unrecognized pipeline stage name: '${name}'`);
}

function* stream(collection: Collection | undefined, query: FindQuery): Generator<Doc, void, undefined> {
  if (!collection) return;
  for (const { doc } of find(collection, query)) yield plainDoc(doc);
}

const documents = (collection: Collection | undefined, query: FindQuery): Doc[] => [...stream(collection, query)];

/** Takes the stages a find can answer off the front: matches, then at most one sort, skip and limit, in this order. */
export function split(pipeline: readonly Doc[], options: PipelineOptions): Split {
  let filter: Doc = {};
  let position = 0;
  const operand = (name: string): unknown => {
    const stage = pipeline[position];
    if (stage && name in stage) {
      position++;
      return stage[name];
    }
    return undefined;
  };
  for (let match = operand('$match'); match !== undefined; match = operand('$match')) {
    if (!isDoc(match)) throw new CommandError('BadValue', 'the match filter must be an expression in an object');
    filter = Object.keys(filter).length === 0 ? match : { $and: [filter, match] };
  }
  const sort = parseSort(operand('$sort'));
  const skip = amount('$skip', operand('$skip')) ?? 0;
  const limit = amount('$limit', operand('$limit')) ?? Infinity;
  return { query: { filter, sort, skip, limit: limit + skip, ...options }, rest: pipeline.slice(position) };
}

function amount(stage: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = toNumber(value);
  if (number === undefined || !Number.isInteger(number) || number < 0 || (stage === '$limit' && number === 0)) throw new CommandError('BadValue', `invalid argument to ${stage} stage`);
  return number;
}

/** Answers `$count`, and the `$group` by which drivers count, without reading documents where the index suffices. */
function* countResult(stage: Doc, total: number): Generator<Doc, void, undefined> {
  if (total === 0) return;
  const name = stage['$count'];
  if (typeof name === 'string') yield { [name]: total };
  else if (isDoc(stage['$group'])) {
    const { _id, ...fields } = stage['$group'];
    yield { _id, ...Object.fromEntries(Object.keys(fields).map((field) => [field, total])) };
  }
}

function countedBy([stage, ...more]: readonly Doc[], collection: Collection | undefined, query: FindQuery): Generator<Doc, void, undefined> | undefined {
  if (!stage || more.length > 0 || !(typeof stage['$count'] === 'string' || countsOnly(stage['$group']))) return undefined;
  return countResult(stage, collection ? count(collection, query) : 0);
}

/** @returns whether a group puts everything together and only sums ones */
function countsOnly(group: unknown): boolean {
  if (!isDoc(group)) return false;
  const { _id, ...fields } = group;
  const constant = _id === null || isNumber(_id);
  return constant && Object.values(fields).every((field) => isDoc(field) && Object.keys(field).length === 1 && toNumber(field['$sum']) === 1);
}

import { CommandError } from '../errors.js';
import { isDoc, isNumber, toNumber, type Doc } from '../bson/values.js';
import { bindVariables } from '../query/filter.js';
import { count, find, type FindQuery } from '../query/find.js';
import { parseSort } from '../query/sort.js';
import { namespace, type Catalog } from '../storage/catalog.js';
import type { Collection } from '../storage/collection.js';
import { compileExpression } from './expressions/compile.js';
import type { Variables } from './expressions/expression.js';
import { collStats } from './sizes.js';
import type { Foreign } from './stage.js';
import { amount, compileStages } from './stages.js';

/** A pipeline whose leading stages became a query, which indexes can answer. */
export interface Split {
  readonly query: FindQuery;
  readonly rest: readonly Doc[];
}

export interface PipelineOptions extends Pick<FindQuery, 'hint' | 'onExamined'> {
  /** `host:port` of the server, which `$collStats` tells. */
  readonly host?: string;
  /** Values of the variables that expressions may use, `NOW` among them. */
  readonly variables: Variables;
}

/** What a pipeline reads. */
export interface PipelineSource {
  readonly catalog: Catalog;
  readonly db: string;
  /** The collection; undefined for a pipeline on a database. */
  readonly name: string | undefined;
}

/**
 * Runs a pipeline over a collection. Leading `$match`, `$sort`, `$skip` and `$limit` are answered like a find.
 * @returns documents, encoded where they are stored ones untouched
 * @throws CommandError for a malformed pipeline, before anything is read
 */
export function runPipeline(source: PipelineSource, pipeline: readonly Doc[], options: PipelineOptions): Iterable<Buffer | Doc> {
  const { catalog, db, name } = source;
  const { variables } = options;
  const names = new Set(Object.keys(variables));
  const foreign: Foreign = (from, filter) => stream(catalog.find(db, from), { filter, sort: [], skip: 0, limit: Infinity });
  const [first, ...others] = pipeline;
  if (name === undefined) {
    if (!first || !('$documents' in first)) {
      compileStages(pipeline, names, foreign);
      throw new CommandError('InvalidNamespace', "a pipeline on a database must begin with '$documents' or '$changeStream'");
    }
    return compileStages(others, names, foreign)(given(first['$documents'], names, variables), variables);
  }
  const collection = catalog.find(db, name);
  if (first && '$collStats' in first) {
    const stages = compileStages(others, names, foreign);
    return lazily(() => stages([collStats(namespace(db, name), options.host ?? '', collection, first['$collStats'])], variables));
  }
  // Everything is compiled, so that a wrong stage is refused even where an earlier one leaves it nothing to do.
  compileStages(pipeline, names, foreign);
  const { query, rest } = split(pipeline, options);
  if (rest.length === 0) return bodies(collection, query);
  const counting = countedBy(rest);
  if (counting) return lazily(() => counting(collection ? count(collection, query) : 0));
  return compileStages(rest, names, foreign)(stream(collection, query), variables);
}

/** Reads nothing until the first document is asked for, when whoever asks has made the transaction's view of the data. */
function* lazily(read: () => Iterable<Doc>): Generator<Doc, void, undefined> {
  yield* read();
}

function given(documents: unknown, names: ReadonlySet<string>, variables: Variables): Doc[] {
  const values = compileExpression(documents, names)({ root: {}, variables });
  if (!Array.isArray(values) || !values.every(isDoc)) throw new CommandError('BadValue', "an array of documents is expected for '$documents'");
  return values;
}

function* bodies(collection: Collection | undefined, query: FindQuery): Generator<Buffer, void, undefined> {
  if (collection) for (const { body } of find(collection, query)) yield body;
}

function* stream(collection: Collection | undefined, query: FindQuery): Generator<Doc, void, undefined> {
  if (!collection) return;
  for (const { doc } of find(collection, query)) yield doc;
}

/** Takes the stages a find can answer off the front: matches, then at most one sort, skip and limit, in this order. */
export function split(pipeline: readonly Doc[], { variables, hint, onExamined }: PipelineOptions): Split {
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
    const bound = bindVariables(match, variables);
    filter = Object.keys(filter).length === 0 ? bound : { $and: [filter, bound] };
  }
  const sort = parseSort(operand('$sort'));
  const [skip, limit] = [operand('$skip'), operand('$limit')];
  const skipped = skip === undefined ? 0 : amount('$skip', skip);
  const wanted = limit === undefined ? Infinity : amount('$limit', limit, 1);
  return { query: { filter, sort, skip: skipped, limit: wanted + skipped, hint, ...(onExamined && { onExamined }) }, rest: pipeline.slice(position) };
}

/** `$count`, and the `$group` by which drivers count, need no documents where the index suffices. @returns what makes the answer of a number */
export function countedBy([stage, ...more]: readonly Doc[]): ((total: number) => Doc[]) | undefined {
  if (!stage || more.length > 0) return undefined;
  const { $count: name, $group: group } = stage;
  if (typeof name === 'string') return (total) => (total === 0 ? [] : [{ [name]: total }]);
  if (!countsOnly(group)) return undefined;
  const { _id, ...fields } = group;
  return (total) => (total === 0 ? [] : [{ _id, ...Object.fromEntries(Object.keys(fields).map((field) => [field, total])) }]);
}

/** @returns whether a group puts everything together and only sums ones */
function countsOnly(group: unknown): group is Doc {
  if (!isDoc(group)) return false;
  const { _id, ...fields } = group;
  const constant = _id === null || isNumber(_id);
  return constant && Object.values(fields).every((field) => isDoc(field) && Object.keys(field).length === 1 && toNumber(field['$sum']) === 1);
}

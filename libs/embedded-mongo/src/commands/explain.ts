import { CommandError, notSupported } from '../errors.js';
import { isDoc, toNumber, truthy, type Doc } from '../bson/values.js';
import { split } from '../aggregate/pipeline.js';
import { bindVariables } from '../query/filter.js';
import { find, type FindQuery } from '../query/find.js';
import { plan, type Plan } from '../query/planner.js';
import type { Collection } from '../storage/collection.js';
import { Command, type Handler } from './command.js';
import { checkFields } from './fields.js';
import { queryOf } from './find.js';

/** The field that holds the filter of the commands that have one. */
const FILTER_FIELD: Readonly<Record<string, string>> = { find: 'filter', count: 'query', distinct: 'query', findAndModify: 'query', findandmodify: 'query' };

/** `explain`: which index a command uses, and how many documents it looks at. Nothing is written. */
export const explain: Handler = (command) => {
  const explained = command.doc('explain');
  const inner = new Command(command.server, { ...command.request, body: { ...explained, $db: command.db } }, command.connection, undefined);
  checkFields(inner.name, explained);
  return explanation(inner, queryTo(inner), command.body['verbosity'] ?? 'allPlansExecution');
};

/** @returns what a command looks for before it does anything else */
function queryTo(inner: Command): FindQuery {
  const { pipeline, hint } = inner.body;
  if (inner.name === 'aggregate' && Array.isArray(pipeline) && pipeline.every(isDoc)) return split(pipeline, { hint, variables: inner.variables }).query;
  if (inner.name === 'update') return statementQuery(inner, 'updates', (statement) => truthy(statement['multi']));
  if (inner.name === 'delete') return statementQuery(inner, 'deletes', (statement) => toNumber(statement['limit']) !== 1);
  const field = FILTER_FIELD[inner.name];
  if (field === undefined) throw notSupported(`explain of ${inner.name}`);
  const query = queryOf(inner, field);
  return inner.name.toLowerCase() === 'findandmodify' ? { ...query, limit: 1 } : query;
}

function statementQuery(inner: Command, field: string, isMulti: (statement: Doc) => boolean): FindQuery {
  const [statement, ...more] = inner.docs(field);
  if (!statement || more.length > 0) throw new CommandError('InvalidOptions', 'explained write batches must be of size 1');
  const filter = isDoc(statement['q']) ? bindVariables(statement['q'], inner.variables) : {};
  return { filter, sort: [], skip: 0, limit: isMulti(statement) ? Infinity : 1, hint: statement['hint'] };
}

/** Explains the part of a pipeline that is answered like a find. */
export const explainPipeline = (command: Command, pipeline: readonly Doc[]): Doc => explanation(command, split(pipeline, { hint: command.body['hint'], variables: command.variables }).query, 'executionStats');

/** The stage of the plan of a command that writes. */
function writingStage({ name, body }: Command): string | undefined {
  if (name === 'delete' || (name.toLowerCase() === 'findandmodify' && truthy(body['remove']))) return 'DELETE';
  return name === 'update' || name.toLowerCase() === 'findandmodify' ? 'UPDATE' : undefined;
}

function explanation(command: Command, query: FindQuery, verbosity: unknown): Doc {
  const { collection, db, target, engine } = command;
  return engine.read(undefined, () => {
    const found: Doc = collection ? stages(plan(collection, query), query) : { stage: 'EOF' };
    const writes = writingStage(command);
    const winningPlan = writes === undefined ? found : { stage: writes, inputStage: found };
    return {
      explainVersion: '1',
      queryPlanner: { namespace: `${db}.${target}`, parsedQuery: query.filter, winningPlan, rejectedPlans: [] },
      ...(verbosity !== 'queryPlanner' && { executionStats: execute(collection, query, winningPlan) }),
      ok: 1,
    };
  });
}

/** The plan as MongoDB nests it: what is done last is outermost. */
function stages({ index, bounds, direction, exact, sorted }: Plan, { filter, sort, limit, skip }: FindQuery): Doc {
  const turn = direction > 0 ? 'forward' : 'backward';
  const fetch = exact ? {} : { filter };
  let stage: Doc = index
    ? {
        stage: 'FETCH',
        ...fetch,
        inputStage: {
          stage: 'IXSCAN',
          indexName: index.name,
          keyPattern: index.spec.key,
          isMultiKey: index.multikey !== 0,
          isUnique: index.unique,
          direction: turn,
          intervals: bounds.intervals.length,
          boundedBy: bounds.used,
        },
      }
    : { stage: 'COLLSCAN', ...fetch, direction: turn };
  if (!sorted) stage = { stage: 'SORT', sortPattern: Object.fromEntries(sort.map(({ path, direction: order }) => [path, order])), inputStage: stage };
  if (skip > 0) stage = { stage: 'SKIP', skipAmount: skip, inputStage: stage };
  return limit === Infinity ? stage : { stage: 'LIMIT', limitAmount: limit - skip, inputStage: stage };
}

function execute(collection: Collection | undefined, query: FindQuery, winningPlan: Doc): Doc {
  let examined = 0;
  let nReturned = 0;
  const started = performance.now();
  if (collection) {
    for (const _ of find(collection, { ...query, onExamined: () => examined++ })) nReturned++;
  }
  const usesIndex = JSON.stringify(winningPlan).includes('"IXSCAN"');
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: usesIndex ? examined : 0,
    totalDocsExamined: examined,
  };
}

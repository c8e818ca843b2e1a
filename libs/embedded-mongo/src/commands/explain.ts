import { notSupported } from '../errors.js';
import { isDoc, type Doc } from '../bson/values.js';
import { split } from '../aggregate/pipeline.js';
import { find, type FindQuery } from '../query/find.js';
import { plan, type Plan } from '../query/planner.js';
import type { Collection } from '../storage/collection.js';
import { Command, type Handler } from './command.js';
import { queryOf } from './find.js';

const FILTER_FIELD: Readonly<Record<string, string>> = { find: 'filter', count: 'query', distinct: 'query' };

/** `explain`: which index a find, count, distinct or aggregate uses, and how many documents it looks at. */
export const explain: Handler = (command) => {
  const explained = command.doc('explain');
  const inner = new Command(command.server, { ...command.request, body: { ...explained, $db: command.db } }, command.connection, undefined);
  const verbosity = command.body['verbosity'] ?? 'allPlansExecution';
  const { pipeline } = explained;
  if (inner.name === 'aggregate' && Array.isArray(pipeline) && pipeline.every(isDoc)) return explanation(inner, split(pipeline, { hint: explained['hint'], variables: inner.variables }).query, verbosity);
  const field = FILTER_FIELD[inner.name];
  if (field === undefined) throw notSupported(`explain of ${inner.name}`);
  return explanation(inner, queryOf(inner, field), verbosity);
};

/** Explains the part of a pipeline that is answered like a find. */
export const explainPipeline = (command: Command, pipeline: readonly Doc[]): Doc => explanation(command, split(pipeline, { hint: command.body['hint'], variables: command.variables }).query, 'executionStats');

function explanation(command: Command, query: FindQuery, verbosity: unknown): Doc {
  const { collection, db, target } = command;
  const winningPlan: Doc = collection ? stages(plan(collection, query), query) : { stage: 'EOF' };
  return {
    explainVersion: '1',
    queryPlanner: { namespace: `${db}.${target}`, parsedQuery: query.filter, winningPlan, rejectedPlans: [] },
    ...(verbosity !== 'queryPlanner' && { executionStats: execute(collection, query, winningPlan) }),
    ok: 1,
  };
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

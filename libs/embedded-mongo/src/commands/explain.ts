import { CommandError, notSupported } from '../errors.js';
import { isDoc, toNumber, truthy, type Doc } from '../bson/values.js';
import { countedBy, split } from '../aggregate/pipeline.js';
import { bindVariables } from '../query/filter.js';
import { count, countsWithoutDocuments, find, type FindQuery } from '../query/find.js';
import type { Plan } from '../query/plan.js';
import { plan } from '../query/planner.js';
import type { Collection } from '../storage/collection.js';
import type { Index } from '../storage/index-definition.js';
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
  return explanation(inner, explainedOf(inner), command.body['verbosity'] ?? 'allPlansExecution');
};

/** What is explained: a query, and whether only the number of what it finds is wanted. */
interface Explained {
  readonly query: FindQuery;
  readonly counts: boolean;
}

function explainedOf(inner: Command): Explained {
  const { pipeline } = inner.body;
  if (inner.name === 'aggregate' && Array.isArray(pipeline) && pipeline.every(isDoc)) return explainedPart(inner, pipeline);
  return { query: queryTo(inner), counts: inner.name === 'count' };
}

function explainedPart({ body, variables }: Command, pipeline: readonly Doc[]): Explained {
  const { query, rest } = split(pipeline, { hint: body['hint'], variables });
  return { query, counts: countedBy(rest) !== undefined };
}

/** @returns what a command looks for before it does anything else */
function queryTo(inner: Command): FindQuery {
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
export const explainPipeline = (command: Command, pipeline: readonly Doc[]): Doc => explanation(command, explainedPart(command, pipeline), 'executionStats');

/** The stage of the plan of a command that writes. */
function writingStage({ name, body }: Command): string | undefined {
  if (name === 'delete' || (name.toLowerCase() === 'findandmodify' && truthy(body['remove']))) return 'DELETE';
  return name === 'update' || name.toLowerCase() === 'findandmodify' ? 'UPDATE' : undefined;
}

function explanation(command: Command, { query, counts }: Explained, verbosity: unknown): Doc {
  const { collection, db, target, engine } = command;
  return engine.read(undefined, () => {
    const found = collection ? planOf(collection, query, counts) : { stage: 'EOF' };
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

function planOf(collection: Collection, query: FindQuery, counts: boolean): Doc {
  const chosen = plan(collection, query);
  if (!counts) return stages(chosen, query);
  if (!countsWithoutDocuments(collection, chosen)) return { stage: 'COUNT', inputStage: stages(chosen, query) };
  return chosen.index ? { stage: 'COUNT', inputStage: { ...indexStage('COUNT_SCAN', chosen.index, chosen), endKeyInclusive: false } } : { stage: 'RECORD_STORE_FAST_COUNT' };
}

/** The walk along an index. */
const indexStage = (stage: string, { name, spec, multikey, unique }: Index, { bounds, direction }: Plan): Doc => ({
  stage,
  indexName: name,
  keyPattern: spec.key,
  isMultiKey: multikey !== 0,
  isUnique: unique,
  direction: turnOf(direction),
  intervals: bounds.intervals.length,
  boundedBy: bounds.used,
});

const turnOf = (direction: 1 | -1): string => (direction > 0 ? 'forward' : 'backward');

/** The plan as MongoDB nests it: what is done last is outermost. */
function stages(chosen: Plan, { filter, sort, limit, skip }: FindQuery): Doc {
  const { index, direction, exact, sorted } = chosen;
  const fetch = exact ? {} : { filter };
  let stage: Doc = index ? { stage: 'FETCH', ...fetch, inputStage: indexStage('IXSCAN', index, chosen) } : { stage: 'COLLSCAN', ...fetch, direction: turnOf(direction) };
  if (!sorted) stage = { stage: 'SORT', sortPattern: Object.fromEntries(sort.map(({ path, direction: order }) => [path, order])), inputStage: stage };
  if (skip > 0) stage = { stage: 'SKIP', skipAmount: skip, inputStage: stage };
  return limit === Infinity ? stage : { stage: 'LIMIT', limitAmount: limit - skip, inputStage: stage };
}

function execute(collection: Collection | undefined, query: FindQuery, winningPlan: Doc): Doc {
  let examined = 0;
  let nReturned = 0;
  const started = performance.now();
  const text = JSON.stringify(winningPlan);
  const withoutDocuments = text.includes('"COUNT_SCAN"') || text.includes('"RECORD_STORE_FAST_COUNT"');
  if (collection && withoutDocuments) nReturned = count(collection, query);
  else if (collection) {
    for (const _ of find(collection, { ...query, onExamined: () => examined++ })) nReturned++;
  }
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: text.includes('"IXSCAN"') ? examined : text.includes('"COUNT_SCAN"') ? nReturned : 0,
    totalDocsExamined: examined,
  };
}

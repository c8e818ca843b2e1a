import { CommandError } from '../errors.js';
import { checkDocument, elementOf, TYPE, withoutElement } from '../bson/elements.js';
import { decode, encode, fieldsOf, isDoc, toNumber, truthy, type Doc } from '../bson/values.js';
import { sessionInfo } from '../sessions/sessions.js';
import type { Collection } from '../storage/collection.js';
import type { WriteUnit } from '../storage/write-unit.js';
import type { Command, Handler, Reply } from './command.js';
import { removeMatching } from './delete.js';
import { checkBulkStatement, type BulkKind } from './fields.js';
import { decodeStatement, updateMatching } from './update.js';
import { errorOf, writing } from './writes.js';

/** Where the results are said to come from; `getMore` is asked for them by this name. */
const RESULTS_DB = 'admin';
const RESULTS_NAME = '$cmd.bulkWrite';

interface Namespace {
  readonly db: string;
  readonly name: string;
}

/** One of the writes: what it is, where it goes, and its arguments by the names that the command of its kind gives them. */
type Statement =
  | { readonly kind: 'insert'; readonly target: Namespace; readonly raw: Buffer }
  | { readonly kind: 'update' | 'delete'; readonly target: Namespace; readonly arguments: Doc };

/** `bulkWrite` (MongoDB 8.0): inserts, updates and deletes in any collections, one after another. */
export const bulkWrite: Handler = async (command) => {
  if (command.db !== RESULTS_DB) throw new CommandError('Unauthorized', 'bulkWrite may only be run against the admin database.');
  const targets = command.docs('nsInfo').map(namespaceOf);
  const statements = command.rawDocs('ops').map((op) => statementOf(op, targets));
  await makeCollections(command, statements);
  const outcome = await writing(command, (unit) => writeAll(command, unit, statements));
  return answer(command, outcome);
};

function namespaceOf(info: Doc): Namespace {
  const { ns } = info;
  const dot = typeof ns === 'string' ? ns.indexOf('.') : -1;
  if (typeof ns !== 'string' || dot < 1 || dot === ns.length - 1) throw new CommandError('InvalidNamespace', `Invalid namespace specified: '${String(ns)}'`);
  return { db: ns.slice(0, dot), name: ns.slice(dot + 1) };
}

function statementOf(op: Buffer, targets: readonly Namespace[]): Statement {
  const element = elementOf(op, 'document');
  const raw = element?.type === TYPE.document ? op.subarray(element.value, element.end) : undefined;
  const fields = element && raw ? { ...decode(withoutElement(op, element)), document: raw } : decodeStatement(op, 'updateMods');
  const kind = Object.keys(fields)[0];
  if (kind !== 'insert' && kind !== 'update' && kind !== 'delete') throw new CommandError('FailedToParse', `a statement of bulkWrite is an insert, update or delete, not '${String(kind)}'`);
  checkBulkStatement(kind, fields);
  const target = targets[toNumber(fields[kind]) ?? -1];
  if (!target) throw new CommandError('BadValue', `BulkWrite ops entry has an invalid nsInfo index: ${String(toNumber(fields[kind]))}`);
  if (kind !== 'insert') return { kind, target, arguments: argumentsOf(kind, fields) };
  if (!raw) throw new CommandError('TypeMismatch', "BSON field 'bulkWrite.ops.document' must be a document");
  checkDocument(raw);
  return { kind, target, raw };
}

const argumentsOf = (kind: Exclude<BulkKind, 'insert'>, { filter: q, updateMods: u, constants: c, multi, ...others }: Doc): Doc =>
  kind === 'update' ? { ...others, q, u, ...(c !== undefined && { c }), multi } : { ...others, q, limit: truthy(multi) ? 0 : 1 };

const makesCollection = (statement: Statement): boolean => statement.kind === 'insert' || (statement.kind === 'update' && truthy(statement.arguments['upsert']));

/** A transaction cannot take part in making a collection, so what is missing is made before. */
async function makeCollections({ engine, transaction }: Command, statements: readonly Statement[]): Promise<void> {
  if (!transaction) return;
  const missing = statements.filter((statement) => makesCollection(statement) && !engine.catalog.find(statement.target.db, statement.target.name));
  for (const { target: { db, name } } of missing) await engine.alter((catalog) => catalog.find(db, name) ?? catalog.create(db, name, {}));
}

/** What one statement did; `n` counts documents inserted, matched or deleted. */
interface Written {
  readonly n: number;
  readonly nModified?: number;
  readonly upserted?: { readonly _id: unknown };
}

function writeAll(command: Command, unit: WriteUnit, statements: readonly Statement[]): Doc {
  const { body, variables } = command;
  const totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: Doc[] = [];
  for (const [idx, statement] of statements.entries()) {
    const error = errorOf(command, () => {
      const written = write(unit, collectionOf(command, statement), statement, variables);
      count(totals, statement.kind, written);
      if (!truthy(body['errorsOnly'])) results.push({ ok: 1, idx, ...written });
    });
    if (!error) continue;
    totals.nErrors += 1;
    results.push({ ok: 0, idx, ...error, n: 0, ...(statement.kind === 'update' && { nModified: 0 }) });
    if (body['ordered'] !== false) break;
  }
  return { results, ...totals };
}

function collectionOf({ engine: { catalog } }: Command, statement: Statement): Collection | undefined {
  const { db, name } = statement.target;
  return catalog.find(db, name) ?? (makesCollection(statement) ? catalog.create(db, name, {}) : undefined);
}

function write(unit: WriteUnit, collection: Collection | undefined, statement: Statement, variables: Command['variables']): Written {
  switch (statement.kind) {
    case 'insert':
      if (collection) unit.insert(collection, statement.raw);
      return { n: 1 };
    case 'update': {
      const { matched, modified, upserted } = updateMatching(unit, collection, statement.arguments, variables);
      return { n: matched, nModified: modified, ...(upserted && { upserted }) };
    }
    case 'delete':
      return { n: removeMatching(unit, collection, statement.arguments, variables) };
  }
}

function count(totals: Record<'nInserted' | 'nMatched' | 'nModified' | 'nUpserted' | 'nDeleted', number>, kind: BulkKind, { n, nModified = 0, upserted }: Written): void {
  if (kind === 'insert') totals.nInserted += n;
  else if (kind === 'delete') totals.nDeleted += n;
  else if (upserted) totals.nUpserted += 1;
  else {
    totals.nMatched += n;
    totals.nModified += nModified;
  }
}

/** The totals, and a cursor over the results of the statements. */
function answer(command: Command, { results, ...totals }: Doc): Reply {
  const { server, body } = command;
  const documents = (Array.isArray(results) ? results : []).filter(isDoc).map(encode);
  const namespace = `${RESULTS_DB}.${RESULTS_NAME}`;
  const opened = decode(server.cursors.open({ namespace, documents: documents.values(), transaction: command.transaction }, toNumber(fieldsOf(body['cursor'])?.['batchSize']), false, sessionInfo(body)?.session));
  return { cursor: opened['cursor'], ...totals, ok: 1 };
}

import { CommandError } from '../errors.js';
import type { Doc } from '../bson/values.js';

/** What every command may carry. */
const COMMON = ['$db', 'lsid', 'txnNumber', 'autocommit', 'startTransaction', 'stmtId', 'stmtIds', 'readConcern', 'writeConcern', '$clusterTime', '$readPreference', 'apiVersion', 'apiStrict', 'apiDeprecationErrors', 'maxTimeMS', 'comment', '$configServerState', 'topologyTime'];

const FIND_AND_MODIFY = ['query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'bypassDocumentValidation', 'collation', 'arrayFilters', 'hint', 'let'];

/** The arguments MongoDB 8.0 knows of the commands that read and write documents; which of them are refused, their handlers say. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  find: ['filter', 'sort', 'projection', 'hint', 'skip', 'limit', 'batchSize', 'singleBatch', 'max', 'min', 'returnKey', 'showRecordId', 'tailable', 'awaitData', 'oplogReplay', 'noCursorTimeout', 'allowPartialResults', 'collation', 'allowDiskUse', 'let'],
  getMore: ['collection', 'batchSize'],
  killCursors: ['cursors'],
  aggregate: ['pipeline', 'explain', 'allowDiskUse', 'cursor', 'bypassDocumentValidation', 'collation', 'hint', 'let'],
  count: ['query', 'limit', 'skip', 'hint', 'collation', 'fields'],
  distinct: ['key', 'query', 'collation', 'hint'],
  insert: ['documents', 'ordered', 'bypassDocumentValidation'],
  update: ['updates', 'ordered', 'bypassDocumentValidation', 'let'],
  delete: ['deletes', 'ordered', 'let'],
  bulkWrite: ['ops', 'nsInfo', 'ordered', 'errorsOnly', 'bypassDocumentValidation', 'cursor', 'let'],
  findAndModify: FIND_AND_MODIFY,
  findandmodify: FIND_AND_MODIFY,
  createIndexes: ['indexes', 'commitQuorum'],
  dropIndexes: ['index'],
  listIndexes: ['cursor'],
  listCollections: ['filter', 'cursor', 'nameOnly', 'authorizedCollections'],
  listDatabases: ['filter', 'nameOnly', 'authorizedDatabases'],
  renameCollection: ['to', 'dropTarget'],
};

const ALLOWED: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries(FIELDS).map(([name, fields]) => [name, new Set([name, ...fields, ...COMMON])]));

const STATEMENTS = {
  update: new Set(['q', 'u', 'c', 'upsert', 'multi', 'collation', 'arrayFilters', 'hint', 'sort']),
  delete: new Set(['q', 'limit', 'collation', 'hint']),
} as const;

const BULK_STATEMENTS = {
  insert: new Set(['insert', 'document']),
  update: new Set(['update', 'filter', 'updateMods', 'multi', 'upsert', 'arrayFilters', 'hint', 'constants', 'collation', 'sort']),
  delete: new Set(['delete', 'filter', 'multi', 'hint', 'collation']),
} as const;

/** The kinds of writes that `bulkWrite` carries out. */
export type BulkKind = keyof typeof BULK_STATEMENTS;

/** Refuses an argument that MongoDB 8.0 does not know either, so that none is silently left out of account. @throws CommandError IDLUnknownField */
export function checkFields(name: string, body: Doc): void {
  const allowed = ALLOWED.get(name);
  if (allowed) refuseUnknown(name, body, allowed);
}

/** As {@link checkFields}, of one statement of an update or delete. */
export function checkStatement(kind: keyof typeof STATEMENTS, statement: Doc): void {
  refuseUnknown(`${kind}.${kind}s`, statement, STATEMENTS[kind]);
}

/** As {@link checkFields}, of one statement of a bulkWrite. */
export function checkBulkStatement(kind: BulkKind, statement: Doc): void {
  refuseUnknown('bulkWrite.ops', statement, BULK_STATEMENTS[kind]);
}

function refuseUnknown(where: string, fields: Doc, allowed: ReadonlySet<string>): void {
  for (const field of Object.keys(fields)) {
    if (!allowed.has(field)) throw new CommandError('IDLUnknownField', `BSON field '${where}.${field}' is an unknown field.`);
  }
}

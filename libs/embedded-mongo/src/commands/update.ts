import { CommandError } from '../errors.js';
import { elementOf, TYPE, withoutElement } from '../bson/elements.js';
import { decode, encode, isDoc, truthy, type Doc } from '../bson/values.js';
import type { Variables } from '../aggregate/expressions/expression.js';
import { bindVariables } from '../query/filter.js';
import { find } from '../query/find.js';
import { parseSort } from '../query/sort.js';
import type { Collection } from '../storage/collection.js';
import type { StoredDocument } from '../storage/stored-document.js';
import type { WriteUnit } from '../storage/write-unit.js';
import type { Update } from '../update/compiled-update.js';
import { compileUpdate, isReplacement } from '../update/update.js';
import { seedFromFilter } from '../update/upsert.js';
import { refuseCollation, type Command, type Handler } from './command.js';
import { checkStatement } from './fields.js';
import { eachStatement, writing, writingTo } from './writes.js';

/** `update`: changes the first, or every, document that satisfies a filter, or inserts one. */
export const update: Handler = (command) => {
  const statements = command.rawDocs('updates').map((bytes) => decodeStatement(bytes, 'u'));
  for (const statement of statements) checkStatement('update', statement);
  const inserts = statements.some((statement) => truthy(statement['upsert']));
  return inserts || command.collection
    ? writingTo(command, (unit, collection) => updateAll(command, unit, collection, statements))
    : writing(command, (unit) => updateAll(command, unit, undefined, statements));
};

/** @param modifications name of the field that says what to do. @returns a statement, in which a replacement stays as the bytes that were sent */
export function decodeStatement(bytes: Buffer, modifications: string): Doc {
  const element = elementOf(bytes, modifications);
  const value = element && bytes.subarray(element.value, element.end);
  const replaces = value && element.type === TYPE.document && isReplacement(value);
  return replaces ? { ...decode(withoutElement(bytes, element)), [modifications]: value } : decode(bytes);
}

function updateAll(command: Command, unit: WriteUnit, collection: Collection | undefined, statements: readonly Doc[]): Doc {
  const result = { n: 0, nModified: 0 };
  const { variables } = command;
  const upserted: Doc[] = [];
  const errors = eachStatement(command, statements, (statement, index) => {
    const outcome = updateMatching(unit, collection, statement, variables);
    result.n += outcome.matched;
    result.nModified += outcome.modified;
    if (outcome.upserted) upserted.push({ index, ...outcome.upserted });
  });
  return { ...result, ...(upserted.length > 0 && { upserted }), ...errors, ok: 1 };
}

interface Outcome {
  readonly matched: number;
  readonly modified: number;
  readonly upserted?: { readonly _id: unknown };
}

/** Carries out one statement of an update. */
export function updateMatching(unit: WriteUnit, collection: Collection | undefined, statement: Doc, variables: Variables): Outcome {
  refuseCollation(statement);
  if (!isDoc(statement['q'])) throw new CommandError('FailedToParse', 'an update needs a query');
  const filter = bindVariables(statement['q'], variables);
  const multi = truthy(statement['multi']);
  const change = compileUpdate(statement['u'], arrayFilters(statement['arrayFilters']), { ...variables, ...(isDoc(statement['c']) && statement['c']) });
  if (multi && change.kind === 'replace') throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
  if (multi && statement['sort'] !== undefined) throw new CommandError('FailedToParse', "Cannot specify sort with multi=true");
  if (!collection) return { matched: 0, modified: 0 };
  // All are found before the first is changed, so that a document moved along the index is not found again.
  const found = [...find(collection, { filter, sort: parseSort(statement['sort']), skip: 0, limit: multi ? Infinity : 1, hint: statement['hint'] })];
  if (found.length === 0 && truthy(statement['upsert'])) return { matched: 1, modified: 0, upserted: { _id: upsert(unit, collection, filter, change).id } };
  const modified = found.filter((stored) => applyUpdate(unit, collection, stored, filter, change).changed).length;
  return { matched: found.length, modified };
}

/** @returns the array filters of an update, none if it has none */
export function arrayFilters(value: unknown): Doc[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isDoc)) throw new CommandError('TypeMismatch', 'arrayFilters must be an array of documents');
  return value;
}

/** Changes one document. @returns its new form, and whether that differs from the old */
export function applyUpdate(unit: WriteUnit, collection: Collection, stored: StoredDocument, filter: Doc, change: Update): { readonly after: Buffer; readonly changed: boolean } {
  const after = change.apply(stored.body, { filter, inserting: false, now: new Date() });
  const changed = !after.equals(stored.body);
  if (changed) unit.replace(collection, stored, after, change.kind);
  return { after, changed };
}

/** Inserts what the filter and the update describe. @returns the new document */
export function upsert(unit: WriteUnit, collection: Collection, filter: Doc, change: Update): StoredDocument {
  const seed = change.kind === 'replace' ? idOnly(seedFromFilter(filter)) : seedFromFilter(filter);
  return unit.insert(collection, change.apply(encode(seed), { filter, inserting: true, now: new Date() }));
}

const idOnly = (seed: Doc): Doc => ('_id' in seed ? { _id: seed['_id'] } : {});

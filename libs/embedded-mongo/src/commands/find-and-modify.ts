import { CommandError } from '../errors.js';
import { decode, type Doc } from '../bson/values.js';
import { find } from '../query/find.js';
import { compileProjection } from '../query/projection.js';
import type { Collection } from '../storage/collection.js';
import type { StoredDocument } from '../storage/stored-document.js';
import type { WriteUnit } from '../storage/write-unit.js';
import { compileUpdate } from '../update/update.js';
import type { Command, Handler } from './command.js';
import { queryOf } from './find.js';
import { applyUpdate, arrayFilters, upsert } from './update.js';
import { writing, writingTo } from './writes.js';

/** `findAndModify`: changes or removes the first matching document and answers with its old or new form. */
export const findAndModify: Handler = (command) => {
  const removing = command.flag('remove');
  if (removing === (command.body['update'] !== undefined)) throw new CommandError('FailedToParse', "Either an update or 'remove=true' must be specified");
  const query = { ...queryOf(command, 'query'), limit: 1 };
  const run = (unit: WriteUnit, collection: Collection | undefined): Doc => {
    const [found] = collection ? find(collection, query) : [];
    return removing ? removeFound(command, unit, collection, found) : modifyFound(command, unit, collection, found);
  };
  return command.flag('upsert') ? writingTo(command, run) : writing(command, (unit) => run(unit, command.collection));
};

const shown = (command: Command, doc: Doc | undefined): Doc | null => {
  const project = compileProjection(command.body['fields'], { names: new Set(Object.keys(command.variables)), stage: false });
  return doc ? (project ? project(doc, command.variables) : doc) : null;
};

function removeFound(command: Command, unit: WriteUnit, collection: Collection | undefined, found: StoredDocument | undefined): Doc {
  if (!found || !collection) return { lastErrorObject: { n: 0 }, value: null, ok: 1 };
  unit.remove(collection, found);
  return { lastErrorObject: { n: 1 }, value: shown(command, decode(found.body)), ok: 1 };
}

function modifyFound(command: Command, unit: WriteUnit, collection: Collection | undefined, found: StoredDocument | undefined): Doc {
  const wantsNew = command.flag('new');
  const filter = command.doc('query');
  const change = compileUpdate(command.body['update'], arrayFilters(command.body['arrayFilters']), command.variables);
  if (collection && found) {
    const { after } = applyUpdate(unit, collection, found, filter, change);
    return { lastErrorObject: { n: 1, updatedExisting: true }, value: shown(command, decode(wantsNew ? after : found.body)), ok: 1 };
  }
  if (!collection || !command.flag('upsert')) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null, ok: 1 };
  const inserted = upsert(unit, collection, filter, change);
  return { lastErrorObject: { n: 1, updatedExisting: false, upserted: inserted.id }, value: wantsNew ? shown(command, inserted.doc) : null, ok: 1 };
}

import { CommandError, notSupported } from '../errors.js';
import { equalValues } from '../bson/order.js';
import { encode, isDoc, toNumber, truthy, type Doc } from '../bson/values.js';
import { cursorReply } from '../cursors/cursor-registry.js';
import { compileFilter } from '../query/filter.js';
import { parseSort } from '../query/sort.js';
import type { Collection } from '../storage/collection.js';
import { ID_INDEX, type Index, type IndexSpec } from '../storage/index-definition.js';
import { isKeyPattern } from './collections.js';
import { refuseCollation, type Handler } from './command.js';

const OPTIONS = new Set(['key', 'name', 'unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds', 'background', 'v', 'ns', 'collation', 'hidden']);
/** Fields of one index; more do not fit the mask of array fields. */
const MAX_FIELDS = 31;

const createIndexes: Handler = async (command) => {
  const specs = command.docs('indexes').map(parseSpec);
  const existing = command.collection;
  const before = existing?.indexes.length ?? 1;
  const after = await command.engine.build(async (catalog) => {
    const collection = command.collection ?? catalog.create(command.db, command.target, {});
    const fresh: IndexSpec[] = [];
    for (const spec of specs) if (!isKnown([...collection.indexes.map((index) => index.spec), ...fresh], spec)) fresh.push(spec);
    if (fresh.length > 0) await catalog.addIndexes(collection, fresh);
    return collection.indexes.length;
  });
  return { numIndexesBefore: before, numIndexesAfter: after, createdCollectionAutomatically: existing === undefined, ok: 1 };
};

function parseSpec(doc: Doc): IndexSpec {
  refuseCollation(doc);
  const unknown = Object.keys(doc).find((key) => !OPTIONS.has(key));
  if (unknown !== undefined) throw notSupported(`index option '${unknown}'`);
  if (truthy(doc['hidden'])) throw notSupported("index option 'hidden'");
  const { key, partialFilterExpression } = doc;
  if (!isKeyPattern(key)) throw new CommandError('CannotCreateIndex', 'an index needs a key pattern');
  if (Object.keys(key).length > MAX_FIELDS) throw new CommandError('CannotCreateIndex', `an index has at most ${String(MAX_FIELDS)} fields`);
  const special = Object.keys(key).find((path) => typeof key[path] === 'string' || path.includes('$**'));
  if (special !== undefined) throw notSupported(`the index type of '${special}'`);
  parseSort(key);
  const expireAfterSeconds = toNumber(doc['expireAfterSeconds']);
  if (isDoc(partialFilterExpression)) compileFilter(partialFilterExpression);
  return {
    name: typeof doc['name'] === 'string' ? doc['name'] : defaultName(key),
    key,
    ...(truthy(doc['unique']) && { unique: true }),
    ...(truthy(doc['sparse']) && { sparse: true }),
    ...(isDoc(partialFilterExpression) && { partialFilterExpression }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
  };
}

const defaultName = (key: Doc): string =>
  Object.keys(key)
    .map((path) => `${path}_${String(toNumber(key[path]))}`)
    .join('_');

/** @returns whether there is such an index. @throws CommandError when there is another one of that name or key */
function isKnown(known: readonly IndexSpec[], spec: IndexSpec): boolean {
  const sameKey = (other: IndexSpec): boolean => equalValues(other.key, spec.key) && equalValues(other.partialFilterExpression ?? null, spec.partialFilterExpression ?? null);
  const same = (other: IndexSpec): boolean => (other.unique === true) === (spec.unique === true) && (other.sparse === true) === (spec.sparse === true) && other.expireAfterSeconds === spec.expireAfterSeconds;
  const byName = known.find(({ name }) => name === spec.name);
  if (byName && !sameKey(byName)) throw new CommandError('IndexKeySpecsConflict', `An existing index has the same name as the requested index '${spec.name}'.`);
  const byKey = known.find(sameKey);
  if (!byKey) return false;
  if (byKey.name === ID_INDEX) return true;
  if (!same(byKey) || byKey.name !== spec.name) throw new CommandError('IndexOptionsConflict', `Index already exists with a different name or options: ${byKey.name}`);
  return true;
}

const dropIndexes: Handler = async (command) => {
  const collection = command.engine.catalog.get(command.db, command.target);
  const before = collection.indexes.length;
  const wanted = command.body['index'];
  const names = Array.isArray(wanted) ? (wanted as unknown[]) : [wanted];
  const all = wanted === '*';
  const doomed = all ? collection.indexes.slice(1) : names.map((name) => namedIndex(collection, name));
  await command.engine.alter((catalog) => {
    for (const index of doomed) catalog.dropIndex(collection, index);
  });
  return { nIndexesWas: before, ok: 1 };
};

function namedIndex(collection: Collection, wanted: unknown): Index {
  const index = collection.indexes.find(({ name, spec }) => (typeof wanted === 'string' ? name === wanted : equalValues(spec.key, wanted)));
  if (!index) throw new CommandError('IndexNotFound', `index not found with name [${String(wanted)}]`);
  if (index.name === ID_INDEX) throw new CommandError('InvalidOptions', 'cannot drop _id index');
  return index;
}

const listIndexes: Handler = ({ engine, db, target }) => {
  const { indexes } = engine.catalog.get(db, target);
  return cursorReply(
    'firstBatch',
    `${db}.${target}`,
    0n,
    indexes.map(({ name, spec }) => {
      const { key, ...options } = spec;
      // MongoDB does not show that the _id index is unique.
      return encode(name === ID_INDEX ? { v: 2, key, name } : { v: 2, key, ...options });
    }),
  );
};

export const indexCommands: Readonly<Record<string, Handler>> = { createIndexes, dropIndexes, deleteIndexes: dropIndexes, listIndexes };

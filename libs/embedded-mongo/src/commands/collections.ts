import { CommandError, notSupported } from '../errors.js';
import { encode, isDoc, toNumber, type Doc } from '../bson/values.js';
import { collectionSizes } from '../aggregate/sizes.js';
import { compileFilter } from '../query/filter.js';
import { cursorReply } from '../cursors/cursor-registry.js';
import { refuseCollation, type Command, type Handler } from './command.js';

const IGNORED_OPTIONS = new Set(['create', '$db', 'lsid', 'writeConcern', 'comment', '$clusterTime', 'readConcern', '$readPreference', 'autoIndexId', 'collation', 'maxTimeMS', 'apiVersion', 'txnNumber']);

/** `create`: makes an empty collection. */
const create: Handler = async (command) => {
  refuseCollation(command.body);
  const unsupported = Object.keys(command.body).find((key) => !IGNORED_OPTIONS.has(key));
  if (unsupported !== undefined) throw notSupported(`option '${unsupported}' of create`);
  const { engine, db, target } = command;
  await engine.alter((catalog) => catalog.create(db, target, {}));
  return { ok: 1 };
};

/** `drop`: removes a collection; it need not exist. */
const drop: Handler = async ({ engine, db, target, collection }) => {
  if (!collection) return { ok: 1 };
  await engine.alter((catalog) => {
    engine.oplog.appendDrop(db, target);
    catalog.drop(collection);
  });
  return { ns: collection.namespace, nIndexesWas: collection.indexes.length, ok: 1 };
};

const dropDatabase: Handler = async ({ engine, db }) => {
  await engine.alter((catalog) => {
    const collections = catalog.list(db);
    for (const collection of collections) {
      engine.oplog.appendDrop(db, collection.name);
      catalog.drop(collection);
    }
    if (collections.length > 0) engine.oplog.appendDropDatabase(db);
  });
  return { dropped: db, ok: 1 };
};

const renameCollection: Handler = async (command) => {
  const [from, to] = [split(command.target), split(command.text('to'))];
  await command.engine.alter((catalog) => {
    const source = catalog.get(from.db, from.name);
    const target = catalog.find(to.db, to.name);
    if (target && command.flag('dropTarget')) catalog.drop(target);
    command.engine.oplog.appendRename(from.db, from.name, { db: to.db, collection: to.name });
    catalog.rename(source, to.db, to.name);
  });
  return { ok: 1 };
};

function split(namespace: string): { db: string; name: string } {
  const dot = namespace.indexOf('.');
  if (dot <= 0) throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  return { db: namespace.slice(0, dot), name: namespace.slice(dot + 1) };
}

const listCollections: Handler = (command) => {
  const matches = compileFilter(command.doc('filter'));
  const nameOnly = command.flag('nameOnly');
  const documents = command.engine.catalog
    .list(command.db)
    .map((collection): Doc => ({
      name: collection.name,
      type: 'collection',
      options: collection.options,
      info: { readOnly: false, uuid: collection.uuid },
      idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
    }))
    .filter(matches)
    .map((doc) => encode(nameOnly ? { name: doc['name'], type: doc['type'] } : doc));
  return cursorReply('firstBatch', `${command.db}.$cmd.listCollections`, 0n, documents);
};

const listDatabases: Handler = (command) => {
  const { catalog } = command.engine;
  const matches = compileFilter(command.doc('filter'));
  const databases = catalog
    .databases()
    .map((name): Doc => {
      const collections = catalog.list(name);
      return { name, sizeOnDisk: sum(collections.map(({ size }) => size)), empty: collections.every(({ count }) => count === 0) };
    })
    .filter(matches);
  if (command.flag('nameOnly')) return { databases: databases.map(({ name }) => ({ name })), ok: 1 };
  const totalSize = sum(databases.map(({ sizeOnDisk }) => toNumber(sizeOnDisk) ?? 0));
  return { databases, totalSize, totalSizeMb: Math.floor(totalSize / 2 ** 20), ok: 1 };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** @returns the number of bytes that count as one in an answer */
function scaleOf(command: Command): number {
  const scale = command.number('scale') ?? 1;
  if (scale < 1) throw new CommandError('BadValue', 'scale must be >= 1');
  return scale;
}

const collStats: Handler = (command) => ({ ns: `${command.db}.${command.target}`, ...collectionSizes(command.collection, scaleOf(command)), ok: 1 });

const dbStats: Handler = (command) => {
  const collections = command.engine.catalog.list(command.db);
  const scale = scaleOf(command);
  const objects = sum(collections.map(({ count }) => count));
  const dataSize = sum(collections.map(({ size }) => size));
  const indexSize = sum(collections.flatMap(({ indexes }) => indexes.map(({ size }) => size)));
  return {
    db: command.db,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects === 0 ? 0 : dataSize / objects,
    dataSize: dataSize / scale,
    storageSize: dataSize / scale,
    indexes: sum(collections.map(({ indexes }) => indexes.length)),
    indexSize: indexSize / scale,
    totalSize: (dataSize + indexSize) / scale,
    scaleFactor: scale,
    ok: 1,
  };
};

export const collectionCommands: Readonly<Record<string, Handler>> = {
  create,
  drop,
  dropDatabase,
  renameCollection,
  listCollections,
  listDatabases,
  collStats,
  collstats: collStats,
  dbStats,
  dbstats: dbStats,
};

/** @returns whether a value is a key pattern */
export const isKeyPattern = (value: unknown): value is Doc => isDoc(value) && Object.keys(value).length > 0;

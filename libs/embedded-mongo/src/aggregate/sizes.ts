import { CommandError, notSupported } from '../errors.js';
import { fieldOf } from '../bson/paths.js';
import { isDoc, toNumber, type Doc } from '../bson/values.js';
import type { Collection } from '../storage/collection.js';

/** @returns the sizes of a collection in bytes as `collStats` and `$collStats` report them, divided by a scale; walks the collection and its indexes */
export function collectionSizes(collection: Collection | undefined, scale: number): Doc {
  const { count = 0, size = 0, indexes = [] } = collection ?? {};
  const scaled = (bytes: number): number => Math.floor(bytes / scale);
  const indexSizes = Object.fromEntries(indexes.map((index) => [index.name, scaled(index.size)]));
  const totalIndexSize = scaled(indexes.reduce((sum, index) => sum + index.size, 0));
  return {
    size: scaled(size),
    count,
    ...(count > 0 && { avgObjSize: Math.floor(size / count) }),
    storageSize: scaled(size),
    capped: false,
    nindexes: indexes.length,
    indexSizes,
    totalIndexSize,
    totalSize: scaled(size) + totalIndexSize,
    scaleFactor: scale,
  };
}

/** `$collStats`: one document about the collection. @throws CommandError NotImplemented for statistics that are not kept */
export function collStats(namespace: string, host: string, collection: Collection | undefined, spec: unknown): Doc {
  if (!isDoc(spec)) throw new CommandError('FailedToParse', '$collStats must take a nested object');
  const unknown = Object.keys(spec).find((part) => part !== 'storageStats' && part !== 'count');
  if (unknown !== undefined) throw notSupported(`'${unknown}' of $collStats`);
  const scale = toNumber(fieldOf(spec['storageStats'], 'scale')) ?? 1;
  return {
    ns: namespace,
    host,
    localTime: new Date(),
    ...('storageStats' in spec && { storageStats: collectionSizes(collection, scale) }),
    ...('count' in spec && { count: collection?.count ?? 0 }),
  };
}

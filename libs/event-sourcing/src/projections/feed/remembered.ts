import { LRUCache } from 'lru-cache';
import type { Collection, Document, Filter } from 'mongodb';
import type { BatchWrite } from './batch-writes.js';

/** Documents that are remembered at most, besides those that the last batch has written. */
const CAPACITY = 1000;

interface Identified {
  readonly _id: string;
}

/** A document as it was left; undefined if there is none. */
interface Left {
  readonly document: Document | undefined;
}

/**
 * The documents that a feed has written or read, so that a batch can be prepared before the one in front of it is committed, and what is in use is not read again
 * for each. Good as long as the feed's claim is: nobody else writes these documents meanwhile, or the next commit fails.
 */
export class Remembered {
  private readonly documents = new LRUCache<string, Left>({ max: CAPACITY });
  /** What the last batch has written, all of it: until it is committed, the store still has what was there before. */
  private last = new Map<string, Left>();
  /** Nothing is asked of others. */
  private readonly namespaces = new Set<string>();

  /** The documents under some ids, without those that do not exist; reads the ones that are not remembered. Throws what the store fails with. */
  async find<Found extends Identified>(collection: Collection<Found>, ids: Iterable<string>): Promise<Map<string, Found>> {
    const { namespace } = collection;
    this.namespaces.add(namespace);
    const found = new Map<string, Found>();
    const unknown: string[] = [];
    for (const id of new Set(ids)) {
      const left = this.left(keyOf(namespace, id));
      if (left === undefined) unknown.push(id);
      else if (left.document !== undefined) found.set(id, left.document as Found);
    }
    if (unknown.length === 0) return found;
    const read = await collection.find({ _id: { $in: unknown } } as unknown as Filter<Found>).toArray();
    for (const document of read) found.set(document._id, document as unknown as Found);
    for (const id of unknown) this.documents.set(keyOf(namespace, id), { document: found.get(id) });
    return found;
  }

  /** Takes over what a batch writes. The one before it must be committed. Throws for a write of which only the store knows what it leads to. */
  keep(writes: readonly BatchWrite[]): void {
    this.last = new Map(writes.filter(({ namespace }) => this.namespaces.has(namespace)).map(leftBy));
    for (const [key, left] of this.last) this.documents.set(key, left);
  }

  /** Starts anew: what was written has not come about, or somebody else has written. */
  forget(): void {
    this.last.clear();
    this.documents.clear();
  }

  private left(key: string): Left | undefined {
    return this.last.get(key) ?? this.documents.get(key);
  }
}

const leftBy = (write: BatchWrite): [key: string, left: Left] => {
  const { namespace } = write;
  switch (write.name) {
    case 'insertOne':
      return [keyOf(namespace, write.document._id), { document: write.document }];
    case 'replaceOne':
      return [keyOf(namespace, idIn(write)), { document: write.replacement }];
    case 'deleteOne':
      return [keyOf(namespace, idIn(write)), { document: undefined }];
    default:
      throw new Error(`${write.name} in ${namespace}: a consumer inserts, replaces and deletes the documents that it also reads`);
  }
};

const idIn = ({ name, namespace, filter }: { readonly name: string; readonly namespace: string; readonly filter: Filter<Identified> }): string => {
  const { _id } = filter;
  if (typeof _id !== 'string') throw new Error(`${name} in ${namespace}: a consumer names each document it writes by its _id`);
  return _id;
};

const keyOf = (namespace: string, id: string): string => `${namespace}#${id}`;

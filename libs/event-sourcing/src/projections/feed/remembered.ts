import { LRUCache } from 'lru-cache';
import type { Collection, Document, Filter } from 'mongodb';
import type { BatchWrite } from './batch-writes.js';

/** Documents that are remembered at most. */
const CAPACITY = 1000;

interface Identified {
  readonly _id: string;
}

/** A document as it was left; undefined once it is gone. */
interface Left {
  readonly document: Document | undefined;
}

/**
 * The documents that a feed has written, so that a batch can be prepared before the one in front of it is committed, and what is in use is not read again for
 * each. Good as long as the feed's claim is: nobody else writes these documents meanwhile, or the next commit fails.
 */
export class Remembered {
  private readonly documents = new LRUCache<string, Left>({ max: CAPACITY });
  /** Nothing is asked of others. */
  private readonly namespaces = new Set<string>();

  /** The documents under some ids, without those that do not exist; reads the ones that are not remembered. Throws what the store fails with. */
  async find<Found extends Identified>(collection: Collection<Found>, ids: Iterable<string>): Promise<Map<string, Found>> {
    const { namespace } = collection;
    this.namespaces.add(namespace);
    const found = new Map<string, Found>();
    const unknown: string[] = [];
    for (const id of new Set(ids)) {
      const left = this.documents.get(keyOf(namespace, id));
      if (left === undefined) unknown.push(id);
      else if (left.document !== undefined) found.set(id, left.document as Found);
    }
    if (unknown.length === 0) return found;
    const read = await collection.find({ _id: { $in: unknown } } as unknown as Filter<Found>).toArray();
    for (const document of read) found.set(document._id, document as unknown as Found);
    return found;
  }

  /** Takes over what a batch writes. */
  keep(writes: readonly BatchWrite[]): void {
    for (const write of writes) if (this.namespaces.has(write.namespace)) this.keepOne(write);
  }

  /** Starts anew: what was written has not come about, or somebody else has written. */
  forget(): void {
    this.documents.clear();
  }

  private keepOne(write: BatchWrite): void {
    switch (write.name) {
      case 'insertOne':
        this.set(write.namespace, write.document._id, write.document);
        break;
      case 'replaceOne':
        this.set(write.namespace, write.filter._id, write.replacement);
        break;
      case 'deleteOne':
        this.set(write.namespace, write.filter._id, undefined);
        break;
      default:
        // What it makes of which documents only the store knows.
        this.forget();
    }
  }

  private set(namespace: string, id: unknown, document: Document | undefined): void {
    if (typeof id === 'string') this.documents.set(keyOf(namespace, id), { document });
    else this.forget();
  }
}

const keyOf = (namespace: string, id: string): string => `${namespace}#${id}`;

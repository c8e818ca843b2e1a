import { encode, type Doc } from '../bson/values.js';
import { MAX_BATCH_BYTES, type TailingCursor } from '../cursors/cursor-registry.js';
import { namespace } from '../storage/catalog.js';
import type { Engine } from '../storage/engine.js';
import { clusterTime, type OplogEntry, type WatchScope } from '../storage/oplog.js';
import type { Transform } from './stages.js';
import { resumeToken } from './token.js';

export interface ChangeStreamOptions {
  readonly scope: WatchScope;
  readonly namespace: string;
  /** Number of the entry to go on after. */
  readonly after: number;
  /** Whether an update's event carries the document as it is when the event is read. */
  readonly lookUp: boolean;
  readonly transform: Transform;
}

/** Entries read at once. */
const CHUNK = 100;

/** The changes of a collection, a database or everything, as events, in commit order. */
export class ChangeStream implements TailingCursor {
  readonly namespace: string;
  private position: number;
  private ended = false;

  constructor(
    private readonly engine: Engine,
    private readonly options: ChangeStreamOptions,
  ) {
    this.namespace = options.namespace;
    this.position = options.after;
  }

  read(size: number): { documents: Buffer[]; ended: boolean } {
    return this.engine.read(undefined, () => {
      const documents: Buffer[] = [];
      let bytes = 0;
      while (documents.length < size && bytes < MAX_BATCH_BYTES && !this.ended) {
        const entries = this.engine.oplog.read(this.position, Math.min(CHUNK, size - documents.length));
        for (const entry of entries) {
          const events = this.consume(entry);
          documents.push(...events);
          bytes += events.reduce((sum, { length }) => sum + length, 0);
          // What is left is read with the next batch: a consumer that lags behind never holds more than one.
          if (bytes >= MAX_BATCH_BYTES) break;
        }
        if (entries.length === 0) break;
      }
      return { documents, ended: this.ended };
    });
  }

  resumeToken(): Doc {
    return resumeToken(this.position);
  }

  wait(milliseconds: number, closed: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unsubscribe();
        closed.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      const unsubscribe = this.engine.oplog.subscribe(done);
      closed.addEventListener('abort', done);
    });
  }

  private consume(entry: OplogEntry): Buffer[] {
    this.position = entry.sequence;
    const { scope } = this.options;
    if (!scopesOf(entry).includes(scope)) return [];
    const events = [this.event(entry)];
    if (endsWith(entry, scope)) {
      this.ended = true;
      events.push({ ...common(entry), operationType: 'invalidate' });
    }
    return events.flatMap((event) => {
      const transformed = this.options.transform(event);
      return transformed ? [encode(transformed)] : [];
    });
  }

  private event(entry: OplogEntry): Doc {
    const { kind, db, collection, id, document, description, to } = entry;
    return {
      ...common(entry),
      operationType: kind,
      ...(document && { fullDocument: document }),
      ...(kind === 'update' && this.options.lookUp && { fullDocument: this.current(entry) }),
      ns: { db, ...(kind !== 'dropDatabase' && { coll: collection }) },
      ...(to && { to: { db: to.db, coll: to.collection } }),
      ...(id !== undefined && { documentKey: { _id: id } }),
      ...(description && { updateDescription: { ...description, truncatedArrays: [] } }),
    };
  }

  private current({ db, collection, id }: OplogEntry): Doc | null {
    return this.engine.catalog.find(db, collection)?.byId(id)?.doc ?? null;
  }
}

/** @returns every scope an entry is a change of */
function scopesOf({ db, collection, kind, to }: OplogEntry): WatchScope[] {
  const target = kind === 'rename' && to ? [namespace(to.db, to.collection), to.db] : [];
  return ['', db, ...(kind === 'dropDatabase' ? [] : [namespace(db, collection)]), ...target];
}

/** @returns whether what a stream watches is gone, or another collection, after an entry */
function endsWith({ db, collection, kind, to }: OplogEntry, scope: WatchScope): boolean {
  if (kind === 'dropDatabase') return scope === db;
  if (kind !== 'drop' && kind !== 'rename') return false;
  return scope === namespace(db, collection) || (to !== undefined && scope === namespace(to.db, to.collection));
}

const common = ({ sequence, at }: OplogEntry): Doc => ({
  _id: resumeToken(sequence),
  clusterTime: clusterTime({ sequence, at }),
  wallTime: new Date(at * 1000),
});

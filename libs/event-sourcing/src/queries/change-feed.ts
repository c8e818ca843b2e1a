import type { ChangeStream, ChangeStreamDocument, Collection, Document } from 'mongodb';
import { Observable, Subject } from 'rxjs';
import { Patience } from '../projections/feed/patience.js';

/** What a watcher of a read model is told; `token` names the place in the feed, to go on from later. */
export type FeedChange =
  /** A row was written; this is how it is now. Rows that are removed are not told of. */
  | { readonly kind: 'row'; readonly token: string; readonly row: Document }
  /** From here on the feed is complete; what was read before may be outdated and is to be read again. */
  | { readonly kind: 'sync'; readonly token: string };

/** Changes kept for watchers that come back. */
const KEPT = 1000;

const WRITTEN = [{ $match: { operationType: { $in: ['insert', 'replace', 'update'] } } }];

type Written = ChangeStreamDocument & { readonly fullDocument?: Document };

/** One change stream of a collection for all watchers in this process, however many there are. Opens with the first of them. */
export class ChangeFeed {
  private readonly told = new Subject<FeedChange>();
  /** The newest places in the feed, the last one always where it stands; empty until the change stream is open. */
  private kept: FeedChange[] = [];
  private readonly closing = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly collection: Collection,
    /** Told why a change stream ended before its time. */
    private readonly interrupted: (error: unknown) => void,
  ) {}

  /** The changes after the token, or, without one or with one that is too old, first a `sync` and then all changes. Completes when the feed is closed. */
  after(token: string | undefined): Observable<FeedChange> {
    return new Observable((watcher) => {
      this.running ??= this.run();
      const place = this.kept.findIndex((change) => change.token === token);
      const now = this.kept.at(-1);
      if (place >= 0) for (const missed of this.kept.slice(place + 1)) watcher.next(missed);
      else if (now !== undefined) watcher.next({ kind: 'sync', token: now.token });
      // A feed that is not open yet tells everybody to synchronise when it is.
      return this.told.subscribe(watcher);
    });
  }

  /** Ends the change stream and completes all watchers. */
  async close(): Promise<void> {
    this.closing.abort();
    this.told.complete();
    await this.running;
  }

  /** Watches until closed; what goes wrong ends one change stream, the next goes on where it stood or, if it cannot, lets watchers synchronise. */
  private async run(): Promise<void> {
    const patience = new Patience(100, 5000);
    const { signal } = this.closing;
    while (!signal.aborted) {
      const stream = this.collection.watch<Document, Written>(WRITTEN, { fullDocument: 'updateLookup', ...this.place() });
      const close = (): void => void stream.close();
      signal.addEventListener('abort', close);
      try {
        await this.follow(stream, () => patience.succeeded());
      } catch (error) {
        // Whatever it was, the stream is opened anew; only a place that is no longer in the oplog must not be asked for again.
        if (isLost(error)) this.kept = [];
        if (signal.aborted) continue;
        this.interrupted(error);
        await patience.pause(signal);
      } finally {
        signal.removeEventListener('abort', close);
        await stream.close();
      }
    }
  }

  private place(): { resumeAfter?: { _data: string } } {
    const last = this.kept.at(-1);
    return last === undefined ? {} : { resumeAfter: { _data: last.token } };
  }

  private async follow(stream: ChangeStream<Document, Written>, opened: () => void): Promise<void> {
    const first = await stream.tryNext();
    opened();
    if (this.kept.length === 0) this.tell({ kind: 'sync', token: tokenOf(first?._id ?? stream.resumeToken) });
    else if (first !== null) this.tellOf(first);
    while (!this.closing.signal.aborted) this.tellOf(await stream.next());
  }

  private tellOf({ _id, fullDocument }: Written): void {
    // A row that is gone by the time it is looked up was removed after the change.
    if (fullDocument) this.tell({ kind: 'row', token: tokenOf(_id), row: fullDocument });
  }

  private tell(change: FeedChange): void {
    this.kept.push(change);
    if (this.kept.length > KEPT) this.kept.shift();
    this.told.next(change);
  }
}

const tokenOf = (token: unknown): string => {
  const data = (token as { _data?: unknown } | null | undefined)?._data;
  if (typeof data !== 'string') throw new Error('the change stream has no place to resume from');
  return data;
};

/** ChangeStreamHistoryLost, InvalidResumeToken, ChangeStreamFatalError. */
const LOST: ReadonlySet<unknown> = new Set([286, 260, 280]);

const isLost = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && LOST.has(error.code);

import type { ExpectedRevision } from '../wire/write-requests.js';
import { NO_EVENT } from './stream-state.js';

/** What the decision may ask of the stream. */
export interface StreamView {
  readonly lastRevision: number;
  readonly isTombstoned: boolean;
  readonly isSoftDeleted: boolean;
  /** Whether metadata was ever written for it. */
  hasMetadata(): boolean;
  /** The id of the event at a revision, whether or not metadata hides it. */
  eventIdAt(revision: number): string | undefined;
  /** The revision of an event of this stream among the recently written ones. */
  recentRevisionOf(eventId: string): number | undefined;
}

export type AppendDecision =
  | { readonly kind: 'write' }
  | { readonly kind: 'repeat'; readonly lastRevision: number }
  | { readonly kind: 'wrong-revision' }
  | { readonly kind: 'deleted' };

const WRITE: AppendDecision = { kind: 'write' };
const WRONG_REVISION: AppendDecision = { kind: 'wrong-revision' };
const DELETED: AppendDecision = { kind: 'deleted' };

/**
 * Whether events may be appended, or were before (EventStoreDB 23.10, `IndexWriter.CheckCommit`). A repeat is
 * recognised by the event ids: with an exact revision by what follows it in the stream; without one by the ids
 * written recently. Ids that are known only in part are a wrong revision, since writing the rest would reorder them.
 */
export function decideAppend(stream: StreamView, expected: ExpectedRevision, eventIds: readonly string[]): AppendDecision {
  if (stream.isTombstoned) return DELETED;
  if (expected === 'any') return decideByRecentIds(stream, eventIds);
  if (expected === 'stream-exists') {
    if (stream.isSoftDeleted) return DELETED;
    if (stream.lastRevision === NO_EVENT && !stream.hasMetadata()) return WRONG_REVISION;
    return decideByRecentIds(stream, eventIds);
  }
  const revision = expected === 'no-stream' ? NO_EVENT : Number(expected);
  if (revision === stream.lastRevision) return WRITE;
  if (revision > stream.lastRevision) return WRONG_REVISION;
  return decideByRevision(stream, revision, eventIds);
}

function decideByRecentIds(stream: StreamView, eventIds: readonly string[]): AppendDecision {
  let lastRevision: number | undefined;
  for (const id of eventIds) {
    const revision = stream.recentRevisionOf(id);
    if (revision === undefined) return lastRevision === undefined ? WRITE : WRONG_REVISION;
    lastRevision = revision;
  }
  return lastRevision === undefined ? WRITE : { kind: 'repeat', lastRevision };
}

function decideByRevision(stream: StreamView, revision: number, eventIds: readonly string[]): AppendDecision {
  const firstUnknown = eventIds.findIndex((id, index) => stream.eventIdAt(revision + 1 + index) !== id);
  if (firstUnknown === -1 && eventIds.length > 0) return { kind: 'repeat', lastRevision: revision + eventIds.length };
  if (firstUnknown === 0 && revision === NO_EVENT && stream.isSoftDeleted) return WRITE;
  return WRONG_REVISION;
}

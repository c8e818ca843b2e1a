import { START, streamNameFilter, type AllStreamResolvedEvent, type AllStreamSubscription, type EventStoreDBClient } from '@eventstore/db-client';
import type { Recorded } from '../domain/event.js';
import { asStoreUnavailable } from './patience.js';
import { rawOf, recordedOf, type RawRecorded } from './recorded.js';
import type { EventSchemas } from './schemas.js';

/** What following the log yields. */
export type FeedItem =
  | { readonly kind: 'event'; readonly event: Recorded }
  /** Cannot be decoded or upcast; must be parked, never skipped silently. */
  | { readonly kind: 'unreadable'; readonly event: RawRecorded; readonly error: Error }
  /** Nothing of ours lies between the last item and this position. */
  | { readonly kind: 'checkpoint'; readonly position: number };

/** The log position that an item stands at. */
export const positionOf = (item: FeedItem): number => (item.kind === 'checkpoint' ? item.position : item.event.position);

/** Items that are handed on together at most. */
export const MAX_TOGETHER = 256;

/** Events the server may scan without a match before it reports a checkpoint; it sends none without an explicit window. */
const SEARCH_WINDOW = 32;

/** Reads a subscription by pulling, so that a slow consumer slows the server down instead of filling memory. What has come is handed on together, never empty. */
export async function* follow(
  client: EventStoreDBClient,
  schemas: EventSchemas,
  categories: readonly string[],
  after: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly FeedItem[]> {
  if (signal.aborted) return;
  let checkpoint: number | undefined;
  let failure: unknown;
  let wake: () => void = () => undefined;
  const notify = (): void => wake();
  const ended = (error?: unknown): void => {
    failure ??= error ?? new Error('the subscription ended');
    wake();
  };

  const subscription: AllStreamSubscription = client.subscribeToAll({
    fromPosition: after === undefined ? START : { commit: BigInt(after), prepare: BigInt(after) },
    filter: streamNameFilter({
      prefixes: categories.map((category) => `${category}-`),
      maxSearchWindow: SEARCH_WINDOW,
      checkpointInterval: 1,
      checkpointReached: (_, position) => {
        checkpoint = Number(position.commit);
        wake();
      },
    }),
  });
  subscription.on('readable', notify).on('error', ended).on('close', ended).on('end', ended);
  signal.addEventListener('abort', notify);

  let last = after ?? -1;
  try {
    while (!signal.aborted) {
      const items: FeedItem[] = [];
      for (let resolved = next(subscription); resolved !== null; resolved = items.length < MAX_TOGETHER ? next(subscription) : null) {
        if (resolved.event !== undefined) items.push(understand(resolved.event, schemas));
      }
      const newest = items.at(-1);
      if (newest !== undefined) {
        last = positionOf(newest);
        yield items;
        continue;
      }
      // The buffer is empty, so every event before the checkpoint has been yielded.
      if (checkpoint !== undefined && checkpoint > last) {
        last = checkpoint;
        yield [{ kind: 'checkpoint', position: checkpoint }];
        continue;
      }
      if (failure !== undefined) throw asStoreUnavailable(failure);
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (signal.aborted || failure !== undefined || subscription.readableLength > 0) resolve();
      });
    }
  } finally {
    signal.removeEventListener('abort', notify);
    subscription.off('readable', notify).off('close', ended).off('end', ended);
    subscription.destroy();
    await subscription.unsubscribe().catch(() => undefined); // the call may never have been established
  }
}

const next = (subscription: AllStreamSubscription): AllStreamResolvedEvent | null => subscription.read() as AllStreamResolvedEvent | null;

const understand = (stored: Parameters<typeof rawOf>[0], schemas: EventSchemas): FeedItem => {
  try {
    return { kind: 'event', event: recordedOf(stored, schemas) };
  } catch (error) {
    return { kind: 'unreadable', event: rawOf(stored), error: error instanceof Error ? error : new Error(String(error)) };
  }
};

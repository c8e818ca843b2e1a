import { fdatasync, fdatasyncSync } from 'node:fs';
import { promisify } from 'node:util';

/** Forces what was written to an open file to the disk: now, or when the promise resolves. Throws what the disk failed with. */
export type Flush = (file: number) => Promise<void> | void;

/** How a flush is carried out. */
export interface FlushOptions {
  readonly atOnce: (file: number) => void;
  readonly onAnotherThread: (file: number) => Promise<void>;
  /** Milliseconds from any beginning. */
  readonly now: () => number;
}

/** What the event loop may wait for a flush, in milliseconds. */
const QUICK_MS = 2;
/** Slow flushes in a row that say that the disk is slow; a single one says nothing. */
const SLOW_IN_A_ROW = 4;
/** Flushes on another thread before one is tried at once again. */
const HANDED_OVER = 100;

const SYSTEM: FlushOptions = { atOnce: fdatasyncSync, onAnotherThread: promisify(fdatasync), now: () => performance.now() };

/**
 * A flush that is carried out at once while the disk is quick: a solid-state disk takes 0.2 ms, and handing that to another thread
 * and hearing of its end takes 1 to 2 ms while the processors are busy. A slow disk is not waited for on the event loop.
 */
export function quickestFlush({ atOnce, onAnotherThread, now }: FlushOptions = SYSTEM): Flush {
  let slowInARow = 0;
  let toHandOver = 0;
  return (file) => {
    if (toHandOver > 0) {
      toHandOver -= 1;
      return onAnotherThread(file);
    }
    const begun = now();
    atOnce(file);
    slowInARow = now() - begun > QUICK_MS ? slowInARow + 1 : 0;
    // One slow flush is enough after that, since it is known to be slow.
    if (slowInARow >= SLOW_IN_A_ROW) toHandOver = HANDED_OVER;
    return undefined;
  };
}

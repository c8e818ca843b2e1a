import { setTimeout as pause } from 'node:timers/promises';

/** How long something may take before a test gives it up: longer than anything takes on a busy machine, for it is a guard and no measurement. */
const PATIENCE_MS = 60_000;

export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/**
 * Asks until the answer is neither undefined nor false, and gives it. An error counts as "not yet". Throws naming what was waited for, with the last error as
 * its cause, when the time is up.
 */
export const eventually = async <Value>(what: string, ask: () => Promise<Value | undefined | false>, { withinMs = PATIENCE_MS, everyMs = 50 }: Patience = {}): Promise<Value> => {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await pause(everyMs);
  } while (performance.now() < deadline);
  throw new Error(`${what} did not happen within ${withinMs} ms`, { cause: last });
};

import { setTimeout as delay } from 'node:timers/promises';
import { ExponentialBackoff, type IBackoff } from 'cockatiel';

/** Pauses that grow with each failure in a row, with jitter, up to `maxDelayMs`; a success starts over. */
export class Patience {
  private readonly backoff: ExponentialBackoff<unknown>;
  private current: IBackoff<unknown> | undefined;

  constructor(initialDelayMs: number, maxDelayMs: number) {
    this.backoff = new ExponentialBackoff({ initialDelay: initialDelayMs, maxDelay: maxDelayMs });
  }

  /** Waits before the next attempt; returns at once when the signal aborts. */
  async pause(signal: AbortSignal): Promise<void> {
    this.current = this.current?.next(undefined) ?? this.backoff.next();
    await pause(this.current.duration, signal);
  }

  succeeded(): void {
    this.current = undefined;
  }
}

/** Waits; returns early, without throwing, when the signal aborts. */
export const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
};

import type { Logger } from '#platform';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery, Door, Store } from '../store.js';
import type { ReceiptCarrier } from './receipt-carrier.js';

const BATCH = 16;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** Looked at this often even if nothing is known to be due: a limit on what a missed wake-up could cost. */
const IDLE_MS = 60_000;

/** Growing pauses, each between half and all of its length, so that receipts held up together do not return together. */
const pauseAfter = (attempts: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10)) * (0.5 + Math.random() / 2);

/** In one line, since a receiver that is away is nothing unusual; `fetch` hides the reason in the cause. */
const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};

/** Delivers queued receipts when they are due and goes on trying until each is received; receipts of one message leave one after the other. */
export class Courier {
  private readonly stopping = new AbortController();
  private rest = new AbortController();
  private woken = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly store: Store,
    private readonly carriers: Readonly<Partial<Record<Door, ReceiptCarrier>>>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Tells it that receipts were queued. */
  wake(): void {
    this.woken = true;
    this.rest.abort();
  }

  /** Breaks off tries under way (their receipts stay queued) and resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        this.logger.error({ err: error }, 'the queue of receipts cannot be read');
        await this.sleep(LONGEST_PAUSE_MS);
      }
    }
  }

  private async round(): Promise<void> {
    this.woken = false;
    const due = this.store.nextDeliveries(BATCH);
    const now = Date.now();
    const ready = due.filter(({ dueAt }) => dueAt <= now);
    const outcomes = await Promise.all(ready.map((delivery) => this.deliver(delivery)));
    // One commit for all: a crash before it delivers these receipts twice, never not at all.
    this.store.atomically(() => { for (const record of outcomes) record(); });
    if (ready.length === 0) await this.sleep(Math.min(IDLE_MS, (due[0]?.dueAt ?? Number.POSITIVE_INFINITY) - now));
  }

  private async sleep(milliseconds: number): Promise<void> {
    this.rest = new AbortController();
    if (this.woken) return;
    await delay(milliseconds, undefined, { signal: this.rest.signal }).catch(() => undefined);
  }

  /** Tries once; answers how to record what came of it. */
  private async deliver(delivery: Delivery): Promise<() => void> {
    const { id, messageGuid, door } = delivery;
    try {
      const carrier = this.carriers[door];
      if (carrier === undefined) throw new Error(`no way out by ${door} is configured`);
      await carrier(delivery, this.stopping.signal);
      this.logger.info({ messageGuid, door }, 'receipt delivered');
      return () => { this.store.removeDelivery(id); };
    } catch (error) {
      const attempts = delivery.attempts + 1;
      this.logger.warn({ messageGuid, door, attempts, reason: reasonOf(error) }, 'receipt not delivered, trying again');
      return () => { this.store.postponeDelivery(id, attempts, Date.now() + Math.ceil(pauseAfter(attempts))); };
    }
  }
}

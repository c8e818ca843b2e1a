import { ExponentialBackoff } from 'cockatiel';

/**
 * Does rounds of work one after the other until stopped: at once again if a round says there is more, after a pause if not, after a growing pause
 * with jitter if it fails (for as long as it fails: the stores come back).
 */
export class Repeating {
  private running: Promise<void> | undefined;
  private stopping = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly round: () => Promise<boolean>,
    private readonly pauseMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.stopping = false;
    this.running ??= this.run();
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
    this.running = undefined;
  }

  private async run(): Promise<void> {
    const backoffs = new ExponentialBackoff<unknown>({ initialDelay: 100, maxDelay: 5000 });
    let backoff = backoffs.next();
    while (!this.stopping) {
      try {
        const more = await this.round();
        backoff = backoffs.next();
        if (!more) await this.pause(this.pauseMs);
      } catch (error) {
        this.onError(error);
        backoff = backoff.next(undefined);
        await this.pause(backoff.duration);
      }
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    if (this.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from '../logging/logger.js';

const HOUR_MS = 3_600_000;

/** Removes, when the worker starts and every hour, what uploads that ended half-way over an hour ago have left behind. */
export class UploadSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    /** Settles copies pending since before the instant; answers how many were removed. */
    private readonly settle: (before: Date) => Promise<number>,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const begin = (): void => {
      this.sweeping = this.sweep();
    };
    this.timer = setInterval(begin, HOUR_MS);
    begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    try {
      const removed = await this.settle(new Date(Date.now() - HOUR_MS));
      if (removed > 0) this.logger.info({ removed }, 'removed uploaded files that nothing speaks of');
    } catch (error) {
      this.logger.warn({ err: error }, 'uploaded files could not be swept; the next round tries again');
    }
  }
}

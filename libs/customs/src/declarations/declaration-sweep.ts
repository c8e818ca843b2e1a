import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, type Logger } from '#platform';
import { DeclarationDesk } from './declaration-desk.js';

const HOUR_MS = 3_600_000;

/** Removes, when the worker starts and every hour, what uploads that ended half-way over an hour ago have left behind. */
@Injectable()
export class DeclarationSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DeclarationDesk) private readonly desk: DeclarationDesk,
    @Inject(LOGGER) private readonly logger: Logger,
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
      const removed = await this.desk.sweep(new Date(Date.now() - HOUR_MS));
      if (removed > 0) this.logger.info({ removed }, 'removed declaration files that no order speaks of');
    } catch (error) {
      this.logger.warn({ err: error }, 'declaration files could not be swept; the next round tries again');
    }
  }
}

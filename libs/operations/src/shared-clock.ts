import { setTimeout as delay } from 'node:timers/promises';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Collection, Db } from 'mongodb';
import type { Logger } from '#platform';
import type { MovableClock } from './movable-clock.js';

/** How often a process looks whether another one has moved the clock, in milliseconds. */
const POLL_MS = 150;

interface ClockDocument {
  readonly _id: 'domain';
  readonly aheadMs: number;
}

/** Keeps the movable clocks of all processes together: the offset is a document in MongoDB that each of them follows. */
export class SharedClock implements OnModuleInit, OnApplicationShutdown {
  private readonly documents: Collection<ClockDocument>;
  private readonly stopping = new AbortController();
  private following: Promise<void> | undefined;

  constructor(
    private readonly clock: MovableClock,
    db: Db,
    private readonly logger: Logger,
  ) {
    this.documents = db.collection('clock');
  }

  /** Rejects if MongoDB cannot be asked: a process must not begin in the past of the others. */
  async onModuleInit(): Promise<void> {
    await this.read();
    this.following = this.follow();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  /** Moves the clock of every process forward; answers what it then says here. The others follow within 200 ms. */
  async advance(seconds: number): Promise<Date> {
    const moved = await this.documents.findOneAndUpdate({ _id: 'domain' }, { $inc: { aheadMs: seconds * 1000 } }, { upsert: true, returnDocument: 'after' });
    this.clock.moveTo(moved?.aheadMs ?? 0);
    return this.clock.now();
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let failing = false;
    while (!signal.aborted) {
      try {
        await this.read();
        failing = false;
      } catch (error) {
        if (!failing) this.logger.warn({ err: error }, 'the shared clock cannot be read; this process goes on with its own');
        failing = true;
      }
      await delay(POLL_MS, undefined, { signal }).catch(() => undefined); // rejects only to end the pause
    }
  }

  private async read(): Promise<void> {
    const document = await this.documents.findOne({ _id: 'domain' });
    this.clock.moveTo(document?.aheadMs ?? 0);
  }
}

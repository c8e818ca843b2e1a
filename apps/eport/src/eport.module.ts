import type { Logger } from '#platform';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Courier } from './delivery/courier.js';
import { OutboxReader } from './delivery/outbox-reader.js';
import { fileCarrier, httpCarrier } from './delivery/receipt-carrier.js';
import { Desk } from './desk.js';
import { BehavioursController } from './http/behaviours.controller.js';
import { EportHealthController } from './http/health.controller.js';
import { MessagesController } from './http/messages.controller.js';
import { OrdersController } from './http/orders.controller.js';
import type { EportSettings } from './settings.js';
import { Store } from './store.js';

type Worker = Pick<Courier, 'start' | 'stop'>;

const WORKERS = Symbol('workers');

/** Starts what works in the background, and stops it before the store closes. */
class Lifecycle implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    @Inject(WORKERS) private readonly workers: readonly Worker[],
    @Inject(Store) private readonly store: Store,
  ) {}

  onApplicationBootstrap(): void {
    for (const worker of this.workers) worker.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  onApplicationShutdown(): void {
    this.store.close();
  }
}

/**
 * The parts of the simulator and how they hang together. It is the other side of the wire: it reads and writes messages by its own reading of the
 * standard and shares no code with the gateway, so that a misreading on one side shows on the other.
 */
@Module({})
export class EportModule {
  static forRoot(settings: EportSettings, logger: Logger): DynamicModule {
    const { dataDirectory, receiptUrl, receiptKey, inbox, outbox, delayMs } = settings;
    const store = new Store(dataDirectory);
    const courier = new Courier(store, { http: httpCarrier(receiptUrl, receiptKey), ...(inbox !== undefined && { file: fileCarrier(inbox) }) }, logger);
    const desk = new Desk(store, delayMs, () => { courier.wake(); });
    const workers: readonly Worker[] = [courier, ...(outbox === undefined ? [] : [new OutboxReader(outbox, desk, logger)])];
    return {
      module: EportModule,
      controllers: [MessagesController, BehavioursController, OrdersController, EportHealthController],
      providers: [{ provide: Store, useValue: store }, { provide: Desk, useValue: desk }, { provide: WORKERS, useValue: workers }, Lifecycle],
    };
  }
}

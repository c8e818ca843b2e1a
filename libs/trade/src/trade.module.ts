import { Module, type DynamicModule } from '@nestjs/common';
import type { Db } from 'mongodb';
import type { AnyUseCase, BatchConsumer, ProcessManager } from '#event-sourcing';
import { ShippingModule, shippingProcesses, shippingProjections } from './shipping/shipping.module.js';
import { shippingUseCases } from './shipping/use-cases.js';

/** Every command of the context, and what decides it. */
export const tradeUseCases: readonly AnyUseCase[] = shippingUseCases;

/** Every read model of the context. */
export const tradeProjections = (db: Db): readonly BatchConsumer[] => shippingProjections(db);

/** Every process of the context; its events are those of its categories. */
export const tradeProcesses: readonly ProcessManager<unknown>[] = shippingProcesses;

/** Trade: the trade-assurance order and its shipping. Needs `CqrsModule.forRoot()`, `EventSourcingModule`, `MongoModule` and the platform. */
@Module({})
export class TradeModule {
  /** Commands, uploads and queries over HTTP. */
  static forApi(): DynamicModule {
    return { module: TradeModule, imports: [ShippingModule.forApi()] };
  }

  /** The sweep of abandoned uploads. Projections and processes are run by the worker from the tables above. */
  static forWorker(): DynamicModule {
    return { module: TradeModule, imports: [ShippingModule.forWorker()] };
  }
}

import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Db } from 'mongodb';
import { documentConsumer, useCaseHandlers, type BatchConsumer, type ProcessManager } from '#event-sourcing';
import { LOGGER, OrderCommands, ReadModelsModule, UploadedFiles, UploadSweep, type Logger } from '#platform';
import { BatchesController } from './batches.controller.js';
import { BatchDeclarationController } from './declarations/batch-declaration.controller.js';
import { BATCH_DECLARATION_FILES, BatchDeclarationDesk } from './declarations/batch-declaration-desk.adapter.js';
import { exportOrders } from './export-orders.js';
import { exportRequests } from './export-requests.js';
import { pendingReleases } from './pending-releases.js';
import { ShippingDeskQueries } from './queries/shipping-desk.queries.js';
import { ExchangeRatesController } from './rates/exchange-rates.controller.js';
import { exchangeRates } from './rates/exchange-rates.js';
import { shippingDesk } from './shipping-desk.js';
import { ShippingDeskController } from './shipping-desk.controller.js';
import { shippingUseCases } from './use-cases.js';

/** Every read model of shipping. */
export const shippingProjections = (db: Db): readonly BatchConsumer[] => [documentConsumer(db, shippingDesk), documentConsumer(db, exchangeRates)];

/** Every process of shipping; its events are those of its categories. */
export const shippingProcesses = [exportRequests, exportOrders, pendingReleases] as unknown as readonly ProcessManager<unknown>[];

const desks: readonly Provider[] = [
  ...useCaseHandlers(shippingUseCases),
  { provide: BATCH_DECLARATION_FILES, inject: [Db], useFactory: (db: Db) => new UploadedFiles(db, { bucket: 'batch-declarations', rule: '9710-R24' }) },
  BatchDeclarationDesk,
];

const SWEEP: Provider = {
  provide: UploadSweep,
  inject: [BatchDeclarationDesk, LOGGER],
  useFactory: (desk: BatchDeclarationDesk, logger: Logger) => new UploadSweep((before) => desk.sweep(before), logger),
};

/** The shipping desk of trade orders: batches, their export information, the exchange rates they are counted by. */
@Module({})
export class ShippingModule {
  /** Commands, uploads and queries over HTTP. */
  static forApi(): DynamicModule {
    return {
      module: ShippingModule,
      imports: [ReadModelsModule],
      controllers: [BatchesController, BatchDeclarationController, ShippingDeskController, ExchangeRatesController],
      providers: [...desks, OrderCommands, ShippingDeskQueries],
    };
  }

  /** The sweep of abandoned uploads; projections and processes are run by the worker from the tables above. */
  static forWorker(): DynamicModule {
    return { module: ShippingModule, providers: [...desks, SWEEP] };
  }
}

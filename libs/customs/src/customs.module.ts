import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Db } from 'mongodb';
import { documentConsumer, useCaseHandlers, type AnyUseCase, type BatchConsumer, type Effect, type ProcessManager } from '#event-sourcing';
import { LOGGER, OrderCommands, UploadedFiles, UploadSweep, type Logger } from '#platform';
import { CHANNELS } from './customs-settings.js';
import { DeclarationController } from './declarations/declaration.controller.js';
import { DECLARATION_FILES, DeclarationDesk } from './declarations/declaration-desk.js';
import { CustomsGateway, type Channel } from './gateway/index.js';
import { OrderDraftingController } from './orders/order-drafting.controller.js';
import { OrderReviewController } from './orders/order-review.controller.js';
import { OrderSendingController } from './orders/order-sending.controller.js';
import { orderProjections } from './orders/queries/order-projections.adapter.js';
import { OrderReadsModule } from './orders/queries/order-reads.module.js';
import { PledgeTextsController } from './orders/pledge-texts.controller.js';
import { transmissionEffect, type PlatformIdentity } from './orders/transmission.adapter.js';
import { transmission } from './orders/transmission.js';
import { orderUseCases } from './orders/use-cases.js';
import { ProfilesController } from './profiles/profiles.controller.js';
import { profileUseCases } from './profiles/use-cases.js';
import { ReceiptDesk } from './receipts/receipt-desk.js';
import { ReceiptInboxes } from './receipts/receipt-inboxes.js';
import { ReceiptsController } from './receipts/receipts.controller.js';
import { receiptUseCases } from './receipts/unmatched-receipt.js';
import { UnmatchedReceiptsController } from './receipts/unmatched-receipts.controller.js';
import { unmatchedReceipts } from './receipts/unmatched-receipts.js';

/** The configured channels, by code. */
type Channels = ReadonlyMap<string, Channel>;

/** Every command of the context, and what decides it. */
export const customsUseCases: readonly AnyUseCase[] = [...orderUseCases, ...profileUseCases, ...receiptUseCases];

/** Every read model of the context. */
export const customsProjections = (db: Db): readonly BatchConsumer[] => [...orderProjections(db), documentConsumer(db, unmatchedReceipts)];

/** Every process of the context; its events are those of its categories. */
export const customsProcesses: readonly ProcessManager<unknown>[] = [transmission as unknown as ProcessManager<unknown>];

/** Everything that the context does outside. */
export const customsEffects = (channels: Channels, platform: PlatformIdentity): readonly Effect[] => [
  transmissionEffect(new CustomsGateway(channels), channels, platform),
];

/** Media types of texts that the context's endpoints take. */
export const CUSTOMS_TEXT_TYPES: readonly string[] = ['application/xml', 'text/xml', 'text/tab-separated-values'];

const desks = (channels: Channels): Provider[] => [
  ...useCaseHandlers(customsUseCases),
  { provide: CHANNELS, useValue: channels },
  { provide: DECLARATION_FILES, inject: [Db], useFactory: (db: Db) => new UploadedFiles(db, { bucket: 'declarations', rule: '9710-R25' }) },
  DeclarationDesk,
  ReceiptDesk,
];

const SWEEP: Provider = {
  provide: UploadSweep,
  inject: [DeclarationDesk, LOGGER],
  useFactory: (desk: DeclarationDesk, logger: Logger) => new UploadSweep((before) => desk.sweep(before), logger),
};

/** Customs: the 9710 order from draft to completion. Needs `CqrsModule.forRoot()`, `EventSourcingModule`, `MongoModule` and the platform. */
@Module({})
export class CustomsModule {
  /** Commands, uploads, receipts and queries over HTTP. */
  static forApi(channels: Channels): DynamicModule {
    return {
      module: CustomsModule,
      imports: [OrderReadsModule],
      controllers: [
        OrderDraftingController,
        OrderSendingController,
        OrderReviewController,
        DeclarationController,
        PledgeTextsController,
        ProfilesController,
        ReceiptsController,
        UnmatchedReceiptsController,
      ],
      providers: [...desks(channels), OrderCommands],
    };
  }

  /** Receipts that come as files, and the sweep of abandoned uploads. Projections, processes and effects are run by the worker from the tables above. */
  static forWorker(channels: Channels): DynamicModule {
    return { module: CustomsModule, providers: [...desks(channels), ReceiptInboxes, SWEEP] };
  }
}

import { Module, type DynamicModule } from '@nestjs/common';
import { useCaseHandlers, type AnyUseCase, type ProcessManager } from '#event-sourcing';
import { OrderCommands } from '#platform';
import { AssuranceServiceController } from '../service/assurance-service.controller.js';
import { serviceUseCases } from '../service/use-cases.js';
import { creditKeeper, creditReservations } from '../credit/credit-keeper.js';
import { CreditLineController } from '../credit/credit-line.controller.js';
import { creditUseCases } from '../credit/use-cases.js';
import { CONFIGURED_RECEIPT_DAYS } from '../trade-settings.js';
import { TradeBuyerController } from './buyer.controller.js';
import { TradeDraftingController } from './drafting.controller.js';
import { receiptClock } from './receipt-clock.js';
import type { ReceiptDays } from './receipt-days.js';
import { ShareLinks } from './share-links.adapter.js';
import { ShareLinksController } from './share-links.controller.js';
import { SubmissionDesk } from './submission.adapter.js';
import { orderUseCases } from './use-cases.js';

/** Every command on orders, the assurance service and credit lines. */
export const agreementUseCases: readonly AnyUseCase[] = [...orderUseCases, ...serviceUseCases, ...creditUseCases];

/** Every process of these. */
export const agreementProcesses = [creditKeeper, creditReservations, receiptClock] as unknown as readonly ProcessManager<unknown>[];

/** What supplier and buyer agree on and settle, besides shipping and payments. */
@Module({})
export class OrdersModule {
  /** Commands over HTTP. */
  static forApi(receiptDays: ReceiptDays): DynamicModule {
    return {
      module: OrdersModule,
      controllers: [TradeDraftingController, TradeBuyerController, ShareLinksController, AssuranceServiceController, CreditLineController],
      providers: [...useCaseHandlers(agreementUseCases), { provide: CONFIGURED_RECEIPT_DAYS, useValue: receiptDays }, OrderCommands, SubmissionDesk, ShareLinks],
    };
  }
}

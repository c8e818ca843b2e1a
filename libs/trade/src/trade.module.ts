import { Module, type DynamicModule } from '@nestjs/common';
import type { Db } from 'mongodb';
import { logConsumer, type AnyUseCase, type BatchConsumer, type ProcessManager } from '#event-sourcing';
import { ReadModelsModule } from '#platform';
import { ContractsModule, contractUseCases } from './contracts/contracts.module.js';
import { creditStatement } from './credit/statement.js';
import { CreditStatementController } from './credit/statement.controller.js';
import { StatementQueries } from './credit/statement.queries.js';
import { tradeAuditLog } from './history/audit-log.js';
import { HistoryController } from './history/history.controller.js';
import { HistoryQueries } from './history/history.queries.js';
import { PurchaseHistoryController } from './history/purchase-history.controller.js';
import { tradeTimeline } from './history/timeline.js';
import { agreementProcesses, agreementUseCases, OrdersModule } from './orders/orders.module.js';
import type { ReceiptDays } from './orders/receipt-days.js';
import { OrderReadsModule, orderProjections } from './orders/queries/order-reads.module.js';
import type { PaymentOptions } from './payments/payment-callbacks.controller.js';
import { PaymentsModule, paymentUseCases } from './payments/payments.module.js';
import { ShippingModule, shippingProcesses, shippingProjections } from './shipping/shipping.module.js';
import { shippingUseCases } from './shipping/use-cases.js';

/** Every command of the context, and what decides it. */
export const tradeUseCases: readonly AnyUseCase[] = [...agreementUseCases, ...contractUseCases, ...shippingUseCases, ...paymentUseCases];

/** Every read model of the context. */
export const tradeProjections = (db: Db): readonly BatchConsumer[] => [...orderProjections(db), ...shippingProjections(db), logConsumer(db, creditStatement), logConsumer(db, tradeTimeline), logConsumer(db, tradeAuditLog)];

/** Every process of the context; its events are those of its categories. */
export const tradeProcesses: readonly ProcessManager<unknown>[] = [...agreementProcesses, ...shippingProcesses];

/** What the context is told by its environment. */
export interface TradeOptions {
  readonly payments: PaymentOptions;
  readonly receiptDays: ReceiptDays;
}

/** Trade: the trade-assurance order and its shipping. Needs `CqrsModule.forRoot()`, `EventSourcingModule`, `MongoModule` and the platform. */
@Module({})
export class TradeModule {
  /** Commands, uploads and queries over HTTP. */
  static forApi({ payments, receiptDays }: TradeOptions): DynamicModule {
    const commands = [OrdersModule.forApi(receiptDays), ContractsModule.forApi(), ShippingModule.forApi(), PaymentsModule.forApi(payments)];
    return { module: TradeModule, imports: [ReadModelsModule, OrderReadsModule, ...commands], controllers: [HistoryController, PurchaseHistoryController, CreditStatementController], providers: [HistoryQueries, StatementQueries] };
  }

  /** The sweep of abandoned uploads. Projections and processes are run by the worker from the tables above. */
  static forWorker(): DynamicModule {
    return { module: TradeModule, imports: [ContractsModule.forWorker(), ShippingModule.forWorker()] };
  }
}

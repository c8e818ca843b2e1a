import { Module, type DynamicModule } from '@nestjs/common';
import { useCase, useCaseHandlers, type AnyUseCase } from '#event-sourcing';
import { tradeOrder } from '../orders/order.js';
import { PAYMENT_OPTIONS, PaymentCallbacksController, type PaymentOptions } from './payment-callbacks.controller.js';
import { paymentClaimUseCases } from './payment-claim.js';
import { RecordPayment, recordPayment } from './record-payment.js';

/** Which command about payments is decided by what. */
export const paymentUseCases: readonly AnyUseCase[] = [useCase({ command: RecordPayment, aggregate: tradeOrder, decide: recordPayment }), ...paymentClaimUseCases];

/** Payments to the collection accounts of orders. */
@Module({})
export class PaymentsModule {
  static forApi(options: PaymentOptions): DynamicModule {
    return {
      module: PaymentsModule,
      controllers: [PaymentCallbacksController],
      providers: [...useCaseHandlers(paymentUseCases), { provide: PAYMENT_OPTIONS, useValue: options }],
    };
  }
}

import { Body, Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { CommandExecutor, NotFound, PLATFORM_COMPANY, systemActor, type Command, type CommandEnvelope, type CommandResult } from '#event-sourcing';
import { DecimalString, HttpProblem, InstantString, OneOf, Pattern, Public, Text, Unauthenticated } from '#platform';
import { decimalText } from '#reference-data';
import { orderNoOf } from '../orders/collection-account.js';
import { tradeOrder } from '../orders/order.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../orders/values.js';
import { ClaimPayment } from './payment-claim.js';
import { isSigned } from './payment-signature.js';
import { RecordPayment } from './record-payment.js';

/** How callbacks are checked. */
export interface PaymentOptions {
  /** The provider's key; undefined takes no callbacks. */
  readonly key: string | undefined;
  readonly methods: readonly PaymentMethod[];
}

/** Injection token of the `PaymentOptions`. */
export const PAYMENT_OPTIONS = Symbol('payment options');

const CURRENCY = { en: 'must be an ISO 4217 code of 3 capital letters, e.g. USD', zh: '必须是 ISO 4217 币制代码（3 位大写字母），例如 USD' };
const COUNTRY = { en: 'must be an ISO 3166-1 alpha-2 code, e.g. US', zh: '必须是 ISO 3166-1 两位国家代码，例如 US' };

/** What a payment provider tells of a payment. */
class PaymentCallback {
  /** The provider's own; a payment told again has the same. */
  @Pattern(/^[\x21-\x7e]{1,64}$/, { en: 'must be 1 to 64 visible ASCII characters', zh: '必须是 1 至 64 个可见 ASCII 字符' }, { context: { rule: 'TA-R15' } })
  paymentId!: string;

  @OneOf(PAYMENT_METHODS, { context: { rule: 'TA-R15' } })
  method!: PaymentMethod;

  /** 收款賬號 of the order (TA-R6). */
  @Text(1, 64, { context: { rule: 'TA-R6' } })
  collectionAccount!: string;

  @DecimalString({ digits: 19, places: 5, moreThan: '0' }, { context: { rule: 'TA-R15' } })
  amount!: string;

  @Pattern(/^[A-Z]{3}$/, CURRENCY, { context: { rule: 'TA-R15' } })
  currency!: string;

  /** Country of the payer's bank. */
  @Pattern(/^[A-Z]{2}$/, COUNTRY, { context: { rule: 'TA-R15' } })
  bankCountry!: string;

  @InstantString({ context: { rule: 'TA-R15' } })
  receivedAt!: string;
}

/** What a provider is answered; the same callback again is answered the same. */
interface CallbackAnswer {
  readonly orderNo: string;
  readonly events: readonly string[];
}

/** Payment providers tell of payments here, signed (TA-R15): headers `Payment-Timestamp` and `Payment-Signature`. */
@Controller('v1/payment-callbacks')
export class PaymentCallbacksController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
    @Inject(PAYMENT_OPTIONS) private readonly options: PaymentOptions,
  ) {}

  @Post()
  @Public()
  @HttpCode(200)
  async told(
    @Body() callback: PaymentCallback,
    @Headers('payment-timestamp') timestamp: string | undefined,
    @Headers('payment-signature') signature: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<CallbackAnswer> {
    const { key, methods } = this.options;
    if (key === undefined || !isSigned(key, { timestamp, signature }, { ...callback }, Date.now() / 1000)) throw new Unauthenticated('the callback is not signed by the provider');
    if (!methods.includes(callback.method)) throw new HttpProblem(422, 'method-not-taken', { en: `payments by ${callback.method} are not taken at present`, zh: `目前不支持 ${callback.method} 付款` }, { rule: 'TA-R15' });
    const orderNo = orderNoOf(callback.collectionAccount);
    if (orderNo === undefined || (await this.executor.read(tradeOrder, orderNo)) === undefined) throw new NotFound('collectionAccount', callback.collectionAccount);
    // A crash between the two is made good by the provider, who tells of the payment again.
    const envelope = envelopeOf(callback, request);
    await this.run(new ClaimPayment(callback.paymentId, { orderNo }, { ...envelope, commandId: `${envelope.commandId}/${orderNo}` }));
    const { events } = await this.run(new RecordPayment(orderNo, toldBy(callback), envelope));
    return { orderNo, events };
  }

  private run(command: Command): Promise<CommandResult> {
    return this.bus.execute<Command, CommandResult>(command);
  }
}

const toldBy = ({ collectionAccount: _, amount, receivedAt, ...callback }: PaymentCallback): ConstructorParameters<typeof RecordPayment>[1] => ({
  ...callback,
  amount: decimalText(amount) ?? amount,
  receivedAt: new Date(receivedAt).toISOString(),
});

const envelopeOf = ({ paymentId }: PaymentCallback, request: FastifyRequest): CommandEnvelope => ({
  commandId: `payment/${paymentId}`,
  actor: systemActor('payments'),
  companyId: PLATFORM_COMPANY,
  correlationId: request.id,
  origin: { via: 'payment-callback', address: request.ip },
});

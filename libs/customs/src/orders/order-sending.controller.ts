import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Allow, Call, EmptyBody, OrderCommands, type CommandCall, type OrderAnswer } from '#platform';
import { CancelOrder, CancelOrderInput } from './cancel-order.js';
import { OrderNo } from './http/order-no.adapter.js';
import { OpenSupportCase } from './open-support-case.js';
import { ResendOrder } from './resend-order.js';
import { ReturnForModification, ReturnForModificationInput } from './return-for-modification.js';
import { SendOrder, SendOrderInput } from './send-order.js';

/** What the exporter does to get an order to customs, or out of the way. */
@Controller('v1/customs-orders/:orderNo')
@Allow('exporter')
export class OrderSendingController {
  constructor(@Inject(OrderCommands) private readonly orders: OrderCommands) {}

  /** Sends the order to review and, once approved, to customs; required fields and pledge are checked here (9710-R4, 9710-R12). */
  @Post('send')
  @HttpCode(200)
  send(@OrderNo() orderNo: string, @Body() input: SendOrderInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, SendOrder, orderNo, input);
  }

  /** Sends what failed to customs again, ten minutes after the last time or later (9710-R18, 9710-R20). */
  @Post('resend')
  @HttpCode(200)
  resend(@OrderNo() orderNo: string, @EmptyBody() nothing: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ResendOrder, orderNo, nothing);
  }

  /** Takes the order back to edit it (9710-R22, 9710-C6). */
  @Post('return-for-modification')
  @HttpCode(200)
  returnForModification(@OrderNo() orderNo: string, @Body() input: ReturnForModificationInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ReturnForModification, orderNo, input);
  }

  /** Cancels a returned order; what customs holds of it is deleted there (9710-R23, 9710-C9). */
  @Post('cancel')
  @HttpCode(200)
  cancel(@OrderNo() orderNo: string, @Body() input: CancelOrderInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, CancelOrder, orderNo, input);
  }

  /** Hands a transmission that takes more than an hour to technical staff (9710-R21). */
  @Post('support-case')
  @HttpCode(200)
  openSupportCase(@OrderNo() orderNo: string, @EmptyBody() nothing: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, OpenSupportCase, orderNo, nothing);
  }
}

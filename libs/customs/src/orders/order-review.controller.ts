import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Allow, Call, EmptyBody, OrderCommands, type CommandCall, type OrderAnswer } from '#platform';
import { AnswerConfirmation, AnswerConfirmationInput } from './answer-confirmation.js';
import { ApproveOrder } from './approve-order.js';
import { OrderNo } from './http/order-no.adapter.js';
import { RequestConfirmation, RequestConfirmationInput } from './request-confirmation.js';
import { ReturnOrder, ReturnOrderInput } from './return-order.js';

/** The platform's review of an order (审核). */
@Controller('v1/customs-orders/:orderNo')
@Allow('reviewer')
export class OrderReviewController {
  constructor(@Inject(OrderCommands) private readonly orders: OrderCommands) {}

  /** Approves the order; its transmission begins by itself (9710-R17). */
  @Post('approve')
  @HttpCode(200)
  approve(@OrderNo() orderNo: string, @EmptyBody() nothing: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ApproveOrder, orderNo, nothing);
  }

  /** Asks the exporter something first (9710-C13). */
  @Post('confirmation-request')
  @HttpCode(200)
  requestConfirmation(@OrderNo() orderNo: string, @Body() input: RequestConfirmationInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, RequestConfirmation, orderNo, input);
  }

  /** The exporter's answer; the review goes on. */
  @Post('confirmation-answer')
  @Allow('exporter')
  @HttpCode(200)
  answerConfirmation(@OrderNo() orderNo: string, @Body() input: AnswerConfirmationInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, AnswerConfirmation, orderNo, input);
  }

  /** Returns the order to the exporter with a reason (9710-R22). */
  @Post('return')
  @HttpCode(200)
  return(@OrderNo() orderNo: string, @Body() input: ReturnOrderInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ReturnOrder, orderNo, input);
  }
}

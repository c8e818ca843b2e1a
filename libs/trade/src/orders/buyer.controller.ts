import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Allow, Call, EmptyBody, OrderCommands, type CommandCall, type OrderAnswer } from '#platform';
import { ConfirmReceipt } from './confirm-receipt.js';
import { ConfirmTradeOrder } from './confirm-trade-order.js';
import { OpenDispute, OpenDisputeInput, SettleDispute, SettleDisputeInput } from './dispute.js';
import { OrderNo } from './http/order-no.adapter.js';
import { LeaveReview, LeaveReviewInput } from './review.js';

/** What the buyer does with an order; disputes are settled by the platform. */
@Controller('v1/trade-orders/:orderNo')
@Allow('buyer')
export class TradeBuyerController {
  constructor(@Inject(OrderCommands) private readonly orders: OrderCommands) {}

  /** Confirms order and contract, with the matched account only (TA-R14, TA-C10). */
  @Post('confirm')
  @HttpCode(200)
  confirm(@OrderNo() orderNo: string, @EmptyBody() nothing: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ConfirmTradeOrder, orderNo, nothing);
  }

  /** 确认收货 (TA-R23). */
  @Post('confirm-receipt')
  @HttpCode(200)
  receipt(@OrderNo() orderNo: string, @EmptyBody() nothing: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ConfirmReceipt, orderNo, nothing);
  }

  /** Stops the clock of the receipt (TA-R26). */
  @Post('open-dispute')
  @HttpCode(200)
  dispute(@OrderNo() orderNo: string, @Body() input: OpenDisputeInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, OpenDispute, orderNo, input);
  }

  /** The clock goes on, or the order is completed. */
  @Post('settle-dispute')
  @Allow('ops')
  @HttpCode(200)
  settle(@OrderNo() orderNo: string, @Body() input: SettleDisputeInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, SettleDispute, orderNo, input);
  }

  /** 评价, once (TA-R23). */
  @Post('review')
  @HttpCode(200)
  review(@OrderNo() orderNo: string, @Body() input: LeaveReviewInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, LeaveReview, orderNo, input);
  }
}

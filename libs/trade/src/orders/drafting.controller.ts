import { Body, Controller, Get, HttpCode, Inject, Post, Put } from '@nestjs/common';
import type { Bilingual } from '#event-sourcing';
import { Allow, answerCommand, Call, commandAnswer, EmptyBody, OrderCommands, SignedIn, type CommandCall, type OrderAnswer } from '#platform';
import { CancelTradeOrder, CancelTradeOrderInput } from './cancel-trade-order.js';
import { DraftTradeOrder, DraftTradeOrderInput, ReviseTradeOrder } from './draft-trade-order.js';
import { OrderNo } from './http/order-no.adapter.js';
import { MatchBuyer } from './match-buyer.js';
import { OrderTermsInput } from './order-terms.js';
import { SubmissionDesk } from './submission.adapter.js';
import { SubmitTradeOrderInput } from './submit-trade-order.js';
import { EXPORT_ACKNOWLEDGEMENTS, GUARANTEE_TERMS, type TickedText } from './terms-texts.js';

/** Trade-assurance orders (信保订单) until the buyer has them. */
@Controller('v1/trade-orders')
@Allow('exporter')
export class TradeDraftingController {
  constructor(
    @Inject(OrderCommands) private readonly orders: OrderCommands,
    @Inject(SubmissionDesk) private readonly desk: SubmissionDesk,
  ) {}

  /** 起草信保订单 (TA-R3, TA-R29). 201 with `Location`. */
  @Post()
  async draft(@Body() input: DraftTradeOrderInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    const answer = await this.orders.run(call, DraftTradeOrder, '', input);
    void call.reply.header('location', `/v1/trade-orders/${answer.orderNo}`);
    return answer;
  }

  /** The texts that are ticked at submission, by export channel (TA-R12, TA-C1, TA-C2). */
  @Get('terms-texts')
  @SignedIn()
  texts(): { readonly guaranteeTerms: TickedText; readonly exportAcknowledgements: Readonly<Record<string, { readonly version: string; readonly text: Bilingual }>> } {
    return { guaranteeTerms: GUARANTEE_TERMS, exportAcknowledgements: EXPORT_ACKNOWLEDGEMENTS };
  }

  /** Saves other terms of a draft. */
  @Put(':orderNo/terms')
  revise(@OrderNo() orderNo: string, @Body() input: OrderTermsInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ReviseTradeOrder, orderNo, input);
  }

  /** 匹配买家信息 (TA-R4). */
  @Post(':orderNo/match-buyer')
  @HttpCode(200)
  match(@OrderNo() orderNo: string, @EmptyBody() nothing: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, MatchBuyer, orderNo, nothing);
  }

  /** Submits to the buyer; a protected order occupies the credit line (TA-R11). */
  @Post(':orderNo/submit')
  @HttpCode(200)
  async submit(@OrderNo() orderNo: string, @Body() input: SubmitTradeOrderInput, @Call() { envelope, reply }: CommandCall): Promise<OrderAnswer> {
    return { orderNo, ...commandAnswer(answerCommand(reply, await this.desk.submit(orderNo, input, envelope))) };
  }

  /** Supplier or buyer cancel before any money is in. */
  @Post(':orderNo/cancel')
  @Allow('exporter', 'buyer')
  @HttpCode(200)
  cancel(@OrderNo() orderNo: string, @Body() input: CancelTradeOrderInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, CancelTradeOrder, orderNo, input);
  }
}

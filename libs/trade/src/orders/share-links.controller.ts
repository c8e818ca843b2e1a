import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { Allow, answerCommand, Call, commandAnswer, EmptyBody, Optional, OrderCommands, Public, Text, WholeNumber, type CommandCall, type OrderAnswer } from '#platform';
import type { OrderTerms } from './events.js';
import { OrderNo } from './http/order-no.adapter.js';
import { RevokeShareLink } from './share-link.js';
import { ShareLinks } from './share-links.adapter.js';

const DEFAULT_DAYS = 14;

export class IssueShareLinkInput {
  /** Until when the link opens the order, in days; 14 if left out. */
  @Optional()
  @WholeNumber(1, 90, { context: { rule: 'TA-R13' } })
  validDays?: number;
}

export class SharedOrderQuery {
  /** A parameter of the query, which no log keeps. */
  @Text(1, 100, { context: { rule: 'TA-R13' } })
  token!: string;
}

/** What issuing a link answers; the path is shown this once. */
interface ShareLinkAnswer extends OrderAnswer {
  readonly path: string;
}

/** What anybody with the link sees: what the buyer is asked to confirm, no more. */
type SharedOrder = Pick<OrderTerms, 'lines' | 'amount' | 'currency' | 'protection' | 'transportMode' | 'agreedShipDate'> & { readonly orderNo: string; readonly status: string };

/** The order's link for its buyer (TA-R13). */
@Controller('v1')
export class ShareLinksController {
  constructor(
    @Inject(OrderCommands) private readonly orders: OrderCommands,
    @Inject(ShareLinks) private readonly links: ShareLinks,
  ) {}

  /** 复制订单链接. 201; sent again, it issues another link. */
  @Post('trade-orders/:orderNo/share-links')
  @Allow('exporter')
  async issue(@OrderNo() orderNo: string, @Body() { validDays = DEFAULT_DAYS }: IssueShareLinkInput, @Call() { envelope, reply }: CommandCall): Promise<ShareLinkAnswer> {
    const { result, token } = await this.links.issue(orderNo, validDays, envelope);
    void reply.header('cache-control', 'no-store');
    return { orderNo, ...commandAnswer(answerCommand(reply, result)), path: `/v1/shared-orders?token=${token}` };
  }

  @Delete('trade-orders/:orderNo/share-links/:linkId')
  @Allow('exporter')
  revoke(@OrderNo() orderNo: string, @Param('linkId') linkId: string, @EmptyBody() _: object, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, RevokeShareLink, orderNo, { linkId });
  }

  /** The order that a link opens; confirming it needs a log-in. */
  @Get('shared-orders')
  @Public()
  async open(@Query() { token }: SharedOrderQuery): Promise<SharedOrder> {
    const { orderNo, status, lines, amount, currency, protection, transportMode, agreedShipDate } = await this.links.open(token);
    return { orderNo, status, lines, amount, currency, protection, ...(transportMode !== undefined && { transportMode }), ...(agreedShipDate !== undefined && { agreedShipDate }) };
  }
}

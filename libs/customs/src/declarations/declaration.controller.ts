import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#event-sourcing';
import { Allow, answerCommand, Call, commandAnswer, CurrentActor, fileDownload, OrderCommands, type CommandCall, type OrderAnswer } from '#platform';
import { OrderNo } from '../orders/http/order-no.adapter.js';
import { RejectDeclaration, RejectDeclarationInput } from '../orders/reject-declaration.js';
import { ReportRelease, ReportReleaseInput } from '../orders/report-release.js';
import { VerifyDeclaration, VerifyDeclarationInput } from '../orders/verify-declaration.js';
import { DeclarationDesk } from './declaration-desk.js';

/** The declaration of an order: handed in by the exporter, verified by the platform (9710-R25, 9710-R26). */
@Controller('v1/customs-orders/:orderNo/declaration')
export class DeclarationController {
  constructor(
    @Inject(DeclarationDesk) private readonly desk: DeclarationDesk,
    @Inject(OrderCommands) private readonly orders: OrderCommands,
  ) {}

  /** multipart/form-data: `file` (PDF, PNG, JPEG or XML) and what the declaration states. */
  @Post()
  @Allow('exporter')
  @HttpCode(200)
  async upload(@OrderNo() orderNo: string, @Req() request: FastifyRequest, @Call() { envelope, reply }: CommandCall): Promise<OrderAnswer> {
    const result = answerCommand(reply, await this.desk.upload(request, orderNo, envelope));
    return { orderNo, ...commandAnswer(result) };
  }

  /** Verifies it against the order, and against what customs has of it if that is given. */
  @Post('verification')
  @Allow('reviewer')
  @HttpCode(200)
  verify(@OrderNo() orderNo: string, @Body() input: VerifyDeclarationInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, VerifyDeclaration, orderNo, input);
  }

  /** Customs lets the goods go: by the gateway, or by who has it from customs (9710-R28). */
  @Post('release')
  @Allow('customs-gateway', 'reviewer', 'broker')
  @HttpCode(200)
  release(@OrderNo() orderNo: string, @Body() input: ReportReleaseInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, ReportRelease, orderNo, input);
  }

  /** The evidence itself will not do; the exporter uploads another. */
  @Post('rejection')
  @Allow('reviewer')
  @HttpCode(200)
  reject(@OrderNo() orderNo: string, @Body() input: RejectDeclarationInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, RejectDeclaration, orderNo, input);
  }

  /** The newest file, to be saved and never to be shown by a browser in our name. */
  @Get('file')
  @Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
  async download(@OrderNo() orderNo: string, @CurrentActor() actor: Actor, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { file, content } = await this.desk.download(actor, orderNo);
    return fileDownload(reply, file, content);
  }
}

import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#event-sourcing';
import { Allow, answerCommand, Call, commandAnswer, CurrentActor, fileDownload, OrderCommands, type CommandCall, type OrderAnswer } from '#platform';
import { OrderNo } from '../../orders/http/order-no.adapter.js';
import { BatchNo } from '../http/batch-no.adapter.js';
import { RecordRelease, RecordReleaseInput } from '../record-release.js';
import { RejectBatchDeclaration, RejectBatchDeclarationInput, VerifyBatchDeclaration, VerifyBatchDeclarationInput } from '../verify-declaration.js';
import { BatchDeclarationDesk } from './batch-declaration-desk.adapter.js';

/** The ordinary declaration (0110) of a batch: handed in, verified, released (9710-R24). */
@Controller('v1/trade-orders/:orderNo/batches/:batchNo/declaration')
export class BatchDeclarationController {
  constructor(
    @Inject(BatchDeclarationDesk) private readonly desk: BatchDeclarationDesk,
    @Inject(OrderCommands) private readonly orders: OrderCommands,
  ) {}

  /** multipart/form-data: `file` (PDF, PNG, JPEG or XML), `declarationNo`, `amount`, `currency`. */
  @Post()
  @Allow('exporter', 'broker')
  @HttpCode(200)
  async upload(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @Req() request: FastifyRequest, @Call() { envelope, reply }: CommandCall): Promise<OrderAnswer> {
    return { orderNo, ...commandAnswer(answerCommand(reply, await this.desk.upload(request, orderNo, batchNo, envelope))) };
  }

  /** Verifies it, against what customs has of it if that is given. */
  @Post('verification')
  @Allow('reviewer')
  @HttpCode(200)
  verify(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @Body() input: VerifyBatchDeclarationInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, VerifyBatchDeclaration, orderNo, { batchNo, ...input });
  }

  /** The evidence itself will not do; another is handed in. */
  @Post('rejection')
  @Allow('reviewer')
  @HttpCode(200)
  reject(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @Body() input: RejectBatchDeclarationInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, RejectBatchDeclaration, orderNo, { batchNo, ...input });
  }

  /** Customs lets the goods go (9710-R27, 9710-R28). */
  @Post('release')
  @Allow('customs-gateway', 'reviewer', 'broker')
  @HttpCode(200)
  release(@OrderNo() orderNo: string, @BatchNo() batchNo: number, @Body() input: RecordReleaseInput, @Call() call: CommandCall): Promise<OrderAnswer> {
    return this.orders.run(call, RecordRelease, orderNo, { batchNo, ...input });
  }

  /** The newest file. */
  @Get('file')
  @Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
  async download(
    @OrderNo() orderNo: string,
    @BatchNo() batchNo: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { file, content } = await this.desk.download(actor, orderNo, batchNo);
    return fileDownload(reply, file, content);
  }
}

import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#event-sourcing';
import { Allow, answerCommand, Call, commandAnswer, CurrentActor, fileDownload, type CommandCall, type OrderAnswer } from '#platform';
import { OrderNo } from '../orders/http/order-no.adapter.js';
import { ContractDesk } from './contract-desk.adapter.js';

/** The offline contracts of an order, attached by buyer and seller (TA-R5). */
@Controller('v1/trade-orders/:orderNo/contracts')
@Allow('exporter', 'buyer')
export class ContractsController {
  constructor(@Inject(ContractDesk) private readonly desk: ContractDesk) {}

  /** multipart/form-data: `file` (PDF, text, PNG or JPEG). Text and text PDFs are searched for a collection account and refused with one (TA-R6); what has no text is noted as not searched. */
  @Post()
  @HttpCode(200)
  async upload(@OrderNo() orderNo: string, @Req() request: FastifyRequest, @Call() { envelope, reply }: CommandCall): Promise<OrderAnswer> {
    return { orderNo, ...commandAnswer(answerCommand(reply, await this.desk.upload(request, orderNo, envelope))) };
  }

  @Get(':fileId')
  @Allow('exporter', 'buyer', 'reviewer', 'ops', 'auditor')
  async download(@OrderNo() orderNo: string, @Param('fileId') fileId: string, @CurrentActor() actor: Actor, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { file, content } = await this.desk.download(actor, orderNo, fileId);
    return fileDownload(reply, file, content);
  }
}

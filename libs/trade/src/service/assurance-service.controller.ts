import { Body, Controller, Get, HttpCode, Inject, Post, Put, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { CommandExecutor, type Command, type CommandResult } from '#event-sourcing';
import { Allow, answerCommand, Call, commandAnswer, companyOfRequest, type CommandAnswer, type CommandCall } from '#platform';
import { ApplyForAssurance, ApplyForAssuranceInput } from './apply-for-assurance.js';
import { assuranceService, type AssuranceService } from './assurance-service.js';
import { RecordShop, RecordShopInput } from './record-shop.js';

/** What an application answers: whether the service is opened, at once (TA-R2). */
interface ApplicationAnswer extends CommandAnswer {
  readonly status: AssuranceService['status'];
}

/** The assurance service of the caller's company, or of the one in `X-Company-Id`. */
@Controller('v1/assurance-service')
export class AssuranceServiceController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
  ) {}

  @Get()
  @Allow('exporter', 'ops', 'auditor')
  async status(@Req() request: FastifyRequest): Promise<AssuranceService> {
    return (await this.executor.read(assuranceService, companyOfRequest(request)))?.state ?? assuranceService.initialState;
  }

  /** 立即申請: opened or refused at once, free of charge (TA-R1, TA-R2). */
  @Post('application')
  @Allow('exporter')
  @HttpCode(200)
  async apply(@Body() input: ApplyForAssuranceInput, @Call() { envelope, reply }: CommandCall): Promise<ApplicationAnswer> {
    const result = answerCommand(reply, await this.execute(new ApplyForAssurance(envelope.companyId, input, envelope)));
    return { status: result.events.includes('AssuranceServiceRefused') ? 'REFUSED' : 'OPENED', ...commandAnswer(result) };
  }

  /** What the platform knows of the company's shop (TA-R28). */
  @Put('shop')
  @Allow('ops')
  async shop(@Body() input: RecordShopInput, @Call() { envelope, reply }: CommandCall): Promise<CommandAnswer> {
    return commandAnswer(answerCommand(reply, await this.execute(new RecordShop(envelope.companyId, input, envelope))));
  }

  private execute(command: Command): Promise<CommandResult> {
    return this.bus.execute<Command, CommandResult>(command);
  }
}

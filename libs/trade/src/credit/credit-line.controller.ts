import { Body, Controller, Get, Inject, Put, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { CommandExecutor, type Actor, type Command, type CommandResult } from '#event-sourcing';
import { Allow, answerCommand, Call, commandAnswer, companyOfRequest, CurrentActor, type CommandAnswer, type CommandCall } from '#platform';
import { allowedCreditActions, type CreditAction } from './actions.js';
import { available, creditLine, occupied } from './credit-line.js';
import { SetCreditLine, SetCreditLineInput } from './set-credit-line.js';

/** A supplier's credit line as it is now. */
interface CreditLineAnswer {
  readonly currency: string | null;
  readonly total: string;
  readonly occupied: string;
  readonly available: string;
  readonly actions: readonly CreditAction[];
}

/** The credit line (信保额度) of the caller's company, or of the one in `X-Company-Id`. */
@Controller('v1/credit-line')
export class CreditLineController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
  ) {}

  /** Total, occupied and available amounts, never older than the last command. */
  @Get()
  @Allow('exporter', 'ops', 'auditor')
  async read(@Req() request: FastifyRequest, @CurrentActor() actor: Actor): Promise<CreditLineAnswer> {
    const line = (await this.executor.read(creditLine, companyOfRequest(request)))?.state ?? creditLine.initialState;
    return { currency: line.currency, total: line.total, occupied: occupied(line), available: available(line), actions: allowedCreditActions(actor.roles) };
  }

  /** Sets the total. */
  @Put()
  @Allow('ops')
  async set(@Body() input: SetCreditLineInput, @Call() { envelope, reply }: CommandCall): Promise<CommandAnswer> {
    return commandAnswer(answerCommand(reply, await this.bus.execute<Command, CommandResult>(new SetCreditLine(envelope.companyId, input, envelope))));
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Command, CommandResult } from '#event-sourcing';
import { answerCommand } from './command-answer.js';
import { commandAnswer, type CommandAnswer, type CommandCall, type CommandOf } from './command-call.js';

/** What a command on an order answers; `ETag` and position are headers too. */
export interface OrderAnswer extends CommandAnswer {
  readonly orderNo: string;
}

/** Sends commands on orders to their use cases and answers what became of them. */
@Injectable()
export class OrderCommands {
  constructor(@Inject(CommandBus) private readonly bus: CommandBus) {}

  /** Throws what `CommandExecutor.execute` throws; then the reply is left alone. */
  async run<Payload extends object>({ envelope, reply }: CommandCall, command: CommandOf<Payload>, orderNo: string, payload: Payload): Promise<OrderAnswer> {
    const result = answerCommand(reply, await this.bus.execute<Command, CommandResult>(new command(orderNo, payload, envelope)));
    return { orderNo: result.id, ...commandAnswer(result) };
  }
}

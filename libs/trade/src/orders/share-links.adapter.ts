import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CLOCK, CommandExecutor, NotFound, type Clock, type Command, type CommandEnvelope, type CommandResult } from '#event-sourcing';
import { tradeOrder, type TradeOrder } from './order.js';
import { IssueShareLink, newShareToken, opensOrder, orderNoOfToken } from './share-link.js';

/** What issuing a link answers besides the command's result. */
export interface IssuedShareLink {
  readonly result: CommandResult;
  /** Shown this once. */
  readonly token: string;
}

/** Hands links to orders out and opens them (TA-R13). */
@Injectable()
export class ShareLinks {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A token is shown once: a repeated request issues another link, since nothing knows the first one's token. Throws what commands throw. */
  async issue(orderNo: string, validDays: number, envelope: CommandEnvelope): Promise<IssuedShareLink> {
    const token = newShareToken(orderNo);
    const result = await this.bus.execute<Command, CommandResult>(new IssueShareLink(orderNo, { token, validDays }, { ...envelope, commandId: `link/${randomUUID()}` }));
    return { result, token };
  }

  /** The order that the token opens now. Throws `NotFound`, whatever is wrong with the token. */
  async open(token: string): Promise<TradeOrder> {
    const orderNo = orderNoOfToken(token);
    const order = orderNo === undefined ? undefined : await this.executor.read(tradeOrder, orderNo);
    if (order === undefined || !opensOrder(order.state, token, this.clock.now())) throw new NotFound('shareLink', 'unknown');
    return order.state;
  }
}

import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CommandExecutor, NotFound, mayActFor, type Command, type CommandEnvelope, type CommandResult } from '#event-sourcing';
import { ReserveCredit } from '../credit/reserve-credit.js';
import { CONFIGURED_RECEIPT_DAYS } from '../trade-settings.js';
import { tradeOrder, type TradeOrder } from './order.js';
import type { ReceiptDays } from './receipt-days.js';
import { requireSubmittable, SubmitTradeOrder, type SubmitTradeOrderInput } from './submit-trade-order.js';

/** Whether the executor refuses the request, whatever it asks for: its key was used for something else, or the order was changed since it was read. */
const isRefusedAnyway = ({ revision, done }: { readonly revision: number; readonly done: ReadonlyMap<string, unknown> }, { actor, commandId, expectedRevision }: CommandEnvelope): boolean =>
  done.has(`${actor.companyId}/${commandId}`) || (expectedRevision !== undefined && expectedRevision !== revision);

/**
 * Submits orders: the credit line is occupied first, on the supplier's one stream, where orders submitted at the same time meet (TA-R11), then the order is
 * submitted. After a crash between the two, the repeated request completes it; if none comes, `creditReservations` gives the credit back.
 */
@Injectable()
export class SubmissionDesk {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
    @Inject(CONFIGURED_RECEIPT_DAYS) private readonly receiptDays: ReceiptDays,
  ) {}

  /** Throws what `CommandExecutor.execute` throws. */
  async submit(orderNo: string, input: SubmitTradeOrderInput, given: CommandEnvelope): Promise<CommandResult> {
    const known = await this.executor.read(tradeOrder, orderNo);
    if (known === undefined || !mayActFor(given.actor, known.owner)) throw new NotFound(tradeOrder.category, orderNo);
    const envelope = { ...given, companyId: known.owner };
    const order = known.state;
    // An order that is no draft any more may have been submitted by this very request: the executor knows.
    if (order.status === 'DRAFT' && order.protection !== 'NONE' && !isRefusedAnyway(known, envelope)) {
      requireSubmittable(input, order, envelope.actor);
      await this.reserve(order, envelope);
    }
    const receiptDays = this.receiptDays[order.transportMode ?? 'sea'];
    return this.bus.execute<Command, CommandResult>(new SubmitTradeOrder(orderNo, { ...input, receiptDays }, envelope));
  }

  private async reserve({ orderNo, amount, currency }: TradeOrder, envelope: CommandEnvelope): Promise<void> {
    const { expectedRevision: _, ...rest } = envelope;
    // Each try reserves by itself: what was reserved under this key before may have been given back since.
    const commandId = `credit/${randomUUID()}`;
    await this.bus.execute<Command, CommandResult>(new ReserveCredit(envelope.companyId, { orderNo, amount, currency }, { ...rest, commandId }));
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CommandExecutor, NotFound, type Command, type CommandEnvelope, type CommandResult } from '#event-sourcing';
import { outcomeOf, readReceipts, type Channel, type CustomsReceipt } from '../gateway/index.js';
import { CHANNELS } from '../customs-settings.js';
import { customsOrder, type CustomsOrder } from '../orders/order.js';
import { orderNoOfCopMsgId } from '../orders/pushes.js';
import { RecordReceipt, type RecordReceiptInput } from '../orders/record-receipt.js';
import { RecordUnmatchedReceipt, type UnmatchedReason, type UnmatchedReceiptInput } from './unmatched-receipt.js';

/** What became of a receipt: recorded on its order, or kept for operations because it belongs to none. */
export interface ReceiptAnswer {
  readonly receiptId: string;
  readonly orderNo?: string;
  readonly outcome: 'recorded' | 'unmatched';
  /** Types of the events written, in order. */
  readonly events: readonly string[];
}

const ORDER_NO = /^\d{6}-\d{5}$/;

/** The order a receipt is about, as far as it says: CEB304 names it, CEB900 only the message, whose id begins with it. */
const orderNoOf = (receipt: CustomsReceipt): string | undefined => {
  const named = receipt.kind === 'order' ? receipt.orderNo : orderNoOfCopMsgId(receipt.oriCopMsgId ?? '');
  return named !== undefined && ORDER_NO.test(named) ? named : undefined;
};

/** Customs knows an order by enterprise code and number: under another code it is another company's. */
const isForeign = (receipt: CustomsReceipt, { lastMessage }: CustomsOrder): boolean =>
  receipt.kind === 'order' && receipt.ebcCode !== undefined && lastMessage !== undefined && receipt.ebcCode !== lastMessage.ebcCode;

/** The door behind which every receipt from customs is handled, whichever way it came. */
@Injectable()
export class ReceiptDesk {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandExecutor) private readonly executor: CommandExecutor,
    @Inject(CHANNELS) private readonly channels: ReadonlyMap<string, Channel>,
  ) {}

  /**
   * Records the receipts of a CEB304 or CEB900 message in the order given. The delivery's `commandId` tells a delivery that is tried again (done once)
   * from a receipt that customs sends again (recorded as repeated, 9710-C3). Throws `UnreadableMessage`; `StoreUnavailable` part-way, after which the
   * same delivery may be tried again.
   */
  async receive(message: Buffer | string, delivery: CommandEnvelope): Promise<readonly ReceiptAnswer[]> {
    const answers: ReceiptAnswer[] = [];
    for (const receipt of readReceipts(message)) {
      answers.push(await this.record(receipt, { ...delivery, commandId: `receipt/${delivery.commandId}/${receipt.id}` }));
    }
    return answers;
  }

  private async record(receipt: CustomsReceipt, envelope: CommandEnvelope): Promise<ReceiptAnswer> {
    const orderNo = orderNoOf(receipt);
    const order = orderNo === undefined ? undefined : await this.executor.read(customsOrder, orderNo);
    if (orderNo === undefined || order === undefined || isForeign(receipt, order.state)) return this.setAside(receipt, 'unknown-order', envelope);
    const channel = this.channels.get(order.state.lastMessage?.channel ?? '');
    try {
      const { events } = await this.run(new RecordReceipt(orderNo, inputOf(receipt, channel), envelope));
      return { receiptId: receipt.id, orderNo, outcome: 'recorded', events };
    } catch (error) {
      // Nothing about the order was ever sent, or not this message.
      if (error instanceof NotFound) return this.setAside(receipt, 'unknown-message', envelope);
      throw error;
    }
  }

  /** Recorded once, however often it is delivered: nobody needs to look at it twice. */
  private async setAside(receipt: CustomsReceipt, reason: UnmatchedReason, delivery: CommandEnvelope): Promise<ReceiptAnswer> {
    const envelope = { ...delivery, commandId: `unmatched/${receipt.id}/${reason}` };
    const { events } = await this.run(new RecordUnmatchedReceipt(receipt.id, unmatchedInputOf(receipt, reason), envelope));
    return { receiptId: receipt.id, outcome: 'unmatched', events };
  }

  private run(command: Command): Promise<CommandResult> {
    return this.bus.execute<Command, CommandResult>(command);
  }
}

const answerOf = ({ returnStatus, returnInfo, returnTime }: CustomsReceipt) => ({
  returnStatus,
  ...(returnInfo !== '' && { returnInfo }),
  ...(returnTime && { returnTime: returnTime.toISOString() }),
});

const inputOf = (receipt: CustomsReceipt, channel: Channel | undefined): RecordReceiptInput => ({
  receiptId: receipt.id,
  messageType: receipt.kind === 'order' ? 'CEB304' : 'CEB900',
  verdict: outcomeOf(receipt, channel?.successStatuses),
  ...answerOf(receipt),
  ...(receipt.guid !== undefined && { guid: receipt.guid }),
  ...(receipt.kind === 'format-error' && receipt.oriCopMsgId !== undefined && { copMsgId: receipt.oriCopMsgId }),
});

const unmatchedInputOf = (receipt: CustomsReceipt, reason: UnmatchedReason): UnmatchedReceiptInput =>
  receipt.kind === 'format-error'
    ? { reason, messageType: 'CEB900', ...answerOf(receipt), ...(receipt.oriCopMsgId !== undefined && { copMsgId: receipt.oriCopMsgId }) }
    : {
        reason,
        messageType: 'CEB304',
        orderNo: receipt.orderNo,
        ...answerOf(receipt),
        ...(receipt.ebpCode !== undefined && { ebpCode: receipt.ebpCode }),
        ...(receipt.ebcCode !== undefined && { ebcCode: receipt.ebcCode }),
      };

import { createHash } from 'node:crypto';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Allow, Call, HttpProblem, LOGGER, type CommandCall, type Logger } from '#platform';
import { UnreadableMessage, type UnreadableReason } from '../gateway/index.js';
import { ReceiptDesk, type ReceiptAnswer } from './receipt-desk.js';

const TEXTS: Readonly<Record<UnreadableReason, { readonly en: string; readonly zh: string }>> = {
  'too-large': { en: 'the message is too large', zh: '报文过大' },
  encoding: { en: 'the message is not UTF-8', zh: '报文不是 UTF-8 编码' },
  doctype: { en: 'a document type declaration is not accepted', zh: '不接受文档类型声明（DOCTYPE）' },
  malformed: { en: 'the message is not well-formed XML', zh: '报文不是格式正确的 XML' },
  'too-complex': { en: 'the message has too many or too deeply nested elements', zh: '报文元素过多或嵌套过深' },
  'unknown-message': { en: 'the message is neither CEB304 nor CEB900', zh: '报文不是 CEB304 或 CEB900' },
  'invalid-field': { en: 'a field of the receipt is missing or not of its format', zh: '回执字段缺失或格式不正确' },
};

/** Where the e-port posts its receipts (CEB304, CEB900), bare or inside a DxpMsg. */
@Controller('v1/customs-receipts')
@Allow('customs-gateway')
export class ReceiptsController {
  constructor(
    @Inject(ReceiptDesk) private readonly desk: ReceiptDesk,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** 202 says that every receipt of the message is on record; what cannot be read is answered with 422 and not kept. */
  @Post()
  @HttpCode(202)
  async receive(@Body() message: string, @Call() { envelope, reply }: CommandCall): Promise<{ readonly receipts: readonly ReceiptAnswer[] }> {
    // JSON reaches handlers parsed: only the text types are messages.
    if (typeof message !== 'string') throw new HttpProblem(415, 'unsupported-media-type', { en: 'application/xml is asked for', zh: '需要 application/xml' });
    try {
      const receipts = await this.desk.receive(message, envelope);
      void reply.header('cache-control', 'no-store');
      return { receipts };
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      const sha256 = createHash('sha256').update(message).digest('hex');
      this.logger.warn({ sha256, reason: error.reason, correlationId: envelope.correlationId, actor: envelope.actor.id }, 'a receipt cannot be read');
      throw new HttpProblem(422, `unreadable-${error.reason}`, TEXTS[error.reason], { facts: { sha256 } }, { cause: error });
    }
  }
}

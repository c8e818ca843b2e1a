import { HttpProblem, PublicUnlimited } from '#platform';
import { Body, Controller, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Desk } from '../desk.js';
import { MalformedXml } from '../messages/xml-element.js';

/** Where channels hand in their messages. */
@Controller('messages')
@PublicUnlimited()
export class MessagesController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  /** Takes a DxpMsg or a bare CEB303 message; what customs thinks of it follows as receipts. 400 for what is not even XML. */
  @Post()
  receive(@Body() body: string, @Res() reply: FastifyReply): void {
    if (typeof body !== 'string') throw new HttpProblem(415, 'unsupported-media-type', { en: 'application/xml is asked for', zh: '需要 application/xml' });
    if (this.reception(body) === 'taken') {
      void reply.code(202).send();
      return;
    }
    reply.hijack();
    reply.raw.destroy();
  }

  private reception(body: string): ReturnType<Desk['receive']> {
    try {
      return this.desk.receive(body, 'http');
    } catch (error) {
      if (error instanceof MalformedXml) throw new HttpProblem(400, 'malformed-xml', { en: `not an XML message: ${error.message}`, zh: '报文不是有效的 XML' });
      throw error;
    }
  }
}

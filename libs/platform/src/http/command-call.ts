import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Command, CommandEnvelope, CommandResult } from '#event-sourcing';
import { envelopeOf } from '../identity/envelope.js';

/** A request for a command: under what it runs, and the reply whose headers tell what became of it. */
export interface CommandCall {
  readonly envelope: CommandEnvelope;
  readonly reply: FastifyReply;
}

/** Parameter decorator: the `CommandCall` of the request. Throws what `envelopeOf` throws. */
export const Call = createParamDecorator((_: unknown, context: ExecutionContext): CommandCall => {
  const http = context.switchToHttp();
  return { envelope: envelopeOf(http.getRequest<FastifyRequest>()), reply: http.getResponse<FastifyReply>() };
});

/** The constructor of a command that carries this payload. */
export type CommandOf<Payload extends object> = new (target: string, payload: Payload, envelope: CommandEnvelope) => Command<Payload>;

/** What every command answers. The same command sent again under the same key answers the same; a header tells (`Idempotent-Replayed`). */
export type CommandAnswer = Pick<CommandResult, 'revision' | 'position' | 'events'>;

/** The part of a command's result that callers get. */
export const commandAnswer = ({ revision, position, events }: CommandResult): CommandAnswer => ({ revision, position, events });

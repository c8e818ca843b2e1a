import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { languageOf } from './language.js';
import { problemDocument } from './problem-document.js';
import { INTERNAL_ERROR, problemOf } from './problem-of.js';

/** Answers an error as problem details; logs it if it is a fault of ours, or a store that is away. */
export const answerProblem = (logger: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const problem = problemOf(error, request.headers['if-match'] !== undefined) ?? INTERNAL_ERROR;
  if (problem.status >= 500) logger.error({ err: error, correlationId: request.id, code: problem.code }, 'a request failed');
  // The answer is on its way already and cannot be taken back.
  if (reply.sent || reply.raw.headersSent) return reply;
  const language = languageOf(request.headers['accept-language']);
  const document = problemDocument(problem, { language, instance: pathOf(request.url), correlationId: request.id });
  return reply
    .code(problem.status)
    .headers({ ...problem.headers, 'content-language': language, vary: 'Accept-Language', 'cache-control': 'no-store' })
    .type('application/problem+json')
    .send(JSON.stringify(document));
};

/** Answers every error that Nest knows of by `answerProblem`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): FastifyReply {
    const http = host.switchToHttp();
    return answerProblem(this.logger, error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** The path without query. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { badHeader } from '../problems/http-problem.js';

const HEADER = 'x-min-position';
const POSITION = /^\d{1,15}$/;

/**
 * Parameter decorator: the log position that an answer must reflect at least, from the query (`minPosition`, checked by `ReadQuery`) or the
 * header `X-Min-Position`; undefined if none is asked for. Throws `badHeader` (400).
 */
export const MinPosition = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const { query, headers } = context.switchToHttp().getRequest<FastifyRequest<{ Querystring: { minPosition?: string } }>>();
  const asked = query.minPosition ?? headers[HEADER];
  if (asked === undefined) return undefined;
  if (typeof asked !== 'string' || !POSITION.test(asked)) throw badHeader('X-Min-Position', { en: 'must be a log position', zh: '必须是日志位置' });
  return Number(asked);
});

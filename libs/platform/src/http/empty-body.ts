import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ValidationFailure } from '../problems/http-problem.js';

const UNKNOWN = { en: 'is not known here', zh: '不是可识别的字段' };

/**
 * Parameter decorator for commands that carry nothing: `{}`. Whoever sends fields believes that they do something, so they are refused like any
 * unknown field, with `ValidationFailure` (422).
 */
export const EmptyBody = createParamDecorator((_: unknown, context: ExecutionContext): object => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  const fields = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  if (fields.length > 0) throw new ValidationFailure(fields.slice(0, 20).map((field) => ({ field: field.slice(0, 64), code: 'unknown-field', message: UNKNOWN })));
  return {};
});

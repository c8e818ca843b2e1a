import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { compileValidator, ValidationFailure } from '#platform';
import { ReplaceLinesInput } from '../replace-lines.js';

const check = compileValidator(ReplaceLinesInput);

/**
 * Parameter decorator: lines pasted from a spreadsheet, as a text/tab-separated-values body or as `text` in JSON (9710-R11).
 * Throws `ValidationFailure` (422).
 */
export const Pasted = createParamDecorator((_: unknown, context: ExecutionContext): ReplaceLinesInput => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  const input = typeof body === 'string' ? { text: body } : (body ?? {});
  const violations = check(input);
  if (violations.length > 0) throw new ValidationFailure(violations);
  return input as ReplaceLinesInput;
});

import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { HttpProblem, ValidationFailure } from '../problems/http-problem.js';
import { compileValidator } from './compile-validator.js';
import { typedQuery } from './query-values.js';
import type { InputClass } from './structure-fields.js';

const UNDESCRIBED: readonly unknown[] = [undefined, Object, String, Number, Boolean, Array, Buffer];

/** Whether the declared type of a parameter is a class that can describe an input by decorators. */
export const isDescribed = (type: unknown): boolean => typeof type === 'function' && !UNDESCRIBED.includes(type);

/** Checks bodies, queries and path parameters against their class; passes them on as they came, plain objects without unknown fields. */
export class CompiledValidationPipe implements PipeTransform {
  /** Throws `ValidationFailure` (422), or 415 for a text where an object is asked for. */
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || metatype === undefined || !isDescribed(metatype)) return value;
    const input = inputOf(value, type, metatype as InputClass);
    const violations = compileValidator(metatype as InputClass)(input);
    if (violations.length > 0) throw new ValidationFailure(violations);
    return input;
  }
}

const inputOf = (value: unknown, type: ArgumentMetadata['type'], metatype: InputClass): unknown => {
  if (type !== 'body') return typedQuery(metatype, value as Readonly<Record<string, unknown>>);
  // Nothing sent is the empty object, so that a command without fields needs no body and missing fields are named one by one.
  if (value === undefined) return {};
  if (typeof value === 'string') throw new HttpProblem(415, 'unsupported-media-type', { en: 'application/json is asked for', zh: '需要 application/json' });
  return value;
};

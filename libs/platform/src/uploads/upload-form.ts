import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { HttpProblem, ValidationFailure } from '../problems/http-problem.js';
import type { Validator } from '../validation/compile-validator.js';

/** What a form's fields must be, and what is done with its file while it arrives. */
export interface UploadFormReader<Stored> {
  readonly check: Validator;
  readonly store: (file: MultipartFile) => Promise<Stored>;
  /** Told of a stored file when the rest of the form will not do. */
  readonly undo: (stored: Stored) => Promise<void>;
  /** The refusal of a form without a file. */
  readonly missing: () => Error;
}

const NOT_A_FORM = { en: 'multipart/form-data is asked for', zh: '需要 multipart/form-data' };
const UNKNOWN = { en: 'is not known here', zh: '不是可识别的字段' };

/** For forms that have the file alone: any field is one too many. */
export const fileAlone: Validator = (fields) => Object.keys(fields as object).map((field) => ({ field: field.slice(0, 64), code: 'unknown-field', message: UNKNOWN }));

/**
 * Reads a multipart form of one file, `file`, and fields that `check` accepts, in any order. Throws `HttpProblem` (415), `ValidationFailure`, what
 * `missing` answers and what `store` throws.
 */
export const readUploadForm = async <Fields extends object, Stored>(
  request: FastifyRequest,
  { check, store, undo, missing }: UploadFormReader<Stored>,
): Promise<{ readonly fields: Fields; readonly stored: Stored }> => {
  if (!request.isMultipart()) throw new HttpProblem(415, 'unsupported-media-type', NOT_A_FORM);
  const fields: Record<string, unknown> = {};
  let stored: Stored | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') fields[part.fieldname] = part.value;
      else if (part.fieldname === 'file') stored = await store(part);
      else throw new ValidationFailure([{ field: part.fieldname.slice(0, 64), code: 'unknown-field', message: UNKNOWN }]);
    }
    if (stored === undefined) throw missing();
    const violations = check(fields);
    if (violations.length > 0) throw new ValidationFailure(violations);
    return { fields: fields as Fields, stored };
  } catch (error) {
    if (stored !== undefined) await undo(stored);
    throw error;
  }
};

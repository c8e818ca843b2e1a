import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { compileValidator, HttpProblem, ValidationFailure } from '#platform';
import { DeclarationFactsInput } from '../orders/declaration-facts.js';
import { missingFile } from './file-refusals.js';

/** The form of an upload: what the declaration states, and what was made of its file. */
export interface UploadForm<Stored> {
  readonly stated: DeclarationFactsInput;
  readonly stored: Stored;
}

const NOT_A_FORM = { en: 'multipart/form-data is asked for', zh: '需要 multipart/form-data' };
const UNKNOWN = { en: 'is not known here', zh: '不是可识别的字段' };

const isFacts = compileValidator(DeclarationFactsInput);

/**
 * Reads a multipart form of one file, `file`, and the fields of `DeclarationFactsInput`, in any order. The file is handed over while it arrives; if
 * the rest of the form will not do, `undo` is told. Throws `HttpProblem` (415), `ValidationFailure`, `Refusal` and what `store` throws.
 */
export const readUploadForm = async <Stored>(
  request: FastifyRequest,
  store: (file: MultipartFile) => Promise<Stored>,
  undo: (stored: Stored) => Promise<void>,
): Promise<UploadForm<Stored>> => {
  if (!request.isMultipart()) throw new HttpProblem(415, 'unsupported-media-type', NOT_A_FORM);
  const fields: Record<string, unknown> = {};
  let stored: Stored | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') fields[part.fieldname] = part.value;
      else if (part.fieldname === 'file') stored = await store(part);
      else throw new ValidationFailure([{ field: part.fieldname.slice(0, 64), code: 'unknown-field', message: UNKNOWN }]);
    }
    if (stored === undefined) throw missingFile();
    return { stated: checked(fields), stored };
  } catch (error) {
    if (stored !== undefined) await undo(stored);
    throw error;
  }
};

const checked = (fields: Record<string, unknown>): DeclarationFactsInput => {
  const violations = isFacts(fields);
  if (violations.length > 0) throw new ValidationFailure(violations);
  return fields as unknown as DeclarationFactsInput;
};

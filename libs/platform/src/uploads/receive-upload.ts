import type { MultipartFile } from '@fastify/multipart';
import { PayloadTooLargeException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CommandKeyReused, NotFound, Refusal, Refusals, RevisionConflict, type CommandResult } from '#event-sourcing';
import type { Validator } from '../validation/compile-validator.js';
import type { InspectedFile } from './file-inspection.js';
import { safeFileName } from './file-name.js';
import { readUploadForm } from './upload-form.js';
import type { FileOwner, UploadedFiles } from './uploaded-files.js';

/** A file that was checked and stored, as commands and events speak of it. */
export interface UploadedFile extends InspectedFile {
  readonly fileId: string;
  readonly name: string;
}

/** Whether the answer is final: then nothing was written, and the copy of the file is of no use. Otherwise the log may speak of it after all. */
const isFinal = (error: unknown): boolean =>
  error instanceof Refusal || error instanceof Refusals || error instanceof NotFound || error instanceof RevisionConflict || error instanceof CommandKeyReused;

/** The file as it arrives. Throws `PayloadTooLargeException` (413) where the server cut it off at its limit. */
async function* whole({ file }: MultipartFile): AsyncGenerator<Buffer> {
  yield* file as AsyncIterable<Buffer>;
  if (file.truncated) throw new PayloadTooLargeException('the file is too large');
}

/**
 * Stores the file of a form and runs the command that hands it in; nothing of it is kept if that is refused. Throws what `readUploadForm`,
 * `UploadedFiles.store` and the command throw.
 */
export const receiveUpload = async <Fields extends object>(
  request: FastifyRequest,
  { files, owner, check }: { readonly files: UploadedFiles; readonly owner: FileOwner; readonly check: Validator },
  handIn: (fields: Fields, file: UploadedFile) => Promise<CommandResult>,
): Promise<CommandResult> => {
  const { fields, stored } = await readUploadForm<Fields, Awaited<ReturnType<typeof files.store>> & { readonly name: string }>(request, {
    check,
    store: async (file) => ({ ...(await files.store(whole(file), owner)), name: safeFileName(file.filename) }),
    undo: ({ copy }) => files.discard(copy),
    missing: () => files.missing(),
  });
  const { copy, ...file } = stored;
  try {
    const result = await handIn(fields, file);
    // The copy of the first time is there already.
    await (result.repeated ? files.discard(copy) : files.keep(copy));
    return result;
  } catch (error) {
    if (isFinal(error)) await files.discard(copy);
    throw error;
  }
};

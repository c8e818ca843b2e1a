import { CommandError } from '../errors.js';

/** @returns whether a failure of SQLite says that its file is damaged (https://www.sqlite.org/rescode.html) */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));
}

/** @returns what a failure of SQLite means to a client, in MongoDB's terms; anything else as it is */
export function asStoreError(error: unknown): unknown {
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (code === 'SQLITE_FULL') return new CommandError('OutOfDiskSpace', `the disk is full; nothing of this command was stored: ${reason}`);
  if (isDamage(error)) return new CommandError('DataCorruptionDetected', `a page of the data file is damaged; restore a backup: ${reason}`);
  if (code.startsWith('SQLITE_IOERR')) return new CommandError('OperationFailed', `the disk failed; nothing of this command was stored: ${reason}`);
  return error;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

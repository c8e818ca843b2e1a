import { CommandError } from '../errors.js';
import { fieldOf } from '../bson/paths.js';
import type { Doc } from '../bson/values.js';

const DIGITS = 16;

/** @returns the resume token that stands behind an entry of the oplog */
export const resumeToken = (sequence: number): Doc => ({ _data: sequence.toString(16).toUpperCase().padStart(DIGITS, '0') });

/** @returns the number of the entry a resume token stands behind. @throws CommandError InvalidResumeToken */
export function parseToken(token: unknown): number {
  const data = fieldOf(token, '_data');
  if (typeof data !== 'string' || !/^[0-9A-F]{16}$/.test(data)) throw new CommandError('InvalidResumeToken', 'the resume token is not of this server');
  return Number.parseInt(data, 16);
}

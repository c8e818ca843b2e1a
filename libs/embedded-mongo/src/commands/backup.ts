import { isAbsolute } from 'node:path';
import { CommandError } from '../errors.js';
import type { Handler } from './command.js';

/** `backup`, a command of this server only: copies the data into a new directory while the server goes on. */
export const backup: Handler = async (command) => {
  if (command.db !== 'admin') throw new CommandError('BadValue', "'backup' must be run against the admin database");
  const to = command.text('to');
  if (!isAbsolute(to)) throw new CommandError('BadValue', "'to' must be an absolute path");
  await command.engine.backup(to);
  return { ok: 1 };
};

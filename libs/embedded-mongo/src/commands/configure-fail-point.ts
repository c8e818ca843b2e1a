import { CommandError } from '../errors.js';
import type { Handler } from './command.js';

/** `configureFailPoint`: makes commands fail on purpose, where test commands are allowed. */
export const configureFailPoint: Handler = (command) => {
  const { failPoints } = command.server;
  if (!failPoints) throw new CommandError('CommandNotFound', "no such command: 'configureFailPoint'; start the server with test commands to have it");
  failPoints.configure(command.text('configureFailPoint'), command.body['mode'], command.doc('data'));
  return { ok: 1 };
};

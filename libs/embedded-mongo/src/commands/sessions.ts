import { UUID } from 'bson';
import { CommandError } from '../errors.js';
import { isDoc } from '../bson/values.js';
import { SESSION_TIMEOUT_MINUTES, sessionId, sessionInfo, type SessionInfo } from '../sessions/sessions.js';
import type { Command, Handler } from './command.js';

function infoOf(command: Command): SessionInfo {
  const info = sessionInfo(command.body);
  if (!info) throw new CommandError('InvalidOptions', `${command.name} must be run within a transaction`);
  return info;
}

const commitTransaction: Handler = async (command) => {
  await command.server.sessions.commit(infoOf(command));
  return { ok: 1 };
};

const abortTransaction: Handler = (command) => {
  command.server.sessions.abort(infoOf(command));
  return { ok: 1 };
};

const endSessions: Handler = (command) => {
  const list = command.body[command.name];
  for (const lsid of Array.isArray(list) ? list.filter(isDoc) : []) {
    const session = sessionId(lsid);
    command.server.sessions.end(session);
    command.server.cursors.endSession(session);
  }
  return { ok: 1 };
};

/** Without a user to choose by, these are all sessions there are. */
const killAllSessions: Handler = (command) => {
  for (const session of command.server.sessions.known()) {
    command.server.sessions.end(session);
    command.server.cursors.endSession(session);
  }
  return { ok: 1 };
};

export const sessionCommands: Readonly<Record<string, Handler>> = {
  commitTransaction,
  abortTransaction,
  endSessions,
  killSessions: endSessions,
  killAllSessions,
  startSession: () => ({ id: { id: new UUID() }, timeoutMinutes: SESSION_TIMEOUT_MINUTES, ok: 1 }),
  refreshSessions: () => ({ ok: 1 }),
};

import { CommandError, errorFields } from '../errors.js';
import { encode } from '../bson/values.js';
import { sessionInfo } from '../sessions/sessions.js';
import type { Connection } from '../wire/connection.js';
import type { Transaction } from '../storage/transaction.js';
import type { Request } from '../wire/message.js';
import { aggregate } from './aggregate.js';
import { collectionCommands } from './collections.js';
import { Command, type Handler, type Reply, type Server } from './command.js';
import { remove } from './delete.js';
import { explain } from './explain.js';
import { findAndModify } from './find-and-modify.js';
import { count, distinct, find, getMore, killCursors } from './find.js';
import { handshakeCommands } from './handshake.js';
import { indexCommands } from './indexes.js';
import { insert } from './insert.js';
import { sessionCommands } from './sessions.js';
import { update } from './update.js';

/** Commands that may run inside a transaction. */
const TRANSACTIONAL: Readonly<Record<string, Handler>> = { insert, update, delete: remove, find, getMore, killCursors, distinct, aggregate, findAndModify, findandmodify: findAndModify };

const COMMANDS: ReadonlyMap<string, Handler> = new Map(
  Object.entries({ ...handshakeCommands, ...collectionCommands, ...indexCommands, ...sessionCommands, ...TRANSACTIONAL, count, explain }),
);

/** Ends of a transaction name it themselves and must not be taken for statements in it. */
const ENDINGS = new Set(['commitTransaction', 'abortTransaction']);

/**
 * Carries out a request. Nothing is answered before everything written so far is on disk, so that no client ever sees
 * what a crash could take back.
 */
export async function dispatch(server: Server, request: Request, connection: Connection): Promise<Buffer> {
  try {
    const reply = await run(server, request, connection);
    await server.engine.pending;
    return Buffer.isBuffer(reply) ? reply : encode(reply);
  } catch (error) {
    return encode({ ok: 0, ...errorFields(error) });
  }
}

/** Over which connection a transaction was last spoken of. */
const carriers = new WeakMap<Transaction, Connection>();

/**
 * A client that has gone, killed for instance, must not hold its documents until the transaction's lifetime is over: the transaction ends with the
 * connection that carried its last statement.
 */
function endWith(connection: Connection, transaction: Transaction, { engine }: Server): void {
  if (carriers.get(transaction) === connection) return;
  carriers.set(transaction, connection);
  const end = (): void => {
    if (carriers.get(transaction) === connection) engine.abort(transaction);
  };
  connection.closed.addEventListener('abort', end, { once: true });
  void transaction.ended.then(() => {
    connection.closed.removeEventListener('abort', end);
  });
}

async function run(server: Server, request: Request, connection: Connection): Promise<Reply> {
  const name = Object.keys(request.body)[0] ?? '';
  const handler = COMMANDS.get(name);
  if (!handler) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
  const info = sessionInfo(request.body);
  if (!info?.inTransaction || ENDINGS.has(name)) return handler(new Command(server, request, connection, undefined));
  if (!Object.hasOwn(TRANSACTIONAL, name)) throw new CommandError('OperationNotSupportedInTransaction', `Cannot run '${name}' in a multi-document transaction.`);
  const transaction = server.sessions.enter(info);
  if (transaction) endWith(connection, transaction, server);
  try {
    return await handler(new Command(server, request, connection, transaction));
  } catch (error) {
    if (transaction) server.engine.abort(transaction);
    throw error;
  }
}

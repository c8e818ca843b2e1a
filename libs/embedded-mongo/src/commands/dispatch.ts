import { CommandError, errorFields } from '../errors.js';
import { decode, encode } from '../bson/values.js';
import { cursorId } from '../cursors/cursor-registry.js';
import { sessionInfo } from '../sessions/sessions.js';
import type { Connection } from '../wire/connection.js';
import { asStoreError } from '../storage/store-errors.js';
import type { Transaction } from '../storage/transaction.js';
import type { Request } from '../wire/message.js';
import { aggregate } from './aggregate.js';
import { backup } from './backup.js';
import { bulkWrite } from './bulk-write.js';
import { collectionCommands } from './collections.js';
import { commandList, diagnosticCommands } from './diagnostics.js';
import type { Failure } from './fail-points.js';
import { withClusterTime } from './cluster-time.js';
import { Command, type Handler, type Reply, type Server } from './command.js';
import { configureFailPoint } from './configure-fail-point.js';
import { remove } from './delete.js';
import { explain } from './explain.js';
import { checkFields } from './fields.js';
import { findAndModify } from './find-and-modify.js';
import { count, distinct, find, getMore, killCursors } from './find.js';
import { handshakeCommands } from './handshake.js';
import { indexCommands } from './indexes.js';
import { insert } from './insert.js';
import { sessionCommands } from './sessions.js';
import { update } from './update.js';
import { checkReadConcern, writeConcernFields } from './concerns.js';

/** Commands that may run inside a transaction. */
const TRANSACTIONAL: Readonly<Record<string, Handler>> = { insert, update, delete: remove, bulkWrite, find, getMore, killCursors, distinct, aggregate, findAndModify, findandmodify: findAndModify };

const COMMANDS: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    ...handshakeCommands,
    ...diagnosticCommands,
    ...collectionCommands,
    ...indexCommands,
    ...sessionCommands,
    backup,
    ...TRANSACTIONAL,
    count,
    explain,
    configureFailPoint,
    listCommands: (command) => commandList(COMMANDS.keys())(command),
  } satisfies Record<string, Handler>),
);

/** Ends of a transaction name it themselves and must not be taken for statements in it. */
const ENDINGS = new Set(['commitTransaction', 'abortTransaction']);

/**
 * Carries out a request. Nothing is answered before everything written so far is on disk, so that no client ever sees
 * what a crash could take back.
 */
export async function dispatch(server: Server, request: Request, connection: Connection): Promise<Buffer | undefined> {
  const failure = await server.failPoints?.failureOf(Object.keys(request.body)[0] ?? '', request.body, connection, isWatching(server, request));
  if (failure?.kind === 'disconnect' && !failure.after) return undefined;
  const reply = failure?.kind === 'error' ? encode(failure.reply) : await answer(server, request, connection, failure);
  return failure?.kind === 'disconnect' ? undefined : withClusterTime(reply, server.engine.oplog.time);
}

const isWatching = ({ cursors }: Server, { body }: Request): boolean => 'getMore' in body && cursors.getTailing(cursorId(body['getMore'])) !== undefined;

async function answer(server: Server, request: Request, connection: Connection, failure: Failure | undefined): Promise<Buffer> {
  try {
    checkReadConcern(request.body);
    checkFields(Object.keys(request.body)[0] ?? '', request.body);
    const reply = await run(server, request, connection);
    await server.engine.pending;
    const fields = failure?.kind === 'afterwards' ? failure.fields : writeConcernFields(request.body);
    if (fields) return encode({ ...(Buffer.isBuffer(reply) ? decode(reply) : reply), ...fields });
    return Buffer.isBuffer(reply) ? reply : encode(reply);
  } catch (error) {
    return encode({ ok: 0, ...errorFields(asStoreError(error)) });
  }
}

/** Over which connection a transaction was last spoken of. */
const carriers = new WeakMap<Transaction, Connection>();

/** How long a transaction outlives the connection of its last statement: a client that is there goes on over another one at once (milliseconds). */
const GRACE_MS = 1_000;

/**
 * A client that has gone, killed for instance, must not hold its documents until the transaction's lifetime is over: the transaction ends soon after
 * the connection that carried its last statement.
 */
function endWith(connection: Connection, transaction: Transaction, { engine }: Server): void {
  if (carriers.get(transaction) === connection) return;
  carriers.set(transaction, connection);
  const end = (): void => {
    setTimeout(() => {
      if (carriers.get(transaction) === connection) engine.abort(transaction);
    }, GRACE_MS).unref();
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

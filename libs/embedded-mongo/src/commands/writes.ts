import { CommandError, errorFields } from '../errors.js';
import type { Doc } from '../bson/values.js';
import type { Collection } from '../storage/collection.js';
import type { WriteUnit } from '../storage/write-unit.js';
import { sessionInfo } from '../sessions/sessions.js';
import type { Command } from './command.js';

/**
 * Runs a writing command once: inside its transaction, or durably on its own, or, when a driver repeats it after it
 * lost the answer, not at all.
 */
export async function writing(command: Command, task: (unit: WriteUnit) => Doc): Promise<Doc> {
  const { engine, transaction } = command;
  const signal = patience(command);
  if (transaction) return engine.writeIn(transaction, task);
  const info = sessionInfo(command.body);
  const sessions = command.server.sessions;
  if (info?.txnNumber === undefined) return engine.write(task, signal);
  return engine.write((unit) => {
    const earlier = sessions.answered(info);
    if (earlier) return earlier;
    const reply = task(unit);
    sessions.remember(info, reply);
    return reply;
  }, signal);
}

/**
 * Runs a writing command on a collection that MongoDB makes on first use. Outside a transaction it is made by the same
 * write; a transaction cannot take part in making one, so it is made before.
 */
export async function writingTo(command: Command, task: (unit: WriteUnit, collection: Collection) => Doc): Promise<Doc> {
  const { engine, db, target, transaction } = command;
  if (transaction && !command.collection) {
    await engine.alter((catalog) => catalog.find(db, target) ?? catalog.create(db, target, {}));
  }
  return writing(command, (unit) => task(unit, command.collection ?? engine.catalog.create(db, target, {})));
}

/** Combines the end of the connection with the time the client gives the command. */
function patience(command: Command): AbortSignal {
  const { closed } = command.connection;
  const limit = command.number('maxTimeMS') ?? 0;
  return limit === 0 ? closed : AbortSignal.any([closed, AbortSignal.timeout(limit)]);
}

/**
 * Carries out the statements of a write command.
 * @returns the `writeErrors` field; after the first error of an ordered command the rest is left undone
 */
export function eachStatement<T>(command: Command, statements: readonly T[], run: (statement: T, index: number) => void): Doc {
  const ordered = command.body['ordered'] !== false;
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    const error = errorOf(command, () => {
      run(statement, index);
    });
    if (error) writeErrors.push({ index, ...error });
    if (error && ordered) break;
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

/** Carries out one statement. @returns what an answer says of its error, undefined if there was none */
export function errorOf(command: Command, run: () => void): Doc | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    // A transaction ends with its first error, and an error of the store itself is no matter of one statement.
    if (!(error instanceof CommandError) || command.transaction) throw error;
    return errorFields(error);
  }
}

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
  const { engine, transaction, connection } = command;
  if (transaction) return engine.writeIn(transaction, task);
  const info = sessionInfo(command.body);
  const sessions = command.server.sessions;
  if (info?.txnNumber === undefined) return engine.write(task, connection.closed);
  return engine.write((unit) => {
    const earlier = sessions.answered(info);
    if (earlier) return earlier;
    const reply = task(unit);
    sessions.remember(info, reply);
    return reply;
  }, connection.closed);
}

/** Makes the collection a write needs, before the write; MongoDB creates collections on first use. */
export async function ensureCollection(command: Command): Promise<Collection> {
  const { engine, db, target } = command;
  return engine.catalog.find(db, target) ?? engine.alter((catalog) => catalog.find(db, target) ?? catalog.create(db, target, {}));
}

/**
 * Carries out the statements of a write command.
 * @returns the `writeErrors` field; after the first error of an ordered command the rest is left undone
 */
export function eachStatement<T>(command: Command, statements: readonly T[], run: (statement: T, index: number) => void): Doc {
  const ordered = command.body['ordered'] !== false;
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index);
    } catch (error) {
      // A transaction ends with its first error, and an error of the store itself is no matter of one statement.
      if (!(error instanceof CommandError) || command.transaction) throw error;
      writeErrors.push({ index, ...errorFields(error) });
      if (ordered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

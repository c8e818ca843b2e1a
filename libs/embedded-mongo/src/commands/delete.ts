import { CommandError } from '../errors.js';
import { isDoc, toNumber, type Doc } from '../bson/values.js';
import type { Variables } from '../aggregate/expressions/expression.js';
import { bindVariables } from '../query/filter.js';
import { find } from '../query/find.js';
import type { Collection } from '../storage/collection.js';
import type { WriteUnit } from '../storage/write-unit.js';
import { refuseCollation, type Handler } from './command.js';
import { checkStatement } from './fields.js';
import { eachStatement, writing } from './writes.js';

/** `delete`: removes the first, or every, document that satisfies a filter. */
export const remove: Handler = async (command) => {
  const statements = command.docs('deletes');
  for (const statement of statements) checkStatement('delete', statement);
  return writing(command, (unit) => {
    let n = 0;
    const { collection, variables } = command;
    const errors = eachStatement(command, statements, (statement) => {
      n += removeMatching(unit, collection, statement, variables);
    });
    return { n, ...errors, ok: 1 };
  });
};

/** Carries out one statement of a delete. @returns how many documents are gone */
export function removeMatching(unit: WriteUnit, collection: Collection | undefined, statement: Doc, variables: Variables): number {
  refuseCollation(statement);
  if (!isDoc(statement['q'])) throw new CommandError('FailedToParse', 'a delete needs a query');
  const filter = bindVariables(statement['q'], variables);
  if (!collection) return 0;
  const limit = toNumber(statement['limit']) === 1 ? 1 : Infinity;
  const found = [...find(collection, { filter, sort: [], skip: 0, limit, hint: statement['hint'] })];
  for (const stored of found) unit.remove(collection, stored);
  return found.length;
}

import { CommandError } from '../errors.js';
import { isDoc, toNumber } from '../bson/values.js';
import { bindVariables } from '../query/filter.js';
import { find } from '../query/find.js';
import { refuseCollation, type Handler } from './command.js';
import { checkStatement } from './fields.js';
import { eachStatement, writing } from './writes.js';

/** `delete`: removes the first, or every, document that satisfies a filter. */
export const remove: Handler = async (command) => {
  const statements = command.docs('deletes');
  for (const statement of statements) checkStatement('delete', statement);
  return writing(command, (unit) => {
    let n = 0;
    const { collection } = command;
    const errors = eachStatement(command, statements, (statement) => {
      refuseCollation(statement);
      if (!isDoc(statement['q'])) throw new CommandError('FailedToParse', 'a delete needs a query');
      const filter = bindVariables(statement['q'], command.variables);
      if (!collection) return;
      const limit = toNumber(statement['limit']) === 1 ? 1 : Infinity;
      for (const stored of [...find(collection, { filter, sort: [], skip: 0, limit, hint: statement['hint'] })]) {
        unit.remove(collection, stored);
        n++;
      }
    });
    return { n, ...errors, ok: 1 };
  });
};

import { decode } from '../bson/values.js';
import type { Handler } from './command.js';
import { eachStatement, writingTo } from './writes.js';

/** `insert`: stores documents in order. */
export const insert: Handler = (command) => {
  const documents = command.rawDocs('documents');
  return writingTo(command, (unit, collection) => {
    let n = 0;
    const errors = eachStatement(command, documents, (raw) => {
      unit.insert(collection, decode(raw), raw);
      n++;
    });
    return { n, ...errors, ok: 1 };
  });
};

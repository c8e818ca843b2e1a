import { decode } from '../bson/values.js';
import type { Handler } from './command.js';
import { eachStatement, ensureCollection, writing } from './writes.js';

/** `insert`: stores documents in order. */
export const insert: Handler = async (command) => {
  const documents = command.rawDocs('documents');
  const collection = await ensureCollection(command);
  return writing(command, (unit) => {
    let n = 0;
    const errors = eachStatement(command, documents, (raw) => {
      unit.insert(collection, decode(raw), raw);
      n++;
    });
    return { n, ...errors, ok: 1 };
  });
};

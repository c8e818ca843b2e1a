import { checkDocument } from '../bson/elements.js';
import type { Handler } from './command.js';
import { eachStatement, writingTo } from './writes.js';

/** `insert`: stores documents in order. */
export const insert: Handler = (command) => {
  const documents = command.rawDocs('documents');
  return writingTo(command, (unit, collection) => {
    let n = 0;
    const errors = eachStatement(command, documents, (raw) => {
      checkDocument(raw);
      unit.insert(collection, raw);
      n++;
    });
    return { n, ...errors, ok: 1 };
  });
};

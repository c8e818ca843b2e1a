import { BSONRegExp } from 'bson';
import { isDoc, type Doc } from '../bson/values.js';
import { isOperatorDoc } from '../query/predicates.js';
import { setAt } from './target-paths.js';

/** @returns the document an upsert starts from: the fields the filter says must equal something */
export function seedFromFilter(filter: Doc): Doc {
  const seed: Doc = {};
  collect(filter, seed);
  return seed;
}

function collect(filter: Doc, seed: Doc): void {
  for (const key of Object.keys(filter)) {
    const condition = filter[key];
    if ((key === '$and' || key === '$or') && Array.isArray(condition)) {
      const clauses = condition.filter(isDoc);
      if (key === '$and' || clauses.length === 1) for (const clause of clauses) collect(clause, seed);
    } else if (!key.startsWith('$')) {
      const value = equalTo(condition);
      if (value !== undefined) setAt(seed, key.split('.'), value);
    }
  }
}

function equalTo(condition: unknown): unknown {
  if (condition instanceof BSONRegExp) return undefined;
  if (!isOperatorDoc(condition)) return condition;
  if ('$eq' in condition) return condition['$eq'];
  const values = condition['$in'] ?? condition['$all'];
  return Array.isArray(values) && values.length === 1 && !(values[0] instanceof BSONRegExp) ? (values as unknown[])[0] : undefined;
}

import { CommandError, notSupported } from '../errors.js';
import { fieldOf } from '../bson/paths.js';
import { isDoc, isNumber, toNumber, type Doc } from '../bson/values.js';

const LEVELS = new Set<unknown>(['local', 'available', 'majority', 'linearizable']);

/**
 * Every read is of the only member, hence each level but a snapshot is given; transactions read a snapshot anyway.
 * @throws CommandError NotImplemented for a snapshot outside a transaction, FailedToParse for an unknown level
 */
export function checkReadConcern(body: Doc): void {
  const level = fieldOf(body['readConcern'], 'level');
  if (level === undefined || LEVELS.has(level)) return;
  if (level !== 'snapshot') throw new CommandError('FailedToParse', "readConcern.level must be either 'local', 'majority', 'linearizable', 'available', or 'snapshot'");
  if (body['autocommit'] !== false) throw notSupported("readConcern level 'snapshot' outside a transaction");
}

/** @returns what a write with a concern that one member can never meet is answered besides its outcome, or undefined */
export function writeConcernFields(body: Doc): Doc | undefined {
  const concern = body['writeConcern'];
  const w = isDoc(concern) ? concern['w'] : undefined;
  if (isNumber(w) && (toNumber(w) ?? 0) > 1) {
    return { writeConcernError: { code: 100, codeName: 'UnsatisfiableWriteConcern', errmsg: 'Not enough data-bearing nodes', errInfo: { writeConcern: concern } } };
  }
  if (typeof w === 'string' && w !== 'majority') {
    return { writeConcernError: { code: 79, codeName: 'UnknownReplWriteConcern', errmsg: `No write concern mode named '${w}' found in replica set configuration`, errInfo: { writeConcern: concern } } };
  }
  return undefined;
}

import { CommandError } from '../errors.js';
import { decode, encode, encodeComputed, isDoc, type Doc } from '../bson/values.js';
import { encodeKey } from '../bson/order.js';
import { fieldOf } from '../bson/paths.js';
import type { Variables } from '../aggregate/expressions/expression.js';
import { StageMemory } from '../aggregate/memory.js';
import { find } from '../query/find.js';
import type { Collection } from '../storage/collection.js';
import type { WriteUnit } from '../storage/write-unit.js';
import { compilePipelineUpdate } from '../update/pipeline-update.js';
import type { Command } from './command.js';
import { applyUpdate } from './update.js';
import { writing } from './writes.js';

interface Target {
  readonly db: string;
  readonly name: string;
}

/** @returns the last stage if it writes: `$out` or `$merge` */
export const writingStage = (pipeline: readonly Doc[]): Doc | undefined => {
  const last = pipeline[pipeline.length - 1];
  return last && ('$out' in last || '$merge' in last) ? last : undefined;
};

/** Writes the results of a pipeline into a collection, all of them or none. @throws CommandError DuplicateKey, MergeStageNoMatchingDocument, FailedToParse */
export async function writeResults(command: Command, stage: Doc, results: Iterable<Buffer | Doc>): Promise<void> {
  if (command.transaction) throw new CommandError('OperationNotSupportedInTransaction', `${Object.keys(stage).join('')} cannot be used in a transaction`);
  if (fieldOf(command.body['readConcern'], 'level') === 'linearizable') throw new CommandError('InvalidOptions', "a pipeline that writes cannot be run with a 'linearizable' read concern");
  const write = '$out' in stage ? replacing() : merging(stage['$merge'], command.variables);
  const { db, name } = targetOf('$out' in stage ? stage['$out'] : fieldOf(stage['$merge'], 'into') ?? stage['$merge'], command.db);
  const documents = command.engine.read(undefined, () => held(Object.keys(stage).join(''), results));
  await writing(command, (unit) => {
    const { catalog } = command.engine;
    write(unit, catalog.find(db, name) ?? catalog.create(db, name, {}), documents);
    return { ok: 1 };
  });
}

function held(stage: string, results: Iterable<Buffer | Doc>): Buffer[] {
  const memory = new StageMemory(stage);
  return Array.from(results, (result) => {
    const document = Buffer.isBuffer(result) ? result : encodeComputed(result);
    memory.hold(document.length);
    return document;
  });
}

function targetOf(target: unknown, db: string): Target {
  if (typeof target === 'string' && target !== '') return { db, name: target };
  const [other, name] = [fieldOf(target, 'db'), fieldOf(target, 'coll')];
  if (typeof name !== 'string' || (other !== undefined && typeof other !== 'string')) throw new CommandError('FailedToParse', 'the target must be the name of a collection, or { db, coll }');
  return { db: other ?? db, name };
}

type Write = (unit: WriteUnit, collection: Collection, documents: readonly Buffer[]) => void;

const everything = (collection: Collection): ReturnType<typeof find> => find(collection, { filter: {}, sort: [], skip: 0, limit: Infinity });

/** `$out`: the results take the place of what the collection held; its indexes stay. */
const replacing = (): Write => (unit, collection, documents) => {
  for (const stored of [...everything(collection)]) unit.remove(collection, stored);
  for (const document of documents) unit.insert(collection, document);
};

const MATCHED = new Set<unknown>(['replace', 'keepExisting', 'merge', 'fail']);
const NOT_MATCHED = new Set<unknown>(['insert', 'discard', 'fail']);

/** `$merge`: each result meets the document that has the same `on` fields. */
function merging(spec: unknown, variables: Variables): Write {
  const { on = '_id', whenMatched = 'merge', whenNotMatched = 'insert', let: bound } = isDoc(spec) ? spec : {};
  const fields = (Array.isArray(on) ? on : [on]) as unknown[];
  if (bound !== undefined) throw new CommandError('NotImplemented', "$merge's 'let' is not supported by the embedded server; its pipeline has $$new");
  if (!fields.every((field) => typeof field === 'string') || (!Array.isArray(whenMatched) && !MATCHED.has(whenMatched)) || !NOT_MATCHED.has(whenNotMatched)) throw new CommandError('FailedToParse', "$merge needs known values of 'on', 'whenMatched' and 'whenNotMatched'");
  return (unit, collection, documents) => {
    checkUnique(collection, fields);
    for (const bytes of documents) {
      const document = decode(bytes);
      const filter = Object.fromEntries(fields.map((field): [string, unknown] => [field, { $eq: valueOf(document, field) }]));
      const [stored] = '_id' in document || on !== '_id' ? find(collection, { filter, sort: [], skip: 0, limit: 1 }) : [];
      if (!stored) {
        if (whenNotMatched === 'fail') throw new CommandError('MergeStageNoMatchingDocument', '$merge could not find a matching document in the target collection for at least one document in the source collection');
        if (whenNotMatched === 'insert') unit.insert(collection, bytes);
      } else if (Array.isArray(whenMatched)) applyUpdate(unit, collection, stored, filter, compilePipelineUpdate(whenMatched as unknown[], { ...variables, new: document }));
      else if (whenMatched === 'fail') unit.insert(collection, bytes);
      else if (whenMatched !== 'keepExisting') {
        const before = decode(stored.body);
        const after = encode(whenMatched === 'merge' ? { ...before, ...document, _id: before['_id'] } : { ...document, _id: before['_id'] });
        applyUpdate(unit, collection, stored, filter, { kind: 'replace', apply: () => after });
      }
    }
  };
}

const valueOf = (document: Doc, path: string): unknown => path.split('.').reduce<unknown>(fieldOf, document) ?? null;

/** MongoDB demands a unique index too, so that the fields find one document. */
function checkUnique(collection: Collection, fields: readonly string[]): void {
  const wanted = encodeKey([...fields].sort());
  const known = collection.indexes.some(({ unique, spec }) => unique && encodeKey(Object.keys(spec.key).sort()).equals(wanted));
  if (!known) throw new CommandError('BadValue', "Cannot find index to verify that join fields will be unique ('on' of $merge)");
}

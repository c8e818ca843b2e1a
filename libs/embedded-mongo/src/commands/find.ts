import { CommandError } from '../errors.js';
import { leafValues } from '../bson/paths.js';
import { encodeKey } from '../bson/order.js';
import { isDoc, type Doc } from '../bson/values.js';
import { namespace } from '../storage/catalog.js';
import { cursorId } from '../cursors/cursor-registry.js';
import { sessionInfo } from '../sessions/sessions.js';
import { count as countMatching, find as findMatching, projected, wantedCount, type FindQuery } from '../query/find.js';
import { bindVariables, compileFilter } from '../query/filter.js';
import { compileProjection } from '../query/projection.js';
import { parseSort } from '../query/sort.js';
import { refuseCollation, type Command, type Handler, type Reply } from './command.js';

/** @returns the query that find, count, distinct and findAndModify share */
export function queryOf(command: Command, filterField: string): FindQuery {
  refuseCollation(command.body);
  command.refuse('min', 'max', 'returnKey', 'showRecordId', 'tailable', 'awaitData');
  const skip = command.number('skip') ?? 0;
  if (skip < 0) throw new CommandError('BadValue', 'Skip value must be non-negative');
  // A filter that is not understood is refused even where there is no document to try it on.
  const filter = 'let' in command.body ? bindVariables(command.doc(filterField), command.variables) : command.doc(filterField);
  compileFilter(filter);
  return {
    filter,
    sort: parseSort(command.body['sort']),
    skip,
    limit: wantedCount(command.number('limit'), skip),
    hint: hintOf(command.body['hint']),
    ...timeLimit(command),
  };
}

/** Documents looked at between two looks at the clock. */
const CLOCK_INTERVAL = 256;

/** Ends a query that takes longer than the client allows it until its first batch is out. */
export function timeLimit(command: Command): Pick<FindQuery, 'onExamined'> {
  const limit = command.number('maxTimeMS') ?? 0;
  if (limit === 0) return {};
  const deadline = performance.now() + limit;
  let examined = 0;
  return {
    onExamined: () => {
      if (++examined % CLOCK_INTERVAL === 0 && !command.answered && performance.now() > deadline) {
        throw new CommandError('MaxTimeMSExpired', 'operation exceeded time limit');
      }
    },
  };
}


/** An empty hint is no hint. */
const hintOf = (hint: unknown): unknown => (isDoc(hint) && Object.keys(hint).length === 0 ? undefined : hint);

/** `find`: opens a cursor on the documents that satisfy a filter. */
export const find: Handler = (command) => {
  const query = queryOf(command, 'filter');
  const limit = command.number('limit') ?? 0;
  const { variables } = command;
  const projector = compileProjection(command.body['projection'], { names: new Set(Object.keys(variables)), stage: false });
  const project = projector && ((doc: Doc): Doc => projector(doc, variables));
  return openCursor(command, documents(), { single: limit < 0 || command.flag('singleBatch') });

  function* documents(): Generator<Buffer, void, undefined> {
    const { collection } = command;
    if (!collection) return;
    for (const stored of findMatching(collection, query)) yield projected(stored, project);
  }
};

/** Answers with the first batch of a result. */
export function openCursor(command: Command, documents: Iterator<Buffer, void, undefined>, { single, batchSize }: { single: boolean; batchSize?: number | undefined }): Reply {
  const { engine, server, db, transaction } = command;
  const size = batchSize ?? command.number('batchSize');
  const session = sessionInfo(command.body)?.session;
  const reply = engine.read(transaction, () => server.cursors.open({ namespace: namespace(db, typeof command.body[command.name] === 'string' ? command.target : '$cmd.aggregate'), documents, transaction }, size, single, session));
  command.answered = true;
  return reply;
}

/** How long a tailing cursor waits for something to come if the client does not say (milliseconds), as in MongoDB. */
const AWAIT_DATA_MS = 1_000;

/** `getMore`: the next batch of a cursor. */
export const getMore: Handler = (command) => {
  const id = cursorId(command.body['getMore']);
  const { cursors } = command.server;
  const tailing = cursors.getTailing(id);
  if (tailing) return cursors.nextTailing(id, tailing, command.number('batchSize') || undefined, command.number('maxTimeMS') ?? AWAIT_DATA_MS, command.connection.closed);
  const { transaction } = cursors.get(id);
  if (transaction && transaction !== command.transaction) throw new CommandError('CursorNotFound', 'the transaction of the cursor has ended');
  return command.engine.read(transaction, () => cursors.next(id, command.number('batchSize') || undefined));
};

/** `killCursors`: closes cursors before they are read to the end. */
export const killCursors: Handler = (command) => {
  const list = command.body['cursors'];
  if (!Array.isArray(list)) throw new CommandError('TypeMismatch', "'cursors' must be an array");
  const known = list.filter((id: unknown) => command.server.cursors.kill(cursorId(id)));
  return { cursorsKilled: known, cursorsNotFound: list.filter((id: unknown) => !known.includes(id)), cursorsAlive: [], cursorsUnknown: [], ok: 1 };
};

/** `count`: how many documents satisfy a filter. */
export const count: Handler = (command) => {
  const query = queryOf(command, 'query');
  const { collection, engine, transaction } = command;
  return { n: collection ? engine.read(transaction, () => countMatching(collection, query)) : 0, ok: 1 };
};

/** `distinct`: the different values of a field. */
export const distinct: Handler = (command) => {
  const query = queryOf(command, 'query');
  const parts = command.text('key').split('.');
  const { collection, engine, transaction } = command;
  const values = new Map<string, unknown>();
  if (collection) {
    engine.read(transaction, () => {
      for (const { doc } of findMatching(collection, query)) {
        for (const value of leafValues(doc, parts)) values.set(encodeKey(value).toString('latin1'), value);
      }
    });
  }
  return { values: [...values.values()], ok: 1 };
};

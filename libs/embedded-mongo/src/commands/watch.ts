import { Timestamp } from 'bson';
import { CommandError, notSupported } from '../errors.js';
import { isDoc, type Doc } from '../bson/values.js';
import { ChangeStream } from '../change-streams/change-stream.js';
import { compileStages } from '../change-streams/stages.js';
import { parseToken } from '../change-streams/token.js';
import { namespace } from '../storage/catalog.js';
import type { WatchScope } from '../storage/oplog.js';
import type { Command, Reply } from './command.js';

const OPTIONS = new Set(['fullDocument', 'fullDocumentBeforeChange', 'resumeAfter', 'startAfter', 'startAtOperationTime', 'allChangesForCluster', 'showExpandedEvents']);

/** `aggregate` with `$changeStream` first: opens a cursor that goes on with every change. */
export async function watch(command: Command, [first, ...rest]: readonly Doc[], batchSize: number | undefined): Promise<Reply> {
  const options = first?.['$changeStream'];
  if (!isDoc(options)) throw new CommandError('TypeMismatch', '$changeStream must be an object');
  if (command.transaction) throw new CommandError('OperationNotSupportedInTransaction', '$changeStream cannot be used in a transaction');
  const unknown = Object.keys(options).find((option) => !OPTIONS.has(option));
  if (unknown !== undefined) throw notSupported(`option '${unknown}' of $changeStream`);
  if (options['showExpandedEvents'] === true) throw notSupported("option 'showExpandedEvents' of $changeStream");
  const { engine, server } = command;
  const scope = scopeOf(command, options);
  // Taken before anything is awaited, so that a write that comes after this command is not missed.
  const after = startOf(command, options) ?? engine.oplog.last;
  if (!engine.oplog.isWatched(scope)) {
    await engine.alter(() => {
      engine.oplog.watch(scope);
    });
  }
  const stream = new ChangeStream(engine, {
    scope,
    namespace: typeof command.body['aggregate'] === 'string' ? namespace(command.db, command.target) : `${command.db}.$cmd.aggregate`,
    after,
    lookUp: looksUp(options),
    transform: compileStages(rest),
  });
  return engine.read(undefined, () => server.cursors.openTailing(stream, batchSize));
}

function scopeOf(command: Command, options: Doc): WatchScope {
  if (options['allChangesForCluster'] === true) return '';
  return typeof command.body['aggregate'] === 'string' ? namespace(command.db, command.target) : command.db;
}

function looksUp(options: Doc): boolean {
  const { fullDocument = 'default', fullDocumentBeforeChange = 'off' } = options;
  if (fullDocumentBeforeChange !== 'off') throw notSupported(`fullDocumentBeforeChange '${String(fullDocumentBeforeChange)}'`);
  if (fullDocument !== 'default' && fullDocument !== 'updateLookup') throw notSupported(`fullDocument '${String(fullDocument)}'`);
  return fullDocument === 'updateLookup';
}

/** @returns the number of the entry to go on after, or undefined to start with what comes next */
function startOf({ engine: { oplog } }: Command, options: Doc): number | undefined {
  const token = options['resumeAfter'] ?? options['startAfter'];
  const time = options['startAtOperationTime'];
  const start = token !== undefined ? parseToken(token) : time instanceof Timestamp ? oplog.before(time.t, time.i) : undefined;
  if (start !== undefined && !oplog.reachesBack(start)) {
    throw new CommandError('ChangeStreamHistoryLost', 'the changes after the resume point are no longer kept', {}, ['NonResumableChangeStreamError']);
  }
  return start;
}

import { CommandError, notSupported } from '../errors.js';
import { encodeComputed, isDoc, toNumber } from '../bson/values.js';
import { runPipeline } from '../aggregate/pipeline.js';
import { refuseCollation, type Handler } from './command.js';
import { explainPipeline } from './explain.js';
import { openCursor, timeLimit } from './find.js';
import { watch } from './watch.js';

/** `aggregate`: opens a cursor on the results of a pipeline. */
export const aggregate: Handler = (command) => {
  refuseCollation(command.body);
  const { pipeline } = command.body;
  if (!Array.isArray(pipeline) || !pipeline.every(isDoc)) throw new CommandError('TypeMismatch', "'pipeline' must be an array of documents");
  const batchSize = toNumber(command.doc('cursor')['batchSize']);
  const [first] = pipeline;
  if (first && '$changeStream' in first) return watch(command, pipeline, batchSize);
  if (typeof command.body['aggregate'] !== 'string') throw notSupported('aggregate on a database');
  if (command.flag('explain')) return explainPipeline(command, pipeline);
  const results = runPipeline(command.engine.catalog, command.db, command.target, pipeline, { hint: command.body['hint'], host: command.server.address(), ...timeLimit(command) });
  return openCursor(command, documents(), { single: false, batchSize });

  function* documents(): Generator<Buffer, void, undefined> {
    for (const result of results) yield Buffer.isBuffer(result) ? result : encodeComputed(result);
  }
};

import { CommandError } from '../errors.js';
import { encodeComputed, isDoc, toNumber, type Doc } from '../bson/values.js';
import { runPipeline } from '../aggregate/pipeline.js';
import { refuseCollation, type Handler } from './command.js';
import { explainPipeline } from './explain.js';
import { openCursor, timeLimit } from './find.js';
import { writeResults, writingStage } from './merge.js';
import { watch } from './watch.js';
import { checkSize } from '../storage/write-unit.js';

/** `aggregate`: opens a cursor on the results of a pipeline. */
export const aggregate: Handler = async (command) => {
  refuseCollation(command.body);
  const { pipeline } = command.body;
  if (!Array.isArray(pipeline) || !pipeline.every(isDoc)) throw new CommandError('TypeMismatch', "'pipeline' must be an array of documents");
  const batchSize = toNumber(command.doc('cursor')['batchSize']);
  const [first] = pipeline;
  if (first && '$changeStream' in first) return watch(command, pipeline, batchSize);
  const name = typeof command.body['aggregate'] === 'string' ? command.target : undefined;
  if (command.flag('explain')) return explainPipeline(command, pipeline);
  const { catalog } = command.engine;
  const options = { hint: command.body['hint'], host: command.server.address(), variables: command.variables, ...timeLimit(command) };
  const last = writingStage(pipeline);
  if (!last) return openCursor(command, encoded(runPipeline({ catalog, db: command.db, name }, pipeline, options)), { single: false, batchSize });
  await writeResults(command, last, runPipeline({ catalog, db: command.db, name }, pipeline.slice(0, -1), options));
  return openCursor(command, encoded([]), { single: false, batchSize });
};

/** A field that came out missing is left out. @throws CommandError BSONObjectTooLarge for a document that no reply could hold */
function* encoded(results: Iterable<Buffer | Doc>): Generator<Buffer, void, undefined> {
  for (const result of results) {
    const document = Buffer.isBuffer(result) ? result : encodeComputed(result);
    checkSize(document);
    yield document;
  }
}

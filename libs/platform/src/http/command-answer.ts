import type { FastifyReply } from 'fastify';
import type { CommandResult } from '#event-sourcing';

/** Header with the log position that a command reached; a query can ask for at least it. */
export const POSITION_HEADER = 'portolan-position';

/** Header of an answer that an earlier request with the same idempotency key had got. */
const REPLAYED_HEADER = 'idempotent-replayed';

/** Puts a command's outcome into the headers of its answer (`ETag` is the stream's revision) and answers it as the body. */
export const answerCommand = (reply: FastifyReply, result: CommandResult): CommandResult => {
  void reply.headers({ etag: `"${result.revision}"`, [POSITION_HEADER]: String(result.position), ...(result.repeated && { [REPLAYED_HEADER]: 'true' }) });
  return result;
};

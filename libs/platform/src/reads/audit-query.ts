import type { AuditRow, Match } from '#event-sourcing';
import { Optional } from '../validation/structure-fields.js';
import { InstantString, Text } from '../validation/text-fields.js';
import { ListQuery } from './read-query.js';

/** An audit log and what it can be searched by. */
export class AuditQuery extends ListQuery {
  @Optional()
  @Text(1, 200)
  actor?: string;

  /** Type of the event. */
  @Optional()
  @Text(1, 100)
  event?: string;

  @Optional()
  @Text(1, 200)
  correlationId?: string;

  /** First instant, inclusive. */
  @Optional()
  @InstantString()
  from?: string;

  /** Last instant, exclusive. */
  @Optional()
  @InstantString()
  to?: string;
}

/** An instant as rows keep it, with milliseconds, so that texts compare as instants do. */
const kept = (instant: string): string => new Date(instant).toISOString();

/** Which rows of an audit log the query asks for. */
export const auditMatch = ({ actor, event, correlationId, from, to }: AuditQuery): Match<AuditRow> => ({
  actor,
  event,
  correlationId,
  at: from === undefined && to === undefined ? undefined : { ...(from !== undefined && { $gte: kept(from) }), ...(to !== undefined && { $lt: kept(to) }) },
});

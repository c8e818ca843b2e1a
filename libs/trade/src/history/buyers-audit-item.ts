import type { Answered } from '#platform';
import type { TradeAuditRow } from './audit-log.js';

/** A row of the audit log as an order's buyer gets it: who did what when, not from where nor why, which is the supplier's own. */
export type BuyersAuditItem = Pick<Answered<TradeAuditRow>, 'id' | 'companyId' | 'at' | 'actor' | 'stream' | 'revision' | 'event' | 'command' | 'changes' | 'facts'>;

/** The row for the order's buyer. */
export const buyersAuditItem = ({ id, companyId, at, actor, stream, revision, event, command, changes, facts }: Answered<TradeAuditRow>): BuyersAuditItem => ({
  ...{ id, companyId, at, actor, stream, revision, event, command, changes, facts },
});

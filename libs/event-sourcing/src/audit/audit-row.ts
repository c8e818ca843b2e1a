import type { Origin, Recorded } from '../domain/event.js';
import type { FieldChange } from './changed-fields.js';

/** What one event says to an auditor. The company it was done for is the row's `companyId`. */
export interface AuditRow {
  /** ISO 8601 UTC instant. */
  readonly at: string;
  /** Who: `user:…`, `apiKey:…` or `system:…`. */
  readonly actor: string;
  /** What it was done to: `<category>-<id>`. */
  readonly stream: string;
  readonly revision: number;
  /** What happened: the event's type, and the command that asked for it. */
  readonly event: string;
  readonly command: string;
  /** Before and after, of the fields that changed only. */
  readonly changes: readonly FieldChange[];
  /** What the event says besides. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Why, as the caller of the command gave it. */
  readonly reason: string | null;
  /** The command or event that caused it, and everything else that the same request set in motion. */
  readonly causationId: string;
  readonly correlationId: string;
  readonly commandId: string;
  readonly origin: Origin;
}

/** The row of an event. `toldAsChanges` names the fields of its data that `changes` speaks of. */
export const auditRowOf = ({ data, metadata, stream, revision, type }: Recorded, changes: readonly FieldChange[], toldAsChanges: ReadonlySet<string>): AuditRow => ({
  at: metadata.occurredAt,
  actor: metadata.actor,
  stream,
  revision,
  event: type,
  command: metadata.commandName,
  changes,
  facts: Object.fromEntries(Object.entries(data).filter(([name]) => !toldAsChanges.has(name))),
  reason: metadata.reason ?? null,
  causationId: metadata.$causationId,
  correlationId: metadata.$correlationId,
  commandId: metadata.commandId,
  origin: metadata.origin,
});

/** The indexes by which rows of an audit log are found. */
export const AUDIT_INDEXES = [
  { fields: { companyId: 1, position: -1, _id: -1 } },
  { fields: { stream: 1, position: -1, _id: -1 } },
  { fields: { position: -1, _id: -1 } },
  { fields: { actor: 1, position: -1, _id: -1 } },
  { fields: { correlationId: 1 } },
] as const;

import { categoryOf, statefulLogProjection, type Origin, type Recorded } from '#event-sourcing';
import type { CustomsProfileEntry, CustomsProfileEvent } from '../profiles/events.js';
import { customsProfile, profileAt } from '../profiles/profile.js';
import { changedFields, type FieldChange } from './audit-log-changes.js';
import type { CustomsOrderEvent } from './events.js';
import { customsOrder, type CustomsOrder } from './order.js';
import type { Instant } from './values.js';

type AuditedEvent = CustomsOrderEvent | CustomsProfileEvent;

/** What one event says to an auditor. The company it was done for is the row's `companyId`. */
export interface AuditRow {
  readonly at: Instant;
  /** Who: `user:…`, `apiKey:…` or `system:…`. */
  readonly actor: string;
  /** What it was done to: `customsOrder-<orderNo>` or `customsProfile-<companyId>`. */
  readonly stream: string;
  readonly revision: number;
  /** What happened: the event's type, and the command that asked for it. */
  readonly event: string;
  readonly command: string;
  /** Before and after, of the fields that changed only. */
  readonly changes: readonly FieldChange[];
  /** What the event says besides; the content of orders and messages is left to `changes`. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Why, as the caller of the command gave it. */
  readonly reason: string | null;
  /** The command or event that caused it, and everything else that the same request set in motion. */
  readonly causationId: string;
  readonly correlationId: string;
  readonly commandId: string;
  readonly origin: Origin;
}

/** What has been folded of a stream: an order, or the entries of a profile. */
type Audited = { readonly order: CustomsOrder | null; readonly entries: readonly CustomsProfileEntry[] };

const isProfileEvent = (event: Recorded<AuditedEvent>): event is Recorded<CustomsProfileEvent> => categoryOf(event.stream) === customsProfile.category;

const evolve = ({ order, entries }: Audited, event: Recorded<AuditedEvent>): Audited =>
  isProfileEvent(event) ? { order, entries: customsProfile.evolve({ entries }, event).entries } : { order: customsOrder.evolve(order ?? customsOrder.initialState, event), entries };

/** What of an order is told as before and after; pushes and receipts are facts of their own events. */
const orderFields = (order: CustomsOrder | null): object => {
  if (!order) return {};
  const { status, transmission, declaration, content, totals, heldByCustoms, supportCaseNo, stated } = order;
  return { status, transmission, declaration, content, totals, heldByCustoms, supportCaseNo, stated };
};

/** An entry is compared with the one that would hold at its beginning without it (9710-C16). */
const profileFields = ({ entries }: Audited, { data: { entry } }: Recorded<CustomsProfileEvent>): object => profileAt({ entries }, new Date(entry.effectiveFrom)) ?? {};

const changesOf = (event: Recorded<AuditedEvent>, before: Audited, after: Audited): readonly FieldChange[] =>
  isProfileEvent(event) ? changedFields(profileFields(before, event), profileFields(after, event)) : changedFields(orderFields(before.order), orderFields(after.order));

const TOLD_AS_CHANGES = new Set(['orderNo', 'companyId', 'content', 'lines', 'totals', 'stated', 'message', 'entry']);

const factsOf = ({ data }: Recorded<AuditedEvent>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !TOLD_AS_CHANGES.has(name)));

const auditRow = (event: Recorded<AuditedEvent>, before: Audited, after: Audited): AuditRow => {
  const { metadata } = event;
  return {
    at: metadata.occurredAt,
    actor: metadata.actor,
    stream: event.stream,
    revision: event.revision,
    event: event.type,
    command: metadata.commandName,
    changes: changesOf(event, before, after),
    facts: factsOf(event),
    reason: metadata.reason ?? null,
    causationId: metadata.$causationId,
    correlationId: metadata.$correlationId,
    commandId: metadata.commandId,
    origin: metadata.origin,
  };
};

/** Who did what, for which company, when, what it changed, why, caused by what and from where: a row for every event of orders and profiles. */
export const auditLog = statefulLogProjection<AuditRow, AuditedEvent, Audited>({
  name: 'audit-log',
  version: 1,
  categories: [customsOrder.category, customsProfile.category],
  key: ({ stream }) => stream,
  initialState: { order: null, entries: [] },
  evolve,
  rows: (event, before, after) => [auditRow(event, before, after)],
  indexes: [
    { fields: { companyId: 1, position: -1, _id: -1 } },
    { fields: { stream: 1, position: -1, _id: -1 } },
    { fields: { position: -1, _id: -1 } },
    { fields: { actor: 1, position: -1, _id: -1 } },
    { fields: { correlationId: 1 } },
  ],
});

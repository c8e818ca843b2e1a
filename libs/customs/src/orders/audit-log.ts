import { AUDIT_INDEXES, auditRowOf, categoryOf, changedFields, statefulLogProjection, type AuditRow, type FieldChange, type Recorded } from '#event-sourcing';
import type { CustomsProfileEntry, CustomsProfileEvent } from '../profiles/events.js';
import { customsProfile, profileAt } from '../profiles/profile.js';
import type { CustomsOrderEvent } from './events.js';
import { customsOrder, type CustomsOrder } from './order.js';

type AuditedEvent = CustomsOrderEvent | CustomsProfileEvent;

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

/** Who did what, for which company, when, what it changed, why, caused by what and from where: a row for every event of orders and profiles. */
export const auditLog = statefulLogProjection<AuditRow, AuditedEvent, Audited>({
  name: 'audit-log',
  version: 1,
  categories: [customsOrder.category, customsProfile.category],
  key: ({ stream }) => stream,
  initialState: { order: null, entries: [] },
  evolve,
  rows: (event, before, after) => [auditRowOf(event, changesOf(event, before, after), TOLD_AS_CHANGES)],
  indexes: AUDIT_INDEXES,
});

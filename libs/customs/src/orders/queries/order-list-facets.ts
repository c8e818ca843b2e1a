import type { Bilingual, Facets } from '#event-sourcing';
import { counter, counters, type Counter } from '#platform';
import { DECLARATION_STATUS_LABELS, ORDER_STATUS_LABELS, SERVICE_LABELS, TRANSMISSION_STATUS_LABELS } from '../labels.js';
import { ALL_TAB, EXPORT_MODE_LABELS, PLACED_STATUSES, PROGRESS_STATUSES, SCENE_LABELS, TAB_LABELS } from './order-vocabulary.js';

/** The counters beside the list, each under all filters but its own. They need not sum up to anything (9710-C4). */
export interface OrderFacets {
  /** Tabs, status and progress are three views of the status, so each of them is counted without the other two. */
  readonly tab: readonly Counter[];
  readonly status: readonly Counter[];
  readonly progress: readonly Counter[];
  readonly transmission: readonly Counter[];
  readonly declaration: readonly Counter[];
  readonly exportMode: readonly Counter[];
  readonly service: readonly Counter[];
  readonly scene: readonly Counter[];
}

const sum = (counts: Readonly<Record<string, number>> = {}): number => Object.values(counts).reduce((total, count) => total + count, 0);

const labelsOf = <Value extends string>(labels: Readonly<Record<Value, Bilingual>>, values: readonly Value[]): Readonly<Record<string, Bilingual>> =>
  Object.fromEntries(values.map((value) => [value, labels[value]]));

/** The counts by dimension as the list shows them. */
export const orderFacets = ({ byDimension }: Facets): OrderFacets => {
  const { status, transmission, declaration, exportMode, services, scene } = byDimension as Readonly<Partial<Record<string, Readonly<Record<string, number>>>>>;
  return {
    tab: [counter({ value: 'ALL', label: ALL_TAB }, sum(status)), ...counters(TAB_LABELS, status)],
    status: counters(labelsOf(ORDER_STATUS_LABELS, PLACED_STATUSES), status),
    progress: counters(labelsOf(ORDER_STATUS_LABELS, PROGRESS_STATUSES), status),
    transmission: counters(TRANSMISSION_STATUS_LABELS, transmission),
    declaration: counters(DECLARATION_STATUS_LABELS, declaration),
    exportMode: counters(EXPORT_MODE_LABELS, exportMode),
    service: counters(SERVICE_LABELS, services),
    scene: counters(SCENE_LABELS, scene),
  };
};

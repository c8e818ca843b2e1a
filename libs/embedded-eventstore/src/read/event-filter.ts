import { LRUCache } from 'lru-cache';
import type { FilterRequest } from './read-request.js';
import type { EventLog } from '../storage/event-log.js';
import type { EventKey } from '../storage/event-table.js';

const REMEMBERED_NAMES = 10_000;

/** Applies a filter to events by the numbers of their stream and type, so that each name is matched once. */
export function eventFilter(log: EventLog, filter: FilterRequest): (key: EventKey) => boolean {
  const verdicts = new LRUCache<number, boolean>({ max: REMEMBERED_NAMES });
  const names = filter.on === 'stream' ? log.streamNames : log.typeNames;
  return (key) => {
    const number = filter.on === 'stream' ? key.stream : key.type;
    const known = verdicts.get(number);
    if (known !== undefined) return known;
    const verdict = filter.matches(names.nameOf(number));
    verdicts.set(number, verdict);
    return verdict;
  };
}

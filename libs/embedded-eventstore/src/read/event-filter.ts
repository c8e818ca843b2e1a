import { LRUCache } from 'lru-cache';
import type { EventLog } from '../storage/event-log.js';
import type { EventKey } from '../storage/event-table.js';
import { invalidArgument } from '../rpc-error.js';

const REMEMBERED_NAMES = 10_000;

/** Which events of the log a client wants, by stream name or event type: by a regular expression or, without one, by prefixes. */
export interface FilterExpression {
  readonly on: 'stream' | 'type';
  readonly regex: string;
  readonly prefixes: readonly string[];
}

/** A filter ready to use. */
export interface NameFilter {
  readonly on: 'stream' | 'type';
  readonly matches: (name: string) => boolean;
}

/** @throws RpcError INVALID_ARGUMENT when the regular expression is none */
export function nameFilter({ on, regex, prefixes }: FilterExpression): NameFilter {
  if (regex === '') return { on, matches: (name) => prefixes.some((prefix) => name.startsWith(prefix)) };
  const pattern = compile(regex);
  return { on, matches: (name) => pattern.test(name) };
}

function compile(regex: string): RegExp {
  try {
    return new RegExp(regex);
  } catch {
    throw invalidArgument(`${regex} is no regular expression`);
  }
}

/** Applies a filter to events by the numbers of their stream and type, so that each name is matched once. */
export function eventFilter(log: EventLog, filter: NameFilter): (key: EventKey) => boolean {
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

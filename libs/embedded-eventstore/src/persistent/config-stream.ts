import { randomUUID } from 'node:crypto';
import type { EventLog } from '../storage/event-log.js';
import type { FilterExpression } from '../read/event-filter.js';
import { decodeContent } from '../wire/record.js';
import { newestEvent } from './newest-event.js';
import { ALL_STREAM, type ConsumerStrategy, type GroupConfig, type StartFrom } from './settings.js';

const CONFIG_STREAM = '$persistentSubscriptionConfig';
const CONFIG_TYPE = '$PersistentConfig';
const CONFIG_VERSION = '2';
const NOTHING = Buffer.alloc(0);

/** A group in EventStoreDB's own form (`PersistentSubscriptionEntry`), where what is 0 or false is left out. */
interface Entry {
  readonly stream: string;
  readonly group: string;
  readonly filter?: FilterExpression;
  readonly resolveLinkTos?: boolean;
  readonly extraStatistics?: boolean;
  readonly messageTimeout?: number;
  readonly startFrom?: number;
  readonly startPosition: string;
  /** Not EventStoreDB's: see {@link GroupConfig.createdAt}. */
  readonly createdAt?: number;
  readonly liveBufferSize?: number;
  readonly historyBufferSize?: number;
  readonly maxRetryCount?: number;
  readonly readBatchSize?: number;
  readonly checkPointAfter?: number;
  readonly minCheckPointCount?: number;
  readonly maxCheckPointCount?: number;
  readonly maxSubscriberCount?: number;
  readonly namedConsumerStrategy: ConsumerStrategy;
}

/** Reads all groups; none when none was ever created. */
export function loadGroups(log: EventLog): GroupConfig[] {
  const newest = newestEvent(log, CONFIG_STREAM);
  if (!newest) return [];
  const { entries } = JSON.parse(decodeContent(newest.record).data.toString()) as { entries: Entry[] };
  return entries.map(toConfig);
}

/** Writes all groups as one event. Resolves when it is on disk. */
export async function saveGroups(log: EventLog, groups: readonly GroupConfig[]): Promise<void> {
  const updated = new Date(log.now()).toISOString();
  const config = { version: CONFIG_VERSION, updated, updatedBy: 'system', entries: groups.map(toEntry) };
  const data = Buffer.from(JSON.stringify(config, undefined, 2));
  const event = { id: randomUUID(), type: CONFIG_TYPE, contentType: 'application/json', customMetadata: NOTHING, data };
  await log.append(CONFIG_STREAM, 'any', [event]);
}

/** A position as EventStoreDB writes it: a revision, or both parts of a position of the log; -1 is the end. */
export function formatPosition(stream: string, position: StartFrom): string {
  const number = position === 'end' ? -1 : position;
  return stream === ALL_STREAM ? `C:${number}/P:${number}` : String(number);
}

/** @throws Error when the text is no position */
export function parsePosition(text: string): StartFrom {
  const number = Number(/^C:(-?\d+)\/P:-?\d+$/.exec(text)?.[1] ?? text);
  if (!Number.isInteger(number)) throw new Error(`${text} is no position`);
  return number < 0 ? 'end' : number;
}

function toEntry({ stream, group, filter, createdAt, settings }: GroupConfig): Entry {
  const isFromEnd = settings.startFrom === 'end';
  return {
    stream,
    group,
    ...(filter && { filter }),
    ...(settings.resolveLinks && { resolveLinkTos: true }),
    ...(settings.extraStatistics && { extraStatistics: true }),
    ...unlessZero('messageTimeout', settings.messageTimeout),
    ...(isFromEnd && stream !== ALL_STREAM && { startFrom: -1 }),
    startPosition: formatPosition(stream, settings.startFrom),
    ...(isFromEnd && { createdAt }),
    ...unlessZero('liveBufferSize', settings.liveBufferSize),
    ...unlessZero('historyBufferSize', settings.historyBufferSize),
    ...unlessZero('maxRetryCount', settings.maxRetryCount),
    ...unlessZero('readBatchSize', settings.readBatchSize),
    ...unlessZero('checkPointAfter', settings.checkpointAfter),
    ...unlessZero('minCheckPointCount', settings.minCheckpointCount),
    ...unlessZero('maxCheckPointCount', settings.maxCheckpointCount),
    ...unlessZero('maxSubscriberCount', settings.maxSubscriberCount),
    namedConsumerStrategy: settings.consumerStrategy,
  };
}

function toConfig(entry: Entry): GroupConfig {
  const { stream, group, filter, createdAt = 0 } = entry;
  return {
    stream,
    group,
    filter,
    createdAt,
    settings: {
      startFrom: parsePosition(entry.startPosition),
      resolveLinks: entry.resolveLinkTos ?? false,
      extraStatistics: entry.extraStatistics ?? false,
      messageTimeout: entry.messageTimeout ?? 0,
      maxRetryCount: entry.maxRetryCount ?? 0,
      liveBufferSize: entry.liveBufferSize ?? 0,
      readBatchSize: entry.readBatchSize ?? 0,
      historyBufferSize: entry.historyBufferSize ?? 0,
      checkpointAfter: entry.checkPointAfter ?? 0,
      minCheckpointCount: entry.minCheckPointCount ?? 0,
      maxCheckpointCount: entry.maxCheckPointCount ?? 0,
      maxSubscriberCount: entry.maxSubscriberCount ?? 0,
      consumerStrategy: entry.namedConsumerStrategy,
    },
  };
}

const unlessZero = (name: keyof Entry, value: number): Partial<Entry> => (value === 0 ? {} : { [name]: value });

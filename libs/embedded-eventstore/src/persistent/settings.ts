import type { FilterExpression } from '../read/event-filter.js';

export const ALL_STREAM = '$all';

export const CONSUMER_STRATEGIES = ['RoundRobin', 'DispatchToSingle', 'Pinned', 'PinnedByCorrelation'] as const;
export type ConsumerStrategy = (typeof CONSUMER_STRATEGIES)[number];

/** Which group of consumers: by name within its stream, or within `$all`. */
export interface GroupName {
  readonly stream: string;
  readonly group: string;
}

/** A revision of the stream or, of a group on `$all`, a position of the log; inclusive. */
export type StartFrom = number | 'end';

export interface GroupSettings {
  readonly startFrom: StartFrom;
  readonly resolveLinks: boolean;
  readonly extraStatistics: boolean;
  /** Milliseconds that a consumer has for a message. */
  readonly messageTimeout: number;
  /** How often a message is delivered again before it is parked. */
  readonly maxRetryCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  readonly historyBufferSize: number;
  /** Milliseconds between checkpoints, when fewer than `maxCheckpointCount` messages are done with. */
  readonly checkpointAfter: number;
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  /** 0 sets no limit. */
  readonly maxSubscriberCount: number;
  readonly consumerStrategy: ConsumerStrategy;
}

/** A group as it is kept. */
export interface GroupConfig extends GroupName {
  readonly settings: GroupSettings;
  /** Of a group on `$all`. */
  readonly filter: FilterExpression | undefined;
  /** Where a group that starts from the end begins: the end as it was when the group was created. */
  readonly createdAt: number;
}

/** What a group is called where one name must do, and in the names of its streams. */
export const idOf = ({ stream, group }: GroupName): string => `${stream}::${group}`;
export const parkedStreamOf = (name: GroupName): string => `$persistentsubscription-${idOf(name)}-parked`;
export const checkpointStreamOf = (name: GroupName): string => `$persistentsubscription-${idOf(name)}-checkpoint`;

/** What EventStoreDB gives as the reason to refuse settings; undefined when they are fine. */
export function whyRefused({ readBatchSize, historyBufferSize }: GroupSettings): string | undefined {
  if (readBatchSize < historyBufferSize) return undefined;
  return "Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')";
}

import type { CreateReq, UpdateReq } from '@eventstore/db-client/generated/persistent_pb.js';
import { invalidArgument, groupFailed } from '../rpc-error.js';
import { ALL_STREAM, CONSUMER_STRATEGIES, type ConsumerStrategy, type GroupName, type GroupSettings, type StartFrom } from './settings.js';

/** `StreamIdentifier`, `Empty` or nothing, as every request of the service names its group. */
interface GroupOptions {
  getStreamIdentifier(): { getStreamName_asU8(): Uint8Array } | undefined;
  hasAll(): boolean;
  getGroupName(): string;
}

type Options = CreateReq.Options | UpdateReq.Options;
type Settings = CreateReq.Settings | UpdateReq.Settings;

const TICKS_PER_MILLISECOND = 10_000;
/** By number of the enumeration that newer clients no longer send. */
const NAMED_STRATEGIES: readonly ConsumerStrategy[] = ['DispatchToSingle', 'RoundRobin', 'Pinned'];
/** 2^64-1, which a double rounds, as a revision or a position means the end. */
const END = 2 ** 64;

/** @throws RpcError INVALID_ARGUMENT when the request names no stream */
export function groupName(options: GroupOptions | undefined): GroupName {
  if (!options) throw invalidArgument('the options are missing');
  const group = options.getGroupName();
  if (options.hasAll()) return { stream: ALL_STREAM, group };
  const stream = nameOf(options.getStreamIdentifier());
  if (stream === ALL_STREAM) throw invalidArgument(`${ALL_STREAM} is subscribed to by the option "all", not by its name`);
  return { stream, group };
}

/** Of requests that say where to start: newer clients name the stream there, older ones beside it. */
export function startedGroupName(options: Options | undefined): GroupName {
  const stream = options?.getStream()?.getStreamIdentifier();
  if (!options || !stream) return groupName(options);
  return groupName({
    getStreamIdentifier: () => stream,
    hasAll: () => false,
    getGroupName: () => options.getGroupName(),
  });
}

/**
 * @throws RpcError INVALID_ARGUMENT when a part is missing
 * @throws RpcError INTERNAL when the consumer strategy does not exist
 */
export function groupSettings(options: Options, name: GroupName): GroupSettings {
  const settings = options.getSettings();
  if (!settings) throw invalidArgument('the settings are missing');
  return {
    startFrom: startFrom(options, settings),
    resolveLinks: settings.getResolveLinks(),
    extraStatistics: settings.getExtraStatistics(),
    messageTimeout: settings.hasMessageTimeoutTicks() ? fromTicks(settings.getMessageTimeoutTicks()) : settings.getMessageTimeoutMs(),
    maxRetryCount: settings.getMaxRetryCount(),
    liveBufferSize: settings.getLiveBufferSize(),
    readBatchSize: settings.getReadBatchSize(),
    historyBufferSize: settings.getHistoryBufferSize(),
    checkpointAfter: settings.hasCheckpointAfterTicks() ? fromTicks(settings.getCheckpointAfterTicks()) : settings.getCheckpointAfterMs(),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: settings.getMaxCheckpointCount(),
    maxSubscriberCount: settings.getMaxSubscriberCount(),
    consumerStrategy: strategy(settings, name),
  };
}

function startFrom(options: Options, settings: Settings): StartFrom {
  const all = options.getAll();
  if (all) {
    if (all.hasEnd()) return 'end';
    const position = all.getPosition();
    if (!position) return 0;
    const commit = Number(position.getCommitPosition());
    if (Number(position.getPreparePosition()) > commit) throw invalidArgument('the prepare position is after the commit position');
    return fromNumber(position.getCommitPosition());
  }
  const stream = options.getStream();
  if (!stream) return fromNumber(settings.getRevision());
  if (stream.hasEnd()) return 'end';
  return stream.hasRevision() ? fromNumber(stream.getRevision()) : 0;
}

function strategy(settings: Settings, name: GroupName): ConsumerStrategy {
  const chosen = 'getConsumerStrategy' in settings ? settings.getConsumerStrategy() : '';
  if (chosen === '') return NAMED_STRATEGIES[settings.getNamedConsumerStrategy()] ?? 'RoundRobin';
  const known = CONSUMER_STRATEGIES.find((known) => known === chosen);
  if (!known) throw groupFailed(name, `Consumer strategy ${chosen} does not exist.`);
  return known;
}

const fromNumber = (text: string): StartFrom => (Number(text) === END ? 'end' : Number(text));
const fromTicks = (ticks: string): number => Number(ticks) / TICKS_PER_MILLISECOND;

function nameOf(identifier: { getStreamName_asU8(): Uint8Array } | undefined): string {
  const stream = Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
  if (stream === '') throw invalidArgument('the stream name is missing');
  return stream;
}

import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type { SubscriptionInfo } from '@eventstore/db-client/generated/persistent_pb.js';
import { formatPosition } from '../persistent/config-stream.js';
import type { Consumer } from '../persistent/consumer.js';
import type { Group } from '../persistent/group.js';

/** What EventStoreDB calls everybody on an insecure node. */
const EVERYBODY = 'system';

/** `persistent_subscriptions.SubscriptionInfo`; the buffers are those this server has, so nothing is buffered live. */
export function subscriptionInfo(group: Group): SubscriptionInfo {
  const { config, checkpoints, backlog, delivered } = group;
  const { settings } = config;
  return new persistentPb.SubscriptionInfo()
    .setEventSource(config.stream)
    .setGroupName(config.group)
    .setStatus(statusOf(group))
    .setConnectionsList([...group.consumers].map(connectionInfo))
    .setAveragePerSecond(delivered.perSecond)
    .setTotalItems(String(delivered.total))
    .setCountSinceLastMeasurement(String(delivered.sinceLastLook()))
    .setLastCheckpointedEventPosition(checkpoints.last === undefined ? '' : formatPosition(config.stream, checkpoints.last))
    .setLastKnownEventPosition(group.lastKnownPosition)
    .setResolveLinkTos(settings.resolveLinks)
    .setStartFrom(formatPosition(config.stream, settings.startFrom))
    .setMessageTimeoutMilliseconds(settings.messageTimeout)
    .setExtraStatistics(settings.extraStatistics)
    .setMaxRetryCount(settings.maxRetryCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setCheckPointAfterMilliseconds(settings.checkpointAfter)
    .setMinCheckPointCount(settings.minCheckpointCount)
    .setMaxCheckPointCount(settings.maxCheckpointCount)
    .setReadBufferCount(backlog.readCount)
    .setLiveBufferCount('0')
    .setRetryBufferCount(backlog.retryCount)
    .setTotalInFlightMessages(group.inFlight)
    .setOutstandingMessagesCount(group.inFlight)
    .setNamedConsumerStrategy(settings.consumerStrategy)
    .setMaxSubscriberCount(settings.maxSubscriberCount)
    .setParkedMessageCount(String(group.parked.count));
}

function statusOf(group: Group): string {
  const status = group.isBehind || group.backlog.readCount > 0 ? 'Behind' : 'Live';
  return group.parked.isReplaying ? `ReplayingParkedMessages, ${status}` : status;
}

function connectionInfo(consumer: Consumer): SubscriptionInfo.ConnectionInfo {
  const measurements = consumer
    .measurements()
    .map(({ key, value }) => new persistentPb.SubscriptionInfo.Measurement().setKey(key).setValue(String(value)));
  return new persistentPb.SubscriptionInfo.ConnectionInfo()
    .setFrom('')
    .setUsername(EVERYBODY)
    .setAverageItemsPerSecond(consumer.delivered.perSecond)
    .setTotalItems(String(consumer.delivered.total))
    .setCountSinceLastMeasurement(String(consumer.delivered.sinceLastLook()))
    .setObservedMeasurementsList(measurements)
    .setAvailableSlots(consumer.slots)
    .setInFlightMessages(consumer.inFlight)
    .setConnectionName(consumer.connection.name);
}

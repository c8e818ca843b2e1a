import serverFeaturesPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';

/** The EventStoreDB version whose behaviour this server follows, as clients are told. */
export const SERVER_VERSION = '23.10.8';

const PERSISTENT_SUBSCRIPTIONS = 'event_store.client.persistent_subscriptions.persistentsubscriptions';

/** What clients may use, in the lower-case names the server reports: path of the method, then its features. */
const SUPPORTED: readonly [service: string, method: string, features: string[]][] = [
  ['event_store.client.streams.streams', 'read', ['position', 'events']],
  ['event_store.client.streams.streams', 'append', []],
  ['event_store.client.streams.streams', 'delete', []],
  ['event_store.client.streams.streams', 'tombstone', []],
  ['event_store.client.streams.streams', 'batchappend', ['deadline_duration']],
  ...['create', 'update', 'delete', 'read', 'getinfo', 'replayparked', 'list', 'restartsubsystem'].map(
    (method): [string, string, string[]] => [PERSISTENT_SUBSCRIPTIONS, method, ['stream', 'all']],
  ),
  ['event_store.client.gossip.gossip', 'read', []],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods', []],
];

/** `ServerFeatures.GetSupportedMethods` */
export function supportedMethods(): SupportedMethods {
  const methods = SUPPORTED.map(([service, method, features]) =>
    new serverFeaturesPb.SupportedMethod().setServiceName(service).setMethodName(method).setFeaturesList(features),
  );
  return new serverFeaturesPb.SupportedMethods().setEventStoreServerVersion(SERVER_VERSION).setMethodsList(methods);
}

import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import monitoringGrpc from '@eventstore/db-client/generated/monitoring_grpc_pb.js';
import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js';
import serverFeaturesGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import usersGrpc from '@eventstore/db-client/generated/users_grpc_pb.js';
import { Server, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import type { Groups } from '../persistent/groups.js';
import type { Streams } from '../read/streams.js';
import { handleBackup, NODE_SERVICE } from './backup-call.js';
import { handleBatchAppend } from './batch-append.js';
import { gossip } from './gossip.js';
import { persistentCalls } from './persistent-calls.js';
import { handleConsumer } from './persistent-read.js';
import { handleRead, readsFrom, type Reads } from './read-call.js';
import { projections } from './projections.js';
import { sendAhead } from './send-ahead.js';
import { supportedMethods } from './server-features.js';
import { refused } from './unimplemented.js';
import { handleAppend, handleDelete, handleTombstone, type Writes } from './write-calls.js';

/** As large as one write may get on EventStoreDB: 1 MiB of data, and metadata beside it. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const keepBytes = (message: Buffer): Buffer => message;

/** The same method without the generated classes: messages are read and written by our own code, byte by byte. */
function raw<Request, Response>(method: MethodDefinition<Request, Response>): MethodDefinition<Buffer, Buffer> {
  return {
    path: method.path,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: keepBytes,
    requestDeserialize: keepBytes,
    responseSerialize: keepBytes,
    responseDeserialize: keepBytes,
  };
}

interface Node {
  readonly streams: Streams;
  readonly groups: Groups;
  readonly host: string;
  /** The port in use, known once the server listens. */
  readonly port: () => number;
  readonly now: () => number;
  /** Says when calls that would not end by themselves must end. */
  readonly stopping: AbortSignal;
}

interface StreamsService {
  readonly reads: Reads;
  readonly writes: Writes;
  readonly now: () => number;
  readonly stopping: AbortSignal;
}

/** A server that has no service yet. */
export const newServer = (): Server => new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES, interceptors: [sendAhead] });

/** Registers every service of the protocol: the methods that are there, and for the others a plain refusal. */
export function addServices(server: Server, { streams, groups, host, port, now, stopping }: Node): void {
  const { log } = streams;
  addStreams(server, { reads: readsFrom(streams), writes: log, now, stopping });
  const persistent = persistentGrpc.PersistentSubscriptionsService;
  server.addService({ ...persistent, read: raw(persistent.read) }, { ...persistentCalls(groups), read: handleConsumer(groups, stopping) });
  const clusterInfo = gossip(host, now);
  server.addService(gossipGrpc.GossipService, { read: answerWith(() => clusterInfo(port())) });
  server.addService(projectionsGrpc.ProjectionsService, projections());
  server.addService(NODE_SERVICE, { backup: handleBackup((directory) => log.backUp(directory)) });
  server.addService(operationsGrpc.OperationsService, refused(operationsGrpc.OperationsService));
  server.addService(monitoringGrpc.MonitoringService, refused(monitoringGrpc.MonitoringService));
  server.addService(usersGrpc.UsersService, refused(usersGrpc.UsersService));
}

/** Registers the service `Streams`, and the one by which clients find out what it can do. */
export function addStreams(server: Server, { reads, writes, now, stopping }: StreamsService): void {
  const { read, append, delete: softDelete, tombstone, batchAppend } = streamsGrpc.StreamsService;
  server.addService(
    { read: raw(read), append: raw(append), delete: raw(softDelete), tombstone: raw(tombstone), batchAppend: raw(batchAppend) },
    {
      read: handleRead(reads, stopping),
      append: handleAppend(writes),
      delete: handleDelete(writes),
      tombstone: handleTombstone(writes),
      batchAppend: handleBatchAppend(writes, now, stopping),
    },
  );
  server.addService(serverFeaturesGrpc.ServerFeaturesService, { getSupportedMethods: answerWith(supportedMethods) });
}

function answerWith<Response>(response: () => Response) {
  return (_call: unknown, answer: (error: ServiceError | null, response: Response) => void): void => answer(null, response());
}

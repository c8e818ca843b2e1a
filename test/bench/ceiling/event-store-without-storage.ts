import { randomUUID } from 'node:crypto';
import { ServerCredentials } from '@grpc/grpc-js';
import { addStreams, newServer } from '../../../libs/embedded-eventstore/src/service/services.js';
import { encodeRecord } from '../../../libs/embedded-eventstore/src/wire/record.js';

/**
 * The event store's gRPC service with the storage left out: appends are answered from memory, and reads of so many events
 * with one event again and again. The size of its data is the argument.
 */
const event = encodeRecord({
  id: randomUUID(),
  stream: `orders-${randomUUID()}`,
  revision: 0,
  position: 1,
  type: 'Placed',
  contentType: 'application/json',
  created: `${Date.now()}0000`,
  customMetadata: Buffer.from('{}'),
  data: Buffer.from(JSON.stringify({ text: 'x'.repeat(Number(process.argv[2])) })),
});
const written = Promise.resolve({ kind: 'written', lastRevision: 0, position: 1 } as const);

const server = newServer();
addStreams(server, {
  reads: {
    ready: () => Promise.resolve(),
    *steps(request) {
      for (let left = request.mode === 'read' ? request.count : 0; left > 0; left--) yield event;
    },
    onCommit: () => () => undefined,
  },
  writes: { append: () => written, softDelete: () => written, tombstone: () => written },
  now: Date.now,
  stopping: new AbortController().signal,
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`esdb://127.0.0.1:${port}?tls=false\n`);
});

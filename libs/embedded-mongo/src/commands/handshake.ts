import { setTimeout as pause } from 'node:timers/promises';
import { Long, ObjectId } from 'bson';
import { fieldOf } from '../bson/paths.js';
import { MAX_DOCUMENT_BYTES } from '../storage/write-unit.js';
import { SESSION_TIMEOUT_MINUTES } from '../sessions/sessions.js';
import { MAX_MESSAGE_BYTES } from '../wire/message.js';
import { awaitsChange } from '../wire/connection.js';
import type { Handler } from './command.js';

/** Name of the replica set this server is the only member of; transactions and change streams need one. */
export const REPLICA_SET = 'embedded';
/** MongoDB 8.0, whose behaviour is followed. */
const WIRE_VERSION = 25;
export const VERSION = '8.0.0';
const MAX_WRITE_BATCH = 100_000;
const ELECTION_ID = new ObjectId('7fffffff0000000000000001');

/** The state of the replica set, as monitors compare it: it changes only when the process does. */
const TOPOLOGY_VERSION = { processId: new ObjectId(), counter: Long.ZERO };

/**
 * A monitor that waits for a change is answered when its time is up, since nothing ever changes here; what it is told by is the end of its
 * connection when the server stops.
 */
const hello: Handler = async (command) => {
  const { server, connection, name } = command;
  connection.client.appName ??= appNameOf(command.body['client']);
  if (awaitsChange(command.body)) {
    await pause(command.number('maxAwaitTimeMS'), undefined, { signal: connection.closed, ref: false }).catch(() => undefined); // the monitor has gone
  }
  const me = server.address();
  return {
    ...(name === 'hello' ? { isWritablePrimary: true } : { ismaster: true, isWritablePrimary: true, helloOk: true }),
    setName: REPLICA_SET,
    setVersion: 1,
    hosts: [me],
    primary: me,
    me,
    secondary: false,
    electionId: ELECTION_ID,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: SESSION_TIMEOUT_MINUTES,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
    topologyVersion: TOPOLOGY_VERSION,
    ok: 1,
  };
};

function appNameOf(client: unknown): string | undefined {
  const name = fieldOf(fieldOf(client, 'application'), 'name');
  return typeof name === 'string' ? name : undefined;
}

export const handshakeCommands: Readonly<Record<string, Handler>> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: () => ({ ok: 1 }),
  whatsmyuri: ({ connection }) => ({ you: connection.peer, ok: 1 }),
};

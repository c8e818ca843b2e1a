import { arch, cpus, hostname, release, totalmem, type as osType } from 'node:os';
import { Timestamp } from 'bson';
import { CommandError } from '../errors.js';
import { isDoc, type Doc } from '../bson/values.js';
import { MAX_DOCUMENT_BYTES } from '../storage/write-unit.js';
import type { Command, Handler } from './command.js';
import { REPLICA_SET, VERSION } from './handshake.js';

const buildInfo: Handler = () => ({
  version: VERSION,
  versionArray: VERSION.split('.').map(Number).concat(0),
  gitVersion: 'embedded',
  modules: [],
  bits: 64,
  debug: false,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  storageEngines: ['sqlite'],
  ok: 1,
});

const hostInfo: Handler = () => ({
  system: { currentTime: new Date(), hostname: hostname(), cpuAddrSize: 64, memSizeMB: Math.round(totalmem() / 2 ** 20), numCores: cpus().length, cpuArch: arch() },
  os: { type: osType(), version: release() },
  extra: {},
  ok: 1,
});

const serverStatus: Handler = ({ server }) => {
  const uptimeMs = Date.now() - server.startedAt;
  const memory = process.memoryUsage();
  return {
    host: server.address(),
    version: VERSION,
    process: 'embedded-mongo',
    pid: process.pid,
    uptime: uptimeMs / 1000,
    uptimeMillis: uptimeMs,
    localTime: new Date(),
    connections: { current: server.connections.size, totalCreated: server.connections.total },
    mem: { bits: 64, resident: Math.round(memory.rss / 2 ** 20), supported: true },
    metrics: { cursor: { open: { total: server.cursors.size } } },
    storageEngine: { name: 'sqlite', supportsCommittedReads: true, persistent: true },
    repl: { setName: REPLICA_SET, isWritablePrimary: true, hosts: [server.address()], primary: server.address(), me: server.address() },
    ok: 1,
  };
};

/** There is no authentication, hence nobody is logged in and nobody is defined. */
const connectionStatus: Handler = (command) => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], ...(command.flag('showPrivileges') && { authenticatedUserPrivileges: [] }) },
  ok: 1,
});

const PARAMETERS: Readonly<Record<string, unknown>> = { featureCompatibilityVersion: { version: '8.0' }, transactionLifetimeLimitSeconds: 60, authenticationMechanisms: [] };

const getParameter: Handler = ({ body, server }) => {
  const parameters: Doc = { ...PARAMETERS, enableTestCommands: server.failPoints !== undefined };
  const { getParameter: selector } = body;
  if (selector === '*' || (isDoc(selector) && selector['allParameters'] === true)) return { ...parameters, ok: 1 };
  const wanted = Object.keys(body).filter((key) => key in parameters);
  if (wanted.length === 0) throw new CommandError('InvalidOptions', 'no option found to get');
  return { ...Object.fromEntries(wanted.map((key) => [key, parameters[key]])), ok: 1 };
};

const LOGS = ['global', 'startupWarnings'];

/** The server keeps no log of its own; its owner hears of trouble by warnings of the process. */
const getLog: Handler = (command) => {
  const name = command.text('getLog');
  if (name === '*') return { names: LOGS, ok: 1 };
  if (!LOGS.includes(name)) throw new CommandError('OperationFailed', `No log named '${name}'`);
  return { totalLinesWritten: 0, log: [], ok: 1 };
};

const getCmdLineOpts: Handler = ({ server }) => ({
  argv: ['embedded-mongo'],
  parsed: { net: { bindIp: server.address().replace(/:\d+$/, ''), port: Number(/\d+$/.exec(server.address())?.[0]) }, replication: { replSet: REPLICA_SET } },
  ok: 1,
});

/** The replica set of one that clients see. */
const replSetGetStatus: Handler = ({ server }) => {
  const now = Math.floor(Date.now() / 1000);
  const optime = { ts: new Timestamp({ t: now, i: 1 }), t: 1 };
  return {
    set: REPLICA_SET,
    date: new Date(),
    myState: 1,
    term: 1,
    heartbeatIntervalMillis: 2000,
    members: [{ _id: 0, name: server.address(), health: 1, state: 1, stateStr: 'PRIMARY', uptime: Math.floor((Date.now() - server.startedAt) / 1000), optime, optimeDate: new Date(now * 1000), self: true }],
    ok: 1,
  };
};

const replSetGetConfig: Handler = ({ server }) => ({
  config: { _id: REPLICA_SET, version: 1, term: 1, members: [{ _id: 0, host: server.address(), arbiterOnly: false, hidden: false, priority: 1, tags: {}, votes: 1 }], settings: {} },
  ok: 1,
});

const nobody = (field: string): Handler => () => ({ [field]: [], ok: 1 });

/** @returns the answer to `listCommands`: the names of the commands there are */
export const commandList = (names: Iterable<string>): Handler => (_: Command) => ({
  commands: Object.fromEntries([...names].sort().map((name) => [name, { help: '', requiresAuth: false, secondaryOk: false, adminOnly: false }])),
  ok: 1,
});

/** Commands by which tools ask about the server itself. */
export const diagnosticCommands: Readonly<Record<string, Handler>> = {
  buildInfo,
  buildinfo: buildInfo,
  hostInfo,
  serverStatus,
  connectionStatus,
  getParameter,
  getLog,
  getCmdLineOpts,
  replSetGetStatus,
  replSetGetConfig,
  usersInfo: nobody('users'),
  rolesInfo: nobody('roles'),
};

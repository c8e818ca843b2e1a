import { createServer, isIPv6, type Server as NetServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { dispatch } from './commands/dispatch.js';
import type { Server } from './commands/command.js';
import { FailPoints } from './commands/fail-points.js';
import { REPLICA_SET } from './commands/handshake.js';
import { CursorRegistry } from './cursors/cursor-registry.js';
import { Sessions } from './sessions/sessions.js';
import { Database } from './storage/database.js';
import { Engine } from './storage/engine.js';
import { removeExpired } from './storage/expiry.js';
import { serve } from './wire/connection.js';

export interface EmbeddedMongoOptions {
  /** Directory the data lives in; created if missing, used by one server at a time. */
  readonly dataDir: string;
  /** TCP port; 0 for any free one. Default 27017. */
  readonly port?: number;
  /** Loopback address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Seconds between two looks for documents that a TTL index has expired. Default 60, as in MongoDB. */
  readonly ttlIntervalSeconds?: number;
  /** Bytes beyond which the data file does not grow; writes are refused then until something is deleted. Unlimited by default. */
  readonly maxBytes?: number;
  /** Whether tests may have commands fail with `configureFailPoint`, as with MongoDB's `enableTestCommands`. Default false. */
  readonly testCommands?: boolean;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
/** How often transactions and cursors are checked for expiry (milliseconds). */
const EXPIRY_INTERVAL_MS = 1_000;
/** How often kept answers of timed-out sessions are dropped (milliseconds). */
const PRUNE_INTERVAL_MS = 5 * 60_000;

/** A single-node server that speaks MongoDB's wire protocol and keeps its data in one directory. */
export class EmbeddedMongo {
  private readonly sockets = new Set<Socket>();
  private readonly connections = { size: 0, total: 0 };
  private readonly timers: NodeJS.Timeout[] = [];
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly listener: NetServer,
    private readonly engine: Engine,
    private readonly host: string,
    /** The TCP port it listens on. */
    readonly port: number,
  ) {}

  /**
   * Opens the data directory and listens.
   * @throws DirectoryInUseError when another server holds the directory
   * @throws Error with code EADDRINUSE when the port is taken, RangeError when the host is not loopback
   */
  static async start({ dataDir, maxBytes, port = 27017, host = '127.0.0.1', ttlIntervalSeconds = 60, testCommands = false }: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
    if (!LOOPBACK.has(host)) throw new RangeError(`the embedded server has no authentication and listens on loopback only, not on ${host}`);
    const database = Database.open(dataDir, maxBytes);
    const engine = new Engine(database);
    const listener = createServer({ noDelay: true });
    try {
      await listen(listener, port, host);
    } catch (error) {
      await engine.shutdown();
      throw error;
    }
    const address = listener.address();
    const node = new EmbeddedMongo(listener, engine, host, typeof address === 'object' && address ? address.port : port);
    const server = {
      engine,
      cursors: new CursorRegistry(),
      sessions: new Sessions(engine, database),
      startedAt: Date.now(),
      connections: node.connections,
      failPoints: testCommands ? new FailPoints() : undefined,
      address: () => node.address,
    };
    node.run(server, ttlIntervalSeconds);
    return node;
  }

  /** What to give to a MongoDB client. */
  get connectionString(): string {
    return `mongodb://${this.address}/?replicaSet=${REPLICA_SET}&directConnection=true`;
  }

  /**
   * Copies everything acknowledged until now into a new directory while the server goes on; a server started on that
   * directory has it all.
   * @throws Error when the directory exists already, or the disk fails
   */
  backup(directory: string): Promise<void> {
    return this.engine.backup(resolve(directory));
  }

  /** Ends all connections, commits what was acknowledged and closes the data directory. */
  stop(): Promise<void> {
    this.stopping ??= this.shutdown();
    return this.stopping;
  }

  private get address(): string {
    return `${isIPv6(this.host) ? `[${this.host}]` : this.host}:${String(this.port)}`;
  }

  private run(server: Server, ttlIntervalSeconds: number): void {
    const { connections } = this;
    this.listener.on('connection', (socket) => {
      this.sockets.add(socket);
      connections.size++;
      socket.once('close', () => {
        this.sockets.delete(socket);
        connections.size--;
      });
      void serve(socket, ++connections.total, (request, connection) => dispatch(server, request, connection));
    });
    this.every(EXPIRY_INTERVAL_MS, () => {
      this.engine.expire(Date.now());
      server.cursors.expire(Date.now());
    });
    this.every(PRUNE_INTERVAL_MS, () => {
      const pruned = this.engine.alter(() => {
        server.sessions.prune(Date.now());
      });
      pruned.catch(warn);
    });
    this.every(ttlIntervalSeconds * 1_000, () => {
      removeExpired(this.engine, new Date()).catch(warn);
    });
  }

  private every(milliseconds: number, task: () => void): void {
    this.timers.push(setInterval(task, milliseconds).unref());
  }

  private async shutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    const closed = new Promise<void>((resolve) => {
      this.listener.close(() => {
        resolve();
      });
    });
    await this.engine.settled();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    await this.engine.shutdown();
  }
}

/** Housekeeping that failed, as on a full disk, is reported and tried again at its next turn. */
const warn = (error: unknown): void => {
  process.emitWarning(error instanceof Error ? error : String(error));
};

const listen = (listener: NetServer, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, () => {
      listener.off('error', reject);
      resolve();
    });
  });

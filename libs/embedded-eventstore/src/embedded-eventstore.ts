import { ServerCredentials, type Server } from '@grpc/grpc-js';
import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { LinkStreams } from './links/link-streams.js';
import { Groups } from './persistent/groups.js';
import { Streams } from './read/streams.js';
import { addServices, newServer } from './service/services.js';
import { EventLog } from './storage/event-log.js';

export interface EmbeddedEventStoreOptions {
  /** Where the data live; created when missing. One node at a time. */
  readonly dataDir: string;
  /** 2113 when left out; 0 for any free port. */
  readonly port?: number;
  /** The address to listen on: loopback, since connections are neither encrypted nor authenticated. */
  readonly host?: '127.0.0.1' | '::1' | 'localhost';
  /** Bytes beyond which the file of events does not grow: writes are refused then. Unlimited when left out. */
  readonly maxBytes?: number;
  /** Milliseconds since 1970-01-01 UTC; the system's clock when left out. */
  readonly now?: () => number;
  /** Told what operators should know; standard error when left out. */
  readonly log?: (message: string) => void;
}

const DEFAULT_PORT = 2113;
const DEFAULT_HOST = '127.0.0.1';
/** How long the answers under way may take to reach their clients when the node stops. */
const DRAIN_MS = 1_000;

/** A single-node event store that speaks EventStoreDB's gRPC protocol and keeps its data in SQLite. */
export class EmbeddedEventStore {
  #stopped: Promise<void> | undefined;

  private constructor(
    private readonly server: Server,
    private readonly log: EventLog,
    private readonly links: LinkStreams,
    private readonly groups: Groups,
    private readonly stopping: AbortController,
    readonly host: string,
    readonly port: number,
  ) {}

  /**
   * Opens the data and listens.
   *
   * @throws DataDirectoryInUse when another node has the data directory
   * @throws Error when the port is taken, or the database cannot be opened
   */
  static async start(options: EmbeddedEventStoreOptions): Promise<EmbeddedEventStore> {
    const { dataDir, maxBytes, now = Date.now } = options;
    const tell = options.log ?? ((message: string) => void process.stderr.write(`${message}\n`));
    return EmbeddedEventStore.startOn(new EventLog({ dataDir, maxBytes, now, tell }), options);
  }

  /** Listens, on a log that is open already and is closed when the node stops or cannot start. */
  static async startOn(log: EventLog, options: EmbeddedEventStoreOptions): Promise<EmbeddedEventStore> {
    const { dataDir, port = DEFAULT_PORT, host = DEFAULT_HOST, now = Date.now } = options;
    let links: LinkStreams | undefined;
    let groups: Groups | undefined;
    try {
      links = new LinkStreams(log, dataDir);
      const streams = new Streams(log, links);
      groups = new Groups(streams);
      const server = newServer();
      const stopping = new AbortController();
      setMaxListeners(Infinity, stopping.signal);
      let boundPort = port;
      addServices(server, { streams, groups, host, port: () => boundPort, now, stopping: stopping.signal });
      boundPort = await listen(server, host, port);
      return new EmbeddedEventStore(server, log, links, groups, stopping, host, boundPort);
    } catch (error) {
      await groups?.stop();
      links?.close();
      await log.close();
      throw error;
    }
  }

  /** What `@eventstore/db-client` connects with. */
  get connectionString(): string {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host;
    return `esdb://${host}:${this.port}?tls=false`;
  }

  /**
   * Copies everything acknowledged until now into a new directory while the node goes on; a node started on that
   * directory has it all.
   *
   * @throws Error when the directory exists already, the database is damaged, or the disk fails
   */
  backup(directory: string): Promise<void> {
    return this.log.backUp(resolve(directory));
  }

  /** Commits and answers what has come in, ends subscriptions and other open calls, and closes the data. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    // A commit that fails now has been told to its writers and to the operator.
    await this.log.committed().catch(() => undefined);
    this.stopping.abort();
    await this.groups.stop();
    await new Promise<void>((done) => {
      const force = setTimeout(() => this.server.forceShutdown(), DRAIN_MS);
      this.server.tryShutdown(() => {
        clearTimeout(force);
        done();
      });
    });
    this.links.close();
    await this.log.close();
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  const address = host.includes(':') ? `[${host}]` : host;
  return new Promise((listening, reject) => {
    server.bindAsync(`${address}:${port}`, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error) reject(error);
      else listening(boundPort);
    });
  });
}

import type { Streams } from '../read/streams.js';
import { groupExists, groupFailed, groupNotFound } from '../rpc-error.js';
import { loadGroups, saveGroups } from './config-stream.js';
import { Group } from './group.js';
import { newestEvent } from './newest-event.js';
import {
  ALL_STREAM,
  checkpointStreamOf,
  idOf,
  parkedStreamOf,
  whyRefused,
  type GroupConfig,
  type GroupName,
  type GroupSettings,
} from './settings.js';

/** How often messages are looked at for being overdue, and checkpoints for being due. EventStoreDB does so every second. */
const TICK_MS = 500;
const INVALID_START =
  'Invalid Start From position: commit position must be less than or equal to the last commit position in the transaction file.';

/** All persistent subscription groups of the node. */
export class Groups {
  #groups: Map<string, Group>;
  readonly #ticking: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #changes: Promise<unknown> = Promise.resolve();

  /** Takes up the groups where they were left off. */
  constructor(private readonly streams: Streams) {
    this.#groups = this.#load();
    this.#ticking = setInterval(() => this.#each((group) => group.tick()), TICK_MS).unref();
    this.#stopListening = streams.log.onCommit(() => this.#each((group) => group.pump()));
  }

  /** @throws RpcError NOT_FOUND */
  get(name: GroupName): Group {
    const group = this.#groups.get(idOf(name));
    if (!group) throw groupNotFound(name);
    return group;
  }

  /** The groups of one stream, or all of them, by name. */
  list(stream?: string): Group[] {
    const groups = [...this.#groups.values()].filter(({ config }) => stream === undefined || config.stream === stream);
    return groups.sort((a, b) => (idOf(a.config) < idOf(b.config) ? -1 : 1));
  }

  /**
   * @throws RpcError ALREADY_EXISTS when there is such a group
   * @throws RpcError INTERNAL when the settings make no sense
   */
  create(config: Omit<GroupConfig, 'createdAt'>): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#groups.has(idOf(config))) throw groupExists(config);
      this.#check(config, config.settings);
      await this.streams.ready(config.stream);
      const created = { ...config, createdAt: this.#endOf(config.stream) };
      await this.#save([...this.#configs(), created]);
      this.#groups.set(idOf(created), this.#start(created));
    });
  }

  /**
   * Drops the consumers; those that connect again go on from the checkpoint.
   *
   * @throws RpcError NOT_FOUND when there is no such group
   * @throws RpcError INTERNAL when the settings make no sense
   */
  update(name: GroupName, settings: GroupSettings): Promise<void> {
    return this.#exclusively(async () => {
      const group = this.get(name);
      this.#check(name, settings);
      const updated = { ...group.config, settings };
      await this.#save(this.#configs().map((config) => (config === group.config ? updated : config)));
      await group.close();
      this.#groups.set(idOf(name), this.#start(updated));
    });
  }

  /**
   * Drops the consumers and forgets how far they got and what was parked.
   *
   * @throws RpcError NOT_FOUND when there is no such group
   */
  delete(name: GroupName): Promise<void> {
    return this.#exclusively(async () => {
      const group = this.get(name);
      await this.#save(this.#configs().filter((config) => config !== group.config));
      this.#groups.delete(idOf(name));
      await group.close();
      const { log } = this.streams;
      for (const stream of [checkpointStreamOf(name), parkedStreamOf(name)])
        if (newestEvent(log, stream)) await log.softDelete(stream, 'any');
    });
  }

  /** Drops all consumers and starts every group again from its checkpoint. */
  restart(): Promise<void> {
    return this.#exclusively(async () => {
      await this.#close();
      this.#groups = this.#load();
    });
  }

  /** Resolves when it is on disk how far every group got. */
  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    this.#stopListening();
    await this.#exclusively(() => this.#close());
  }

  #load(): Map<string, Group> {
    return new Map(loadGroups(this.streams.log).map((config) => [idOf(config), this.#start(config)]));
  }

  #start(config: GroupConfig): Group {
    return new Group(this.streams, config, () => performance.now());
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((group) => group.close()));
  }

  #check(name: GroupName, settings: GroupSettings): void {
    const reason = whyRefused(settings);
    if (reason !== undefined) throw groupFailed(name, reason);
    const { log } = this.streams;
    const isBeyond = settings.startFrom !== 'end' && settings.startFrom > (log.events.previous(log.end) ?? 0);
    if (name.stream === ALL_STREAM && isBeyond) throw groupFailed(name, INVALID_START);
  }

  #endOf(stream: string): number {
    if (stream === ALL_STREAM) return this.streams.log.end;
    const { lastRevision } = this.streams.get(stream);
    return lastRevision + 1;
  }

  #configs(): GroupConfig[] {
    return [...this.#groups.values()].map(({ config }) => config);
  }

  #save(configs: readonly GroupConfig[]): Promise<void> {
    return saveGroups(this.streams.log, configs);
  }

  #each(act: (group: Group) => void): void {
    for (const group of this.#groups.values()) act(group);
  }

  /** Changes follow one another, each seeing what those before it left. */
  #exclusively<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }
}

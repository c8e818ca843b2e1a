import { eventIdOf } from '../wire/record.js';
import type { ExpectedRevision, ProposedEvent } from '../wire/write-requests.js';
import { isDamage } from './damage.js';
import { openDataDirectory, type DataDirectory, type DataDirectoryOptions } from './data-directory.js';
import { EventTable } from './event-table.js';
import { EventWriter } from './event-writer.js';
import { GroupCommit } from './group-commit.js';
import { LogWriter, type WriteResult } from './log-writer.js';
import { NameTable } from './name-table.js';
import { RecentEventIds } from './recent-event-ids.js';
import { StagedStates } from './staged-states.js';
import { StreamNames } from './stream-names.js';
import type { StreamState } from './stream-state.js';
import { StreamStates } from './stream-states.js';
import { Transaction } from './transaction.js';

export interface EventLogOptions extends DataDirectoryOptions {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  /** Told what operators should know: that a commit failed, besides the writers concerned. */
  readonly tell: (message: string) => void;
}

const REMEMBERED_EVENT_IDS = 100_000;
/** How many ids are read back at start: enough for any client's retries, few enough to start at once. */
const RELOADED_EVENT_IDS = 20_000;

/** The durable, totally ordered log of all events, with its streams. One process may have it open. */
export class EventLog {
  readonly events: EventTable;
  readonly streamNames: StreamNames;
  readonly typeNames: NameTable;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  readonly #directory: DataDirectory;
  readonly #states: StreamStates;
  readonly #recentIds = new RecentEventIds(REMEMBERED_EVENT_IDS);
  readonly #writer: LogWriter;
  readonly #commits: GroupCommit;
  readonly #backups = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();

  /**
   * Opens the log below `dataDir`, creating it when missing. Reads a bounded number of events, and four bytes of each stream.
   *
   * @throws DataDirectoryInUse when another process, or another log of this one, has it open
   * @throws Error when it is damaged where the names of the streams are
   */
  constructor({ now, tell, ...directory }: EventLogOptions) {
    this.now = now;
    this.#directory = openDataDirectory(directory);
    try {
      const { db, wal } = this.#directory;
      this.events = new EventTable(db, () => this.end);
      this.streamNames = new StreamNames(db);
      this.typeNames = new NameTable(db, 'event_types');
      this.#states = new StreamStates(this.streamNames, this.events);
      const transaction = new Transaction(db);
      const staged = new StagedStates(this.#states);
      this.#writer = new LogWriter(transaction, new EventWriter(db), this.streamNames, this.typeNames, staged, this.#recentIds, now);
      this.#commits = new GroupCommit(transaction, wal, {
        commit: () => this.#writer.commit(),
        published: () => this.#tellListeners(),
        drop: (error) => {
          this.#writer.drop();
          tell(`embedded event store: nothing of this commit counts: ${error.message}`);
        },
        foldingFailed: (error) => tell(`embedded event store: the write-ahead log grows, since it cannot be folded back: ${error.message}`),
      });
      this.#loadRecentIds(tell);
    } catch (error) {
      this.#directory.close();
      throw error;
    }
  }

  /** The position after the last event that is on disk. */
  get end(): number {
    return this.#writer.end;
  }

  /** What the stream looks like on disk; a stream never written has no event. */
  stream(name: string): Readonly<StreamState> {
    return this.#states.get(name);
  }

  /** Appends all events or none. Resolves when they are on disk; rejects with the database's error. */
  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<WriteResult> {
    return this.#commits.write(() => this.#writer.append(stream, expected, events));
  }

  softDelete(stream: string, expected: ExpectedRevision): Promise<WriteResult> {
    return this.#commits.write(() => this.#writer.softDelete(stream, expected));
  }

  tombstone(stream: string, expected: ExpectedRevision): Promise<WriteResult> {
    return this.#commits.write(() => this.#writer.tombstone(stream, expected));
  }

  /** Calls `listener` after every commit, until the returned function is called. */
  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when everything written so far is committed and answered. */
  committed(): Promise<void> {
    return this.#commits.write(() => undefined);
  }

  /**
   * Copies everything acknowledged until now, and perhaps some of what is on its way, into a new directory.
   *
   * @throws BackupExists
   * @throws Error when the database is damaged or the disk fails
   */
  backUp(directory: string): Promise<void> {
    const backup = this.#directory.backUp(directory).finally(() => this.#backups.delete(backup));
    this.#backups.add(backup);
    return backup;
  }

  /** Commits what is pending, waits until it and backups are on disk and closes the files. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#backups);
    await this.#commits.end();
    this.#directory.close();
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }

  #loadRecentIds(tell: (message: string) => void): void {
    const events: { stream: number; revision: number; id: string }[] = [];
    try {
      for (const { stream, revision, record } of this.events.tail(RELOADED_EVENT_IDS)) events.push({ stream, revision, id: eventIdOf(record) });
    } catch (error) {
      if (!isDamage(error)) throw error;
      tell('embedded event store: the database is damaged, restore a backup; what can be read is served');
    }
    for (const { stream, revision, id } of events.reverse()) this.#recentIds.stage(stream, id, revision);
    this.#recentIds.commit();
  }
}

import { eventIdOf } from '../wire/record.js';
import type { ExpectedRevision, ProposedEvent } from '../wire/write-requests.js';
import { openDataDirectory, type DataDirectory } from './data-directory.js';
import { EventTable } from './event-table.js';
import { GroupCommit } from './group-commit.js';
import { LogWriter, type WriteResult } from './log-writer.js';
import { NameTable } from './name-table.js';
import { RecentEventIds } from './recent-event-ids.js';
import type { StreamState } from './stream-state.js';
import { StreamStates } from './stream-states.js';

export interface EventLogOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  /** Told when a commit failed, besides the writers concerned. */
  readonly onWriteFailure: (error: Error) => void;
}

const REMEMBERED_EVENT_IDS = 100_000;
/** How many ids are read back at start: enough for any client's retries, few enough to start at once. */
const RELOADED_EVENT_IDS = 20_000;

/** The durable, totally ordered log of all events, with its streams. One process may have it open. */
export class EventLog {
  readonly events: EventTable;
  readonly streamNames: NameTable;
  readonly typeNames: NameTable;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  readonly #directory: DataDirectory;
  readonly #states: StreamStates;
  readonly #recentIds = new RecentEventIds(REMEMBERED_EVENT_IDS);
  readonly #writer: LogWriter;
  readonly #commits: GroupCommit;
  readonly #listeners = new Set<() => void>();
  readonly #onWriteFailure: (error: Error) => void;

  /**
   * Opens the log below `dataDir`, creating it when missing. Reads a bounded number of events.
   *
   * @throws DataDirectoryInUse when another process, or another log of this one, has it open
   */
  constructor({ dataDir, now, onWriteFailure }: EventLogOptions) {
    this.now = now;
    this.#directory = openDataDirectory(dataDir);
    const { db } = this.#directory;
    this.events = new EventTable(db);
    this.streamNames = new NameTable(db, 'streams');
    this.typeNames = new NameTable(db, 'event_types');
    this.#states = new StreamStates(this.streamNames, this.events);
    this.#writer = new LogWriter(this.events, this.streamNames, this.typeNames, this.#states, this.#recentIds, now);
    this.#onWriteFailure = onWriteFailure;
    this.#commits = new GroupCommit(db, () => this.#committed(), (error) => this.#rolledBack(error));
    this.#reloadRecentIds();
  }

  /** The position after the last event. */
  get end(): number {
    return this.#writer.nextPosition;
  }

  /** What the stream looks like now; a stream never written has no event. */
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

  /** Commits what is pending and closes the files. */
  close(): void {
    this.#commits.flush();
    this.#directory.close();
  }

  #committed(): void {
    for (const listener of this.#listeners) listener();
  }

  #rolledBack(error: Error): void {
    this.streamNames.forgetCached();
    this.typeNames.forgetCached();
    this.#states.clear();
    this.#writer.rolledBack();
    this.#reloadRecentIds();
    this.#onWriteFailure(error);
  }

  #reloadRecentIds(): void {
    this.#recentIds.clear();
    for (const { stream, revision, record } of this.events.tail(RELOADED_EVENT_IDS).reverse())
      this.#recentIds.add(stream, eventIdOf(record), revision);
  }
}

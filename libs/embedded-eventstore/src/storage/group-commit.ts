import { isDamage } from './damage.js';
import type { Transaction } from './transaction.js';
import type { WriteAheadLog } from './write-ahead-log.js';

/** A write that waits for the next commit, or for its outcome. */
interface PendingWrite {
  /** Runs inside the transaction; answers what to do once it is on disk. */
  readonly run: () => () => void;
  readonly fail: (error: Error) => void;
}

/** What becomes of a group. */
export interface Outcome {
  /** It is on disk: makes what it changed visible, before its writers are answered. */
  readonly publish: () => void;
  /** Its writers are answered; others may be told. */
  readonly published: () => void;
  /** Nothing of it counts. */
  readonly drop: (error: Error) => void;
  /** The log could not be folded back, and goes on growing. */
  readonly foldingFailed: (error: Error) => void;
}

/** Writes in one group at most, so that the first need not wait for ever more. */
const FULL_GROUP = 256;

/** Nobody knows what the disk holds after it failed to keep something: nothing may be built on it. */
export class DiskFailed extends Error {
  constructor(cause: Error) {
    super(`the disk failed to keep what was written, so that nothing more is taken until the event store is restarted: ${cause.message}`, { cause });
  }
}

/**
 * Puts all writes that arrived since the last commit into one transaction, so that a disk flush is shared by as many
 * writers as are waiting; a group is taken when a turn of the event loop brings no further write. The flush runs off the
 * event loop, and the next group waits for it. Writes run in the order they came, each seeing those before it; a write is
 * answered, and seen by readers, when its group is on disk. When the database fails, the whole group is rolled back and
 * every write of it rejected, except that a write which met damage is rejected alone; when the flush fails, so is every
 * write that follows.
 */
export class GroupCommit {
  #pending: PendingWrite[] = [];
  #isGathering = false;
  /** How many writes were waiting a turn of the event loop ago. */
  #gathered = 0;
  /** The group that is being committed. */
  #committing: Promise<void> | undefined;
  #diskFailure: DiskFailed | undefined;
  #isFoldingFailed = false;

  constructor(
    private readonly transaction: Transaction,
    private readonly wal: WriteAheadLog,
    private readonly outcome: Outcome,
  ) {}

  /** @throws what the database or the disk failed with; nothing of the write counts then */
  write<T>(run: () => T): Promise<T> {
    if (this.#diskFailure) return Promise.reject(this.#diskFailure);
    return new Promise((resolve, reject) => {
      this.#pending.push({
        run: () => {
          const result = run();
          return () => resolve(result);
        },
        fail: reject,
      });
      this.#schedule();
    });
  }

  /** Resolves when everything written so far is on disk and answered, or refused, and nothing is under way. */
  async end(): Promise<void> {
    // A failure has been told to the writers and to the operator.
    await this.write(() => undefined).catch(() => undefined);
    await this.#committing;
  }

  #schedule(): void {
    if (this.#isGathering || this.#committing || this.#pending.length === 0) return;
    this.#isGathering = true;
    this.#gathered = 0;
    setImmediate(() => this.#gather());
  }

  #gather(): void {
    const isGrowing = this.#pending.length > this.#gathered && this.#pending.length < FULL_GROUP;
    this.#gathered = this.#pending.length;
    if (isGrowing) {
      setImmediate(() => this.#gather());
      return;
    }
    this.#isGathering = false;
    this.#committing = this.#commit(this.#pending.splice(0, FULL_GROUP)).finally(() => {
      this.#committing = undefined;
      this.#schedule();
    });
  }

  async #commit(group: readonly PendingWrite[]): Promise<void> {
    const answers: (() => void)[] = [];
    let hasWritten: boolean;
    try {
      for (const write of group) answers.push(write.run());
      hasWritten = this.transaction.commit();
    } catch (error) {
      const culprit = group[answers.length];
      // The next write may need nothing of what is damaged.
      if (culprit && isDamage(error)) this.#pending.unshift(...group.filter((write) => write !== culprit));
      this.#rollBack(culprit && isDamage(error) ? [culprit] : group, toError(error));
      return;
    }
    try {
      if (hasWritten) await this.wal.sync();
    } catch (error) {
      this.#refuseForGood(group, new DiskFailed(toError(error)));
      return;
    }
    this.outcome.publish();
    for (const answer of answers) answer();
    if (!hasWritten) return;
    this.outcome.published();
    if (this.wal.isLong) await this.#foldBack();
  }

  #rollBack(group: readonly PendingWrite[], error: Error): void {
    try {
      this.transaction.rollBack();
      this.outcome.drop(error);
    } finally {
      for (const write of group) write.fail(error);
    }
  }

  #refuseForGood(group: readonly PendingWrite[], failure: DiskFailed): void {
    this.#diskFailure = failure;
    this.outcome.drop(failure);
    for (const write of [...group, ...this.#pending.splice(0)]) write.fail(failure);
  }

  /** The next group waits for it: only while nothing is written can all of the log be folded back. */
  async #foldBack(): Promise<void> {
    try {
      await this.wal.foldBack();
      this.#isFoldingFailed = false;
    } catch (error) {
      // It is tried again after every group; the operator is told once.
      if (!this.#isFoldingFailed) this.outcome.foldingFailed(toError(error));
      this.#isFoldingFailed = true;
    }
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

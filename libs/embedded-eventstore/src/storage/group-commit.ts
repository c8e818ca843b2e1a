import { isDamage } from './damage.js';
import type { Transaction } from './transaction.js';
import type { WriteAheadLog } from './write-ahead-log.js';

/** A write that waits for the next commit, or for its outcome. */
interface PendingWrite {
  /** Runs inside the transaction; answers what to do once it is on disk. */
  readonly run: () => () => void;
  readonly fail: (error: Error) => void;
}

/** A group that was carried out. Its writers are told what became of it in its turn, so that none gets ahead of those before it. */
interface DoneGroup {
  /** Undefined when nothing of the group wrote anything, or it was rolled back. */
  readonly publish: (() => void) | undefined;
  readonly answer: () => void;
  /** Instead of the answer, when the disk failed. */
  readonly refuse: (failure: Error) => void;
}

/** What becomes of a group. */
export interface Outcome {
  /** It is committed, and the next may build on it; the answer makes visible what it changed, once it is on disk. */
  readonly commit: () => () => void;
  /** Groups are on disk and their writers answered; others may be told. */
  readonly published: () => void;
  /** Nothing of it counts. */
  readonly drop: (error: Error) => void;
  /** The log could not be folded back, and goes on growing. */
  readonly foldingFailed: (error: Error) => void;
}

/** Writes in one group at most: few enough that the first are flushed and answered while others are still carried out. */
const FULL_GROUP = 16;

/** Nobody knows what the disk holds after it failed to keep something: nothing may be built on it. */
export class DiskFailed extends Error {
  constructor(cause: Error) {
    super(`the disk failed to keep what was written, so that nothing more is taken until the event store is restarted: ${cause.message}`, { cause });
  }
}

/**
 * Puts the writes that arrive together into one transaction, and the transactions that were committed during a disk flush
 * into the next one, so that a flush is shared by as many writers as are waiting. A flush that takes long runs off the event
 * loop, on which the next groups are carried out meanwhile. Writes run in the order they came, each seeing those before it; a write
 * is answered, and seen by readers, when it and all before it are on disk. When the database fails, the whole group is
 * rolled back, and every write of it and every one that waits is rejected; a write which met damage is rejected alone. When
 * the flush fails, so is every write that follows.
 */
export class GroupCommit {
  #pending: PendingWrite[] = [];
  #isScheduled = false;
  /** In the order they were carried out. */
  #done: DoneGroup[] = [];
  #flushing: Promise<void> | undefined;
  #folding: Promise<void> | undefined;
  /** No group is taken: the rest of the log is being folded back. */
  #isHeld = false;
  /** No group is taken: one has failed, and its writers are not told yet. */
  #hasFailed = false;
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
    await this.#flushing;
    await this.#folding;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isHeld || this.#hasFailed || this.#pending.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#commit(this.#pending.splice(0, FULL_GROUP));
      this.#schedule();
    });
  }

  #commit(writes: readonly PendingWrite[]): void {
    const answers: (() => void)[] = [];
    try {
      for (const write of writes) answers.push(write.run());
      const publish = this.transaction.commit() ? this.outcome.commit() : undefined;
      this.#done.push({
        publish,
        answer: () => answers.forEach((answer) => answer()),
        refuse: (failure) => writes.forEach((write) => write.fail(failure)),
      });
      if (publish && !this.#folding && this.wal.isLong) this.#folding = this.#foldBack();
    } catch (error) {
      this.#rollBack(toError(error));
      if (isDamage(error) && answers.length < writes.length) this.#failOne(writes, answers.length, toError(error));
      else this.#failAll(writes, toError(error));
    }
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined));
  }

  /** Until nothing is left to flush. */
  async #flush(): Promise<void> {
    while (this.#done.length > 0) {
      const groups = this.#done.splice(0);
      const hasWritten = groups.some(({ publish }) => publish);
      try {
        if (hasWritten) await this.wal.flush();
      } catch (error) {
        this.#refuseForGood(groups, new DiskFailed(toError(error)));
        return;
      }
      for (const { publish, answer } of groups) {
        publish?.();
        answer();
      }
      if (hasWritten) this.outcome.published();
    }
  }

  #rollBack(error: Error): void {
    this.transaction.rollBack();
    this.outcome.drop(error);
  }

  /** The write that met damage; the others may need nothing of what is damaged. */
  #failOne(writes: readonly PendingWrite[], culprit: number, error: Error): void {
    const fail = (): void => writes[culprit]?.fail(error);
    this.#pending.unshift(...writes.filter((_, index) => index !== culprit));
    this.#done.push({ publish: undefined, answer: fail, refuse: fail });
  }

  /** With all that came until they are told, since the failure of one write ends the call that it shares with others. */
  #failAll(writes: readonly PendingWrite[], error: Error): void {
    const fail = (): void => {
      this.#hasFailed = false;
      for (const write of [...writes, ...this.#pending.splice(0)]) write.fail(error);
    };
    this.#hasFailed = true;
    this.#done.push({ publish: undefined, answer: fail, refuse: fail });
  }

  #refuseForGood(groups: readonly DoneGroup[], failure: DiskFailed): void {
    this.#diskFailure = failure;
    this.outcome.drop(failure);
    for (const { refuse } of [...groups, ...this.#done.splice(0)]) refuse(failure);
    for (const write of this.#pending.splice(0)) write.fail(failure);
  }

  /** Most of it while writing goes on, the rest while nothing is written: only then can all of it be folded back. */
  async #foldBack(): Promise<void> {
    try {
      await this.wal.foldBack();
      this.#isHeld = true;
      await this.#flushing;
      await this.wal.foldBack();
      this.#isFoldingFailed = false;
    } catch (error) {
      // It is tried again after the next group; the operator is told once.
      if (!this.#isFoldingFailed) this.outcome.foldingFailed(toError(error));
      this.#isFoldingFailed = true;
    }
    this.#folding = undefined;
    this.#isHeld = false;
    this.#schedule();
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

import type { ClientSession, Db } from 'mongodb';
import type { CommitBatch } from './batch-consumer.js';
import { advance, type Claim } from './checkpoints.js';

/** What one batch of one consumer writes, and how far it brings the claim's partitions. */
export interface BatchCommit {
  readonly claim: Claim;
  readonly position: number;
  readonly write: CommitBatch;
}

interface Waiting {
  readonly commit: BatchCommit;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Runs writes in a transaction; one that is under way is finished even when a claim is revoked, but not begun again. */
export const transact = async (db: Db, claims: readonly Claim[], write: CommitBatch): Promise<void> => {
  let attempts = 0;
  await db.client.withSession((session) =>
    session.withTransaction(async () => {
      if (attempts > 0) for (const { signal } of claims) signal.throwIfAborted();
      attempts += 1;
      await write(session);
    }),
  );
};

/**
 * Commits the batches that a worker's consumers have ready at the same time in one transaction: live events concern most consumers at once, and a transaction of
 * its own for each would cost more than what it writes. When a group fails, each of its batches is committed by itself, so that one consumer's failure
 * is nobody else's.
 */
export class GroupedCommits {
  private waiting: Waiting[] = [];
  private working = false;

  constructor(private readonly db: Db) {}

  /** Commits with whoever is ready. Throws what the batch itself failed with; `LeaseLost` when the claim does not hold any more. */
  commit(commit: BatchCommit): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ commit, done, failed });
      if (!this.working) void this.work();
    });
  }

  /** Commits in a transaction of its own, at once: for batches so large that nobody should wait for them. */
  async commitAlone(commit: BatchCommit): Promise<void> {
    await this.transact([commit]);
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let group = this.waiting; group.length > 0; group = this.waiting) {
      this.waiting = [];
      if (group.length === 1 || !(await this.together(group))) await Promise.all(group.map((member) => this.alone(member)));
    }
    this.working = false;
  }

  private async together(group: readonly Waiting[]): Promise<boolean> {
    try {
      await this.transact(group.map(({ commit }) => commit));
    } catch {
      // Whose fault it was shows when each is tried by itself.
      return false;
    }
    for (const { done } of group) done();
    return true;
  }

  private async alone({ commit, done, failed }: Waiting): Promise<void> {
    try {
      await this.commitAlone(commit);
      done();
    } catch (error) {
      failed(error);
    }
  }

  private transact(commits: readonly BatchCommit[]): Promise<void> {
    const claims = commits.map(({ claim }) => claim);
    return transact(this.db, claims, async (session: ClientSession) => {
      // First of all, so that a lost lease costs nothing more.
      await advance(this.db, commits, session);
      for (const { write } of commits) await write(session);
    });
  }
}

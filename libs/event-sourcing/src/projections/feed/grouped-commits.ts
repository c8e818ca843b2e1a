import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Db } from 'mongodb';
import type { BatchWrite } from './batch-writes.js';
import { advance, type FeedClaim } from './checkpoints.js';
import { transact } from './transact.js';

/** What one batch of one consumer writes, and how far it brings the claim's partitions. */
export interface BatchCommit {
  readonly claim: FeedClaim;
  readonly position: number;
  readonly writes: readonly BatchWrite[];
  /** Called when the writes are carried out and the commit is on its way; once for each attempt. */
  readonly written?: () => void;
}

interface Waiting {
  readonly commit: BatchCommit;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** How long a group waits for batches that are being prepared, in milliseconds: reading what they change takes them less than a second transaction would. */
const COMPANY_MS = 10;

/** How long checkpoints without effects wait for a group that has some to go with, in milliseconds. */
const LINGER_MS = 50;

/**
 * Commits the batches that a worker's consumers have ready at the same time in one transaction: live events concern most consumers at once, and a transaction of
 * its own for each would cost more than what it writes. When a group fails, each of its batches is committed by itself, so that one consumer's failure
 * is nobody else's.
 */
export class GroupedCommits {
  private waiting: Waiting[] = [];
  private preparing = 0;
  private working = false;
  private noticed: () => void = () => undefined;

  constructor(private readonly db: Db) {}

  /** Prepares a batch that is committed next, so that whoever is ready already can wait for it. Throws what the preparation fails with. */
  async prepare<Effects>(preparation: () => Promise<Effects>): Promise<Effects> {
    this.preparing += 1;
    try {
      return await preparation();
    } finally {
      this.preparing -= 1;
      this.noticed();
    }
  }

  /** Commits with whoever is ready. Throws what the batch itself failed with; `LeaseLost` when the claim does not hold any more. */
  commit(commit: BatchCommit): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ commit, done, failed });
      this.noticed();
      if (!this.working) void this.work();
    });
  }

  /** Commits in a transaction of its own, at once: for batches so large that nobody should wait for them. */
  async commitAlone(commit: BatchCommit): Promise<void> {
    await this.transact([commit]);
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.waiting.length > 0) {
      await this.gather();
      const group = this.waiting;
      this.waiting = [];
      if (group.length === 1 || !(await this.together(group))) await Promise.all(group.map((member) => this.alone(member)));
    }
    this.working = false;
  }

  /** Waits for those who can be expected to join; not for long. */
  private async gather(): Promise<void> {
    // Whoever was in the group before begins to prepare in this turn.
    await nextTurn();
    const begun = performance.now();
    const left = (): number => begun + this.patienceMs() - performance.now();
    for (let milliseconds = left(); milliseconds > 0; milliseconds = left()) await this.somethingHappens(milliseconds);
    // Whoever is prepared joins in this turn.
    await nextTurn();
  }

  private patienceMs(): number {
    if (this.waiting.every(({ commit }) => commit.writes.length === 0)) return LINGER_MS;
    return this.preparing > 0 ? COMPANY_MS : 0;
  }

  private async somethingHappens(patienceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.noticed = resolve;
      timer = setTimeout(resolve, patienceMs);
    });
    clearTimeout(timer);
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
    return transact(this.db, claims, async (session) => {
      await advance(this.db, commits, commits.flatMap(({ writes }) => writes), session);
      // Not before the commit is on its way: what comes next may take a while.
      setImmediate(() => commits.forEach(({ written }) => written?.()));
    });
  }
}

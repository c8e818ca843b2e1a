import type { Change } from './changes.js';

/** A multi-document transaction between its first statement and its end. */
export class Transaction {
  /** Everything written so far, in order. */
  readonly changes: Change[] = [];
  /** First and latest form of each document written, by conflict key and row. */
  readonly writeSet = new Map<string, Change>();
  /** Documents nobody else may write while this transaction is open. */
  readonly claims = new Set<string>();
  state: 'open' | 'committed' | 'aborted' = 'open';
  /** Settles when the transaction ends either way. */
  readonly ended: Promise<void>;
  private end: () => void = () => undefined;

  /**
   * @param snapshot number of the last commit this transaction sees
   * @param expiresAt when it is aborted if still open (milliseconds since the epoch)
   */
  constructor(
    readonly session: string,
    readonly txnNumber: bigint,
    readonly snapshot: number,
    readonly expiresAt: number,
  ) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** Adds the writes of a statement that succeeded. */
  absorb(changes: readonly Change[]): void {
    for (const change of changes) {
      this.changes.push(change);
      const key = `${change.conflictKey}#${String(change.rid)}`;
      const first = this.writeSet.get(key);
      this.writeSet.set(key, first ? { ...change, before: first.before } : change);
    }
  }

  finish(state: 'committed' | 'aborted'): void {
    this.state = state;
    this.end();
  }
}

import { addToCounts, combined, type Change } from './changes.js';
import type { Collection } from './collection.js';
import { Overlay } from './overlay.js';

/** A multi-document transaction between its first statement and its end: a snapshot, and writes that only it sees. */
export class Transaction {
  /** Everything written so far, in order. */
  readonly changes: Change[] = [];
  /** Documents nobody else may write while this transaction is open. */
  readonly claims = new Set<string>();
  state: 'open' | 'committed' | 'aborted' = 'open';
  /** Settles when the transaction ends either way. */
  readonly ended: Promise<void>;
  private readonly overlays = new Map<Collection, Overlay>();
  /** The change of each document written, from its form in the snapshot to its latest. */
  private readonly writeSet = new Map<Collection, Map<number, Change>>();
  /** Documents that others wrote since the snapshot. */
  private readonly overtaken = new Set<string>();
  private running = false;
  private end: () => void = () => undefined;

  /** @param expiresAt when it is aborted if still open (milliseconds since the epoch) */
  constructor(
    readonly session: string,
    readonly txnNumber: bigint,
    readonly expiresAt: number,
  ) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** Runs a statement, to which every collection shows what this transaction sees. */
  run<T>(statement: () => T): T {
    this.running = true;
    for (const [collection, overlay] of this.overlays) collection.overlay = overlay;
    try {
      return statement();
    } finally {
      this.running = false;
      for (const collection of this.overlays.keys()) collection.overlay = undefined;
    }
  }

  /** Keeps a write of a running statement. @throws CommandError DuplicateKey */
  write(change: Change): void {
    const { collection, rid } = change;
    this.overlay(collection).write(change);
    const written = this.writeSet.get(collection) ?? new Map<number, Change>();
    const first = written.get(rid);
    written.set(rid, first ? combined(first, change) : change);
    this.writeSet.set(collection, written);
    this.changes.push(change);
  }

  /** Somebody else's commit: this transaction goes on seeing what was there before. */
  overtake(changes: readonly Change[]): void {
    for (const change of changes) {
      this.overtaken.add(change.conflictKey);
      this.overlay(change.collection).takeBack(change);
    }
  }

  /** @returns whether others wrote a document since the snapshot */
  isOvertaken(conflictKey: string): boolean {
    return this.overtaken.has(conflictKey);
  }

  /** The collections written to. */
  get written(): Iterable<Collection> {
    return this.writeSet.keys();
  }

  /** Writes everything to SQLite. @throws CommandError DuplicateKey when a unique key was taken since */
  apply(): void {
    for (const [collection, written] of this.writeSet) {
      const changes = [...written.values()];
      collection.apply(changes);
      addToCounts(changes);
    }
  }

  finish(state: 'committed' | 'aborted'): void {
    this.state = state;
    this.overlays.clear();
    this.end();
  }

  private overlay(collection: Collection): Overlay {
    const known = this.overlays.get(collection);
    if (known) return known;
    const overlay = new Overlay(collection);
    this.overlays.set(collection, overlay);
    if (this.running) collection.overlay = overlay;
    return overlay;
  }
}

import { Binary } from 'bson';
import { CommandError } from '../errors.js';
import { decode, encode, isDoc, isLong, toNumber, type Doc } from '../bson/values.js';
import type { Database } from '../storage/database.js';
import type { Engine } from '../storage/engine.js';
import type { Transaction } from '../storage/transaction.js';

/** Minutes a client may leave a session unused, as told in `hello`. */
export const SESSION_TIMEOUT_MINUTES = 30;
/** As `transactionLifetimeLimitSeconds` of MongoDB. */
const TRANSACTION_LIFETIME_MS = 60_000;

/** What a request says about its session. */
export interface SessionInfo {
  readonly session: string;
  readonly txnNumber: bigint | undefined;
  readonly inTransaction: boolean;
  readonly starts: boolean;
}

/** The open transactions of client sessions, and the answers kept for writes that a driver repeats. */
export class Sessions {
  private readonly transactions = new Map<string, Transaction>();

  constructor(
    private readonly engine: Engine,
    private readonly database: Database,
  ) {}

  /**
   * @returns the transaction a request runs in, or undefined if it runs outside one
   * @throws CommandError NoSuchTransaction, TransactionCommitted, TransactionTooOld
   */
  enter(info: SessionInfo): Transaction | undefined {
    if (!info.inTransaction || info.txnNumber === undefined) return undefined;
    const current = this.transactions.get(info.session);
    if (info.starts) return this.begin(info.session, info.txnNumber, current);
    if (!current || current.txnNumber !== info.txnNumber || current.state === 'aborted') throw noSuchTransaction(info.txnNumber);
    if (current.state === 'committed') throw new CommandError('TransactionCommitted', `Transaction ${String(info.txnNumber)} has been committed.`);
    return current;
  }

  /** Commits, or confirms a commit that was made already. */
  async commit(info: SessionInfo): Promise<void> {
    const { session, txnNumber } = info;
    if (txnNumber === undefined) throw new CommandError('InvalidOptions', 'commitTransaction must be run within a transaction');
    const current = this.transactions.get(session);
    if (current?.txnNumber === txnNumber && current.state === 'open') {
      await this.engine.commit(current, () => {
        this.remember(info, { ok: 1 });
      });
      return;
    }
    if (!this.answered(info)) throw noSuchTransaction(txnNumber);
    await this.engine.pending;
  }

  /** @throws CommandError NoSuchTransaction */
  abort({ session, txnNumber }: SessionInfo): void {
    const current = this.transactions.get(session);
    if (txnNumber === undefined || current?.txnNumber !== txnNumber || current.state !== 'open') throw noSuchTransaction(txnNumber ?? 0n);
    this.engine.abort(current);
  }

  /** @returns the sessions that had a transaction lately */
  known(): string[] {
    return [...this.transactions.keys()];
  }

  /** Forgets a session and aborts its transaction. */
  end(session: string): void {
    const transaction = this.transactions.get(session);
    if (transaction) this.engine.abort(transaction);
    this.transactions.delete(session);
  }

  /** @returns the answer a retried write got the first time, or undefined if it is new */
  answered({ session, txnNumber }: SessionInfo): Doc | undefined {
    if (txnNumber === undefined) return undefined;
    const row = this.database.prepare('SELECT txn_number, reply FROM answered_writes WHERE session = ?').get(Buffer.from(session, 'hex'));
    return row && BigInt(Number(row[0])) === txnNumber ? decode(row[1] as Buffer) : undefined;
  }

  /** Keeps the answer of a write; must run in the write's own transaction. */
  remember({ session, txnNumber }: SessionInfo, reply: Doc): void {
    if (txnNumber === undefined) return;
    this.database
      .prepare('INSERT OR REPLACE INTO answered_writes (session, txn_number, reply, at) VALUES (?, ?, ?, ?)')
      .run(Buffer.from(session, 'hex'), Number(txnNumber), encode(reply), Date.now());
  }

  /** Drops answers of sessions that have timed out; must run in a write. @param now milliseconds since the epoch */
  prune(now: number): void {
    this.database.prepare('DELETE FROM answered_writes WHERE at < ?').run(now - SESSION_TIMEOUT_MINUTES * 60_000);
    for (const [session, { state }] of this.transactions) if (state !== 'open') this.transactions.delete(session);
  }

  private begin(session: string, txnNumber: bigint, current: Transaction | undefined): Transaction {
    if (current && current.txnNumber > txnNumber) {
      throw new CommandError('TransactionTooOld', `Cannot start transaction ${String(txnNumber)} because a newer transaction ${String(current.txnNumber)} has already started.`);
    }
    if (current) this.engine.abort(current);
    const transaction = this.engine.start(session, txnNumber, TRANSACTION_LIFETIME_MS);
    this.transactions.set(session, transaction);
    return transaction;
  }
}

const noSuchTransaction = (txnNumber: bigint): CommandError =>
  new CommandError('NoSuchTransaction', `Given transaction number ${String(txnNumber)} does not match any in-progress transactions.`, {}, ['TransientTransactionError']);

/** @returns what a command says about its session, or undefined if it has none */
export function sessionInfo(body: Doc): SessionInfo | undefined {
  const lsid = body['lsid'];
  if (!isDoc(lsid)) return undefined;
  const number = body['txnNumber'];
  const txnNumber = isLong(number) ? number.toBigInt() : toNumber(number);
  return {
    session: sessionId(lsid),
    txnNumber: txnNumber === undefined ? undefined : BigInt(txnNumber),
    inTransaction: body['autocommit'] === false,
    starts: body['startTransaction'] === true,
  };
}

/** @returns the UUID of a session as hexadecimal text */
export function sessionId(lsid: Doc): string {
  const id = lsid['id'];
  if (!(id instanceof Binary)) throw new CommandError('TypeMismatch', 'lsid.id must be a UUID');
  return Buffer.from(id.value()).toString('hex');
}

import { setTimeout as pause } from 'node:timers/promises';
import { codeNameOf, CommandError, notSupported } from '../errors.js';
import { isDoc, toNumber, truthy, type Doc } from '../bson/values.js';
import { sessionInfo } from '../sessions/sessions.js';
import type { Connection } from '../wire/connection.js';

/** What becomes of a command that is to fail. */
export type Failure =
  /** The connection ends, the command undone or done. */
  | { readonly kind: 'disconnect'; readonly after: boolean }
  | { readonly kind: 'error'; readonly reply: Doc }
  /** The command is carried out and its answer gets these fields. */
  | { readonly kind: 'afterwards'; readonly fields: Doc };

/** Codes of passing trouble, on which drivers repeat a write (Retryable Writes specification). */
const RETRYABLE: ReadonlyMap<number, string> = new Map([
  [6, 'HostUnreachable'],
  [7, 'HostNotFound'],
  [89, 'NetworkTimeout'],
  [91, 'ShutdownInProgress'],
  [134, 'ReadConcernMajorityNotAvailableYet'],
  [189, 'PrimarySteppedDown'],
  [262, 'ExceededTimeLimit'],
  [9001, 'SocketException'],
  [10107, 'NotWritablePrimary'],
  [11600, 'InterruptedAtShutdown'],
  [11602, 'InterruptedDueToReplStateChange'],
  [13435, 'NotPrimaryNoSecondaryOk'],
  [13436, 'NotPrimaryOrSecondary'],
]);
const OTHER_NAMES: ReadonlyMap<number, string> = new Map([[11601, 'Interrupted']]);
/** Codes on which a driver repeats a whole transaction, also when its commit meets them. */
const TRANSIENT = new Set([24, 112, 246, 251, 267]);
/** Codes besides the retryable ones after which a change stream goes on (Change Streams specification). */
const RESUMABLE = new Set([43, 63, 133, 150, 234]);
const NAMES = new Set(['failCommand', 'failGetMoreAfterCursorCheckout', 'onPrimaryTransactionalWrite']);
const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']);

/**
 * Fail points of MongoDB's test commands, by which the tests of an application have commands fail, break off or take long:
 * `failCommand`; `failGetMoreAfterCursorCheckout`, after which a change stream may go on; and `onPrimaryTransactionalWrite`, which loses the
 * connection before or after a retryable write.
 */
export class FailPoints {
  private name = '';
  private data: Doc = {};
  private left = 0;
  private skipped = 0;

  /** Sets the fail point. @throws CommandError NotImplemented for another one, BadValue for a mode it does not know */
  configure(name: string, mode: unknown, data: Doc): void {
    if (!NAMES.has(name)) throw notSupported(`fail point '${name}'`);
    this.name = name;
    this.data = data;
    this.skipped = isDoc(mode) ? (toNumber(mode['skip']) ?? 0) : 0;
    this.left = remaining(mode);
  }

  /** @param watching whether it is the next batch of a change stream. @returns how a command is to fail, after the time it is to be held up; undefined if it is none of those to fail */
  async failureOf(name: string, body: Doc, connection: Connection, watching: boolean): Promise<Failure | undefined> {
    if (!this.applies(name, body, connection)) return undefined;
    const { data } = this;
    if (this.name === 'onPrimaryTransactionalWrite') return { kind: 'disconnect', after: data['failBeforeCommitExceptionCode'] === undefined };
    if (truthy(data['blockConnection'])) {
      await pause(toNumber(data['blockTimeMS']) ?? 0, undefined, { signal: connection.closed, ref: false }).catch(() => undefined); // the client has gone
    }
    if (truthy(data['closeConnection'])) return { kind: 'disconnect', after: false };
    const code = toNumber(data['errorCode']);
    if (code !== undefined) return { kind: 'error', reply: failedReply(name, body, code, data, watching && this.name === 'failGetMoreAfterCursorCheckout') };
    const { writeConcernError, errorLabels } = data;
    if (writeConcernError === undefined) return undefined;
    return { kind: 'afterwards', fields: { writeConcernError, ...(Array.isArray(errorLabels) && { errorLabels }) } };
  }

  private applies(name: string, body: Doc, { client }: Connection): boolean {
    const { appName } = this.data;
    if (this.left === 0 || !this.isMeant(name, body) || (appName !== undefined && appName !== client.appName)) return false;
    if (this.skipped > 0) {
      this.skipped--;
      return false;
    }
    this.left--;
    return true;
  }

  private isMeant(name: string, body: Doc): boolean {
    if (this.name === 'onPrimaryTransactionalWrite') return WRITES.has(name) && body['txnNumber'] !== undefined;
    if (this.name === 'failGetMoreAfterCursorCheckout') return name === 'getMore';
    const { failCommands } = this.data;
    return Array.isArray(failCommands) && failCommands.includes(name);
  }
}

function remaining(mode: unknown): number {
  if (mode === 'off') return 0;
  if (mode === 'alwaysOn' || (isDoc(mode) && 'skip' in mode)) return Infinity;
  const times = isDoc(mode) ? toNumber(mode['times']) : undefined;
  if (times === undefined) throw new CommandError('BadValue', "a fail point's mode must be 'off', 'alwaysOn', {times: n} or {skip: n}");
  return times;
}

function failedReply(name: string, body: Doc, code: number, data: Doc, watching: boolean): Doc {
  const labels = Array.isArray(data['errorLabels']) ? (data['errorLabels'] as unknown[]) : labelsOf(name, body, code, watching);
  return { ok: 0, errmsg: "Failing command via 'failCommand' failpoint", code, codeName: RETRYABLE.get(code) ?? OTHER_NAMES.get(code) ?? codeNameOf(code), ...(labels.length > 0 && { errorLabels: labels }) };
}

function labelsOf(name: string, body: Doc, code: number, watching: boolean): string[] {
  if (watching && (RETRYABLE.has(code) || RESUMABLE.has(code))) return ['ResumableChangeStreamError'];
  const info = sessionInfo(body);
  if (info?.txnNumber === undefined) return [];
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  if (RETRYABLE.has(code) && (ends || !info.inTransaction)) return ['RetryableWriteError'];
  return info.inTransaction && ((!ends && RETRYABLE.has(code)) || TRANSIENT.has(code)) ? ['TransientTransactionError'] : [];
}

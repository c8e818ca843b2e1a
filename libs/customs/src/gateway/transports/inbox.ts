import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UnreadableMessage } from '../unreadable-message.js';
import { ensureDirectory, moveDurably, writeDurably } from './durable-files.js';

/** A file found in the inbox. */
interface Arrival {
  readonly name: string;
  readonly arrivedAtMs: number;
  readonly bytes: number;
}

export interface InboxOptions {
  readonly directory: string;
  /**
   * Takes a receipt; the file is moved away only after this resolves, so a crash in between hands the same receipt over again. Throwing
   * `UnreadableMessage` rejects the file for good, throwing anything else leaves it (and all younger ones) for the next round.
   */
  readonly onReceipt: (content: Buffer, fileName: string) => Promise<void>;
  /** Told of every failure that keeps a file in the inbox. */
  readonly onFailure: (error: unknown, fileName: string | undefined) => void;
  /** Pause between rounds; default 500 ms. */
  readonly pollMs?: number;
  /** An unreadable file younger than this may still be being written; default 2000 ms. */
  readonly settleMs?: number;
  /** Larger files are rejected unread; default 16 MiB. */
  readonly maxBytes?: number;
}

const PROCESSED = 'processed';
const REJECTED = 'rejected';
const DEFAULTS = { pollMs: 500, settleMs: 2_000, maxBytes: 16 * 1024 * 1024 };

/** Only whole messages: temporary and hidden files are someone's work in progress. */
const isMessageName = (name: string): boolean => /^[^.].*\.xml$/i.test(name);

/** Watches the directory into which an e-port client puts receipts, and hands them over oldest first, one at a time. */
export class Inbox {
  private readonly options: InboxOptions & typeof DEFAULTS;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(options: InboxOptions) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** Begins to watch; calling it again changes nothing. */
  start(): void {
    this.running ??= this.watch();
  }

  /** Stops watching; resolves when the receipt in hand is done with. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => {
        this.options.onFailure(error, undefined);
      });
      await delay(this.options.pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async round(): Promise<void> {
    for (const folder of [PROCESSED, REJECTED]) await ensureDirectory(join(this.options.directory, folder));
    for (const arrival of await this.arrivals()) {
      if (this.stopping.signal.aborted) return;
      try {
        await this.take(arrival);
      } catch (error) {
        this.options.onFailure(error, arrival.name);
        return;
      }
    }
  }

  /** Plain files only: a link could lead anywhere. */
  private async arrivals(): Promise<readonly Arrival[]> {
    const names = (await readdir(this.options.directory)).filter(isMessageName);
    const found = await Promise.all(
      names.map(async (name) => {
        const stats = await lstat(join(this.options.directory, name));
        return stats.isFile() ? [{ name, arrivedAtMs: stats.mtimeMs, bytes: stats.size }] : [];
      }),
    );
    return found.flat().sort((a, b) => a.arrivedAtMs - b.arrivedAtMs || a.name.localeCompare(b.name));
  }

  private async take(arrival: Arrival): Promise<void> {
    try {
      if (arrival.bytes > this.options.maxBytes) throw new UnreadableMessage('too-large', `larger than ${this.options.maxBytes} bytes`);
      await this.options.onReceipt(await readFile(join(this.options.directory, arrival.name)), arrival.name);
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      await this.reject(arrival, error);
      return;
    }
    await this.move(arrival.name, PROCESSED, await this.freeName(arrival.name, PROCESSED));
  }

  private async reject(arrival: Arrival, error: UnreadableMessage): Promise<void> {
    if (Date.now() - arrival.arrivedAtMs < this.options.settleMs) return;
    const name = await this.freeName(arrival.name, REJECTED);
    await writeDurably(join(this.options.directory, REJECTED), `${name}.reason.txt`, `${error.reason}: ${error.message}\n`);
    await this.move(arrival.name, REJECTED, name);
  }

  /** A name like this one that no file in the folder has: senders reuse names, and nothing filed is overwritten. */
  private async freeName(name: string, folder: string): Promise<string> {
    const taken = new Set(await readdir(join(this.options.directory, folder)));
    let free = name;
    for (let copy = 2; taken.has(free); copy += 1) free = name.replace(/\.xml$/i, `.${copy}.xml`);
    return free;
  }

  private async move(name: string, folder: string, newName: string): Promise<void> {
    await moveDurably(join(this.options.directory, name), join(this.options.directory, folder, newName));
  }
}

import type { Logger } from '#platform';
import { lstat, mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Desk } from '../desk.js';
import { MalformedXml } from '../messages/xml-element.js';

const POLL_MS = 200;
const MAX_BYTES = 32 * 1024 * 1024;
const MESSAGE_NAME = /^[^.].*\.xml$/i;
const UNREADABLE = 'unreadable';

/** Takes messages from the channel's outbox, as the e-port's own client would: a file disappears once its message is safe. */
export class OutboxReader {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly outbox: string,
    private readonly desk: Desk,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when the file in hand is done with. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => this.logger.warn({ err: error }, 'the outbox cannot be read'));
      await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async round(): Promise<void> {
    await mkdir(this.outbox, { recursive: true, mode: 0o700 });
    for (const name of (await readdir(this.outbox)).filter((entry) => MESSAGE_NAME.test(entry)).sort()) {
      if (this.stopping.signal.aborted) return;
      await this.take(name);
    }
  }

  private async take(name: string): Promise<void> {
    const path = join(this.outbox, name);
    const stats = await lstat(path);
    if (!stats.isFile()) return;
    try {
      if (stats.size > MAX_BYTES) throw new MalformedXml(`larger than ${MAX_BYTES} bytes`);
      if (this.desk.receive(await readFile(path, 'utf8'), 'file') === 'taken') await unlink(path);
    } catch (error) {
      if (!(error instanceof MalformedXml)) throw error;
      this.logger.warn({ name, err: error }, 'unreadable message set aside');
      await mkdir(join(this.outbox, UNREADABLE), { recursive: true, mode: 0o700 });
      await rename(path, join(this.outbox, UNREADABLE, name));
    }
  }
}

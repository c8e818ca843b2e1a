import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { StoreUnavailable } from '#event-sourcing';
import type { PdfReading } from './pdf-text.js';
import type { PdfToRead } from './pdf-text.worker.js';

/** How much reading a PDF may take. */
export interface PdfLimits {
  readonly pages: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** What became of it; `too-large` takes more pages, time or memory than the limits allow. */
export type LimitedReading = Exclude<PdfReading, { kind: 'too-many-pages' }> | { readonly kind: 'too-large' };

/** PDFs that are read at a time, and that wait for it: uploads must not take the machine from everything else. */
const AT_A_TIME = 2;
const WAITING = 40;
const turn = bulkhead(AT_A_TIME, WAITING);

/** The compiled thread, whether this file runs compiled or is transformed by the test runner. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? '../../../../dist/libs/trade/src/contracts/pdf-text.worker.js' : './pdf-text.worker.js', import.meta.url);

/**
 * Reads a PDF in a thread of its own, which is ended when it takes too long: whatever the document does, the process goes on. The bytes are handed over
 * and gone afterwards. Throws `StoreUnavailable` when too many wait already.
 */
export const readPdfWithin = (content: Uint8Array<ArrayBuffer>, limits: PdfLimits): Promise<LimitedReading> =>
  new Promise((answer, fail) => {
    // A thread that is told to end in the middle of its work takes its time: nobody waits for that but those whose turn is next.
    const thread = async (): Promise<void> => {
      const reader = new Reader(content, limits);
      await reader.reading.then(answer, fail);
      await reader.end();
    };
    turn.execute(thread).catch((error: Error) => fail(error instanceof BulkheadRejectedError ? new StoreUnavailable('search of contracts', 1, { cause: error }) : error));
  });

class Reader {
  private readonly thread: Worker;
  readonly reading: Promise<LimitedReading>;

  constructor(content: Uint8Array<ArrayBuffer>, { pages, milliseconds, megabytes }: PdfLimits) {
    const workerData: PdfToRead = { content, maxPages: pages };
    this.thread = new Worker(THREAD, { workerData, transferList: [content.buffer], resourceLimits: { maxOldGenerationSizeMb: megabytes } });
    this.reading = this.read(AbortSignal.timeout(milliseconds));
  }

  async end(): Promise<void> {
    await this.thread.terminate();
  }

  private async read(outOfTime: AbortSignal): Promise<LimitedReading> {
    try {
      const [reading] = (await once(this.thread, 'message', { signal: outOfTime })) as [PdfReading];
      return reading.kind === 'too-many-pages' ? { kind: 'too-large' } : reading;
    } catch (error) {
      if (outOfTime.aborted || isOutOfMemory(error)) return { kind: 'too-large' };
      throw error;
    }
  }
}

const isOutOfMemory = (error: unknown): boolean => (error as { readonly code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';

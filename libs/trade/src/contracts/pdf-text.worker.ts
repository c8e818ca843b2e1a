import { parentPort, workerData } from 'node:worker_threads';
import { readPdf } from './pdf-text.js';

/** What the thread is begun with. */
export interface PdfToRead {
  readonly content: Uint8Array;
  readonly maxPages: number;
}

const { content, maxPages } = workerData as PdfToRead;
parentPort?.postMessage(await readPdf(content, maxPages));

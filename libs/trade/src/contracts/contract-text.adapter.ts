import { refusal } from '#event-sourcing';
import { readPdfWithin, type PdfLimits } from './pdf-reader.adapter.js';

/** More than any contract needs. */
const LIMITS: PdfLimits = { pages: 300, milliseconds: 10_000, megabytes: 256 };

/**
 * The text of a contract; undefined where there is none to search: images, PDFs of scanned pages, PDFs that are locked or that cannot be read. The bytes
 * are gone afterwards. Throws `Refusal` for what is too large to be searched, `StoreUnavailable` when too much is being searched already.
 */
export const contractText = async (contentType: string, content: Uint8Array<ArrayBuffer>, limits = LIMITS): Promise<string | undefined> => {
  if (contentType === 'text/plain') return new TextDecoder().decode(content);
  if (contentType !== 'application/pdf') return undefined;
  const reading = await readPdfWithin(content, limits);
  switch (reading.kind) {
    case 'read':
      return reading.text.trim() === '' ? undefined : reading.text;
    case 'unreadable':
      return undefined;
    case 'too-large': {
      const { pages } = limits;
      const text = { en: `has more than ${pages} pages, or takes too much time or memory to be searched`, zh: `超过 ${pages} 页，或检索所需时间或内存过多` };
      throw refusal('TA-R6', text, { kind: 'invalid', field: 'file', code: 'contract-too-large' });
    }
  }
};

import { getDocumentProxy } from 'unpdf';
import { namesCollectionAccount } from './collection-accounts.js';

/** A contract to be searched. */
export interface ContractToSearch {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** PDFs of more pages are not searched. */
  readonly maxPages: number;
}

/** What searching a contract found. `no-text`: an image, or a PDF of scanned pages, that is locked, or that cannot be read. */
export type ContractFinding = 'names-account' | 'names-none' | 'no-text' | 'too-many-pages';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

const pageText = async (document: PdfDocument, number: number): Promise<string> => {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  // Some programs write a number piece by piece: pieces of a line belong together, with and without a blank between them.
  const pieces = items.flatMap((item) => ('str' in item ? [item.hasEOL ? `${item.str}\n` : item.str] : []));
  return `${pieces.join(' ')}\n${pieces.join('')}`;
};

const findingOf = (text: string): ContractFinding => {
  if (text.trim() === '') return 'no-text';
  return namesCollectionAccount(text) ? 'names-account' : 'names-none';
};

const searchPdf = async (content: Uint8Array, maxPages: number): Promise<ContractFinding> => {
  const document = await getDocumentProxy(content, { verbosity: 0 });
  try {
    if (document.numPages > maxPages) return 'too-many-pages';
    const texts: string[] = [];
    for (let number = 1; number <= document.numPages; number += 1) texts.push(await pageText(document, number));
    return findingOf(texts.join('\n'));
  } finally {
    await document.loadingTask.destroy();
  }
};

/** Looks for a collection account (TA-R6) in text and text PDFs. Never throws. */
export const searchContract = async ({ contentType, content, maxPages }: ContractToSearch): Promise<ContractFinding> => {
  if (contentType === 'text/plain') return findingOf(new TextDecoder().decode(content));
  if (contentType !== 'application/pdf') return 'no-text';
  try {
    return await searchPdf(content, maxPages);
  } catch {
    // Nothing but the document is at work here, so that every error is the document's.
    return 'no-text';
  }
};

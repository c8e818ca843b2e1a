import { getDocumentProxy } from 'unpdf';

/** What became of reading a PDF. */
export type PdfReading = { readonly kind: 'read'; readonly text: string } | { readonly kind: 'unreadable' } | { readonly kind: 'too-many-pages' };

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

const pageText = async (document: PdfDocument, number: number): Promise<string> => {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  // Some programs write a number piece by piece: pieces of a line belong together, with and without a blank between them.
  const pieces = items.flatMap((item) => ('str' in item ? [item.hasEOL ? `${item.str}\n` : item.str] : []));
  return `${pieces.join(' ')}\n${pieces.join('')}`;
};

/** The text of a PDF of at most so many pages. Never throws: what cannot be parsed, or is locked, is `unreadable`. */
export const readPdf = async (content: Uint8Array, maxPages: number): Promise<PdfReading> => {
  try {
    const document = await getDocumentProxy(content, { verbosity: 0 });
    try {
      if (document.numPages > maxPages) return { kind: 'too-many-pages' };
      const texts: string[] = [];
      for (let number = 1; number <= document.numPages; number += 1) texts.push(await pageText(document, number));
      return { kind: 'read', text: texts.join('\n') };
    } finally {
      await document.loadingTask.destroy();
    }
  } catch {
    // Nothing but the document is at work here, so that every error is the document's.
    return { kind: 'unreadable' };
  }
};

import { getDocumentProxy } from 'unpdf';
import { refusal, type Refusal } from '#event-sourcing';

/** More pages than any contract has. */
const MAX_PAGES = 300;

/** How long reading a contract may take, milliseconds. */
const MAX_MS = 20_000;

const tooLarge = (en: string, zh: string): Refusal => refusal('TA-R6', { en, zh }, { kind: 'invalid', field: 'file', code: 'contract-too-large' });

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

const pageText = async (document: PdfDocument, number: number): Promise<string> => {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  // Some programs write a number piece by piece: pieces of a line belong together, with and without a blank between them.
  const pieces = items.flatMap((item) => ('str' in item ? [item.hasEOL ? `${item.str}\n` : item.str] : []));
  return `${pieces.join(' ')}\n${pieces.join('')}`;
};

const pdfText = async (content: Uint8Array): Promise<string> => {
  const document = await getDocumentProxy(content, { verbosity: 0 });
  try {
    if (document.numPages > MAX_PAGES) throw tooLarge(`has more than ${MAX_PAGES} pages`, `超过 ${MAX_PAGES} 页`);
    const deadline = performance.now() + MAX_MS;
    const texts: string[] = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      if (performance.now() > deadline) throw tooLarge('takes too long to be searched', '检索耗时过长');
      texts.push(await pageText(document, number));
    }
    return texts.join('\n');
  } finally {
    await document.loadingTask.destroy();
  }
};

/**
 * The text of a contract; undefined where there is none to search: images, PDFs of scanned pages, PDFs that are locked or that cannot be read. Throws
 * `Refusal` for what is too large to be searched.
 */
export const contractText = async (contentType: string, content: Uint8Array): Promise<string | undefined> => {
  if (contentType === 'text/plain') return new TextDecoder().decode(content);
  if (contentType !== 'application/pdf') return undefined;
  try {
    const text = await pdfText(content);
    return text.trim() === '' ? undefined : text;
  } catch (error) {
    // pdf.js names its errors; a store or system error is none of these.
    if (error instanceof Error && /^(?:Password|InvalidPDF|Format|UnknownError|XRef)/.test(error.name)) return undefined;
    throw error;
  }
};

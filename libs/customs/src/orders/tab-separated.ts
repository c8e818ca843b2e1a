/** A row of a pasted table. */
export interface PastedRow {
  /** Counted from 1 over all rows, empty ones included, as the spreadsheet counts them. */
  readonly number: number;
  readonly cells: readonly string[];
}

/**
 * A cell and what ends it. A cell that holds tabs, line breaks or quotes is quoted, its quotes doubled; one that merely begins with a quote is taken as it
 * stands, by the second alternative, which always matches.
 */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/g;

/** Splits text as a spreadsheet puts it on the clipboard. Cells are trimmed; rows of empty cells are left out. */
export const readTabSeparated = (text: string): readonly PastedRow[] => {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(CELL)) {
    rows.at(-1)?.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end === '') break;
    if (end !== '\t') rows.push([]);
  }
  return rows.map((cells, index) => ({ number: index + 1, cells })).filter(({ cells }) => cells.some((cell) => cell !== ''));
};

import type { Line } from './benchmark.js';

const COLUMNS = ['benchmark', 'result', 'unit', 'ceiling', 'ratio', 'bar', ''] as const;

const number = (value: number | null): string => {
  if (value === null) return '';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
};

const barText = ({ relation, bar }: Line): string => {
  switch (relation) {
    case 'ratio-at-least':
      return `≥ ${bar} × ceiling`;
    case 'ratio-at-most':
      return `≤ ${bar} × ceiling`;
    case 'result-below':
      return `< ${bar}`;
    case 'result-equals':
      return `= ${bar}`;
  }
};

const cells = (line: Line): string[] => [line.name, number(line.result), line.unit, number(line.ceiling), number(line.ratio), barText(line), line.ok ? 'ok' : 'MISSED'];

/** The lines as a table of text. */
export const table = (lines: readonly Line[]): string => {
  const rows = [[...COLUMNS], ...lines.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => [1, 3, 4].includes(column);
  return rows
    .map((row) => row.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd())
    .join('\n');
};

import { sumDecimals, decimalText } from '#reference-data';
import type { LinkedBatch } from './order.js';
import type { DraftLine } from './values.js';

const printedAlike = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

/** Name → quantity over all entries of that name. */
const quantities = (entries: readonly { readonly name?: string; readonly qty?: string }[]): ReadonlyMap<string, string> => {
  const sums = new Map<string, string>();
  for (const { name = '', qty = '0' } of entries) {
    const key = printedAlike(name);
    sums.set(key, sumDecimals([sums.get(key) ?? '0', qty].flatMap((text) => decimalText(text) ?? [])) ?? qty);
  }
  return sums;
};

/**
 * Whether the lines declare other goods or quantities than the batch ships (9710-C15). Units are not compared: the batch has the seller's, the lines have
 * those of customs. An order without lines differs from nothing yet.
 */
export const differs = (lines: readonly DraftLine[], { goods }: LinkedBatch): boolean => {
  if (lines.length === 0) return false;
  const [declared, shipped] = [quantities(lines), quantities(goods)];
  return declared.size !== shipped.size || [...shipped].some(([name, qty]) => declared.get(name) !== qty);
};

import { Command, Refusal, Refusals, type Decide } from '#event-sourcing';
import { MultilineText } from '#platform';
import { requireAction } from './actions.js';
import { checkLines, warningsOf } from './content.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';
import { readPastedLines, type PastedLine } from './pasted-lines.js';

/** Room for 100 lines of the greatest lengths, several times over. */
const MAX_TEXT = 200_000;

export class ReplaceLinesInput {
  /** Tab-separated, as pasted from a spreadsheet; empty removes all lines. */
  @MultilineText(0, MAX_TEXT, { context: { rule: '9710-R11' } })
  text!: string;
}

/** Replaces all lines of a draft or of an order under modification at once (9710-R11). */
export class ReplaceLines extends Command<ReplaceLinesInput> {}

const LINE_FIELD = /^lines\[(\d+)\]/;

/** The refusal of a line's field, said of the row it was pasted in. */
const inRow = (refusal: Refusal, pasted: readonly PastedLine[]): Refusal => {
  const row = pasted[Number(LINE_FIELD.exec(refusal.details.field ?? '')?.[1])]?.row;
  if (row === undefined) return refusal;
  const text = { en: `row ${row}: ${refusal.text.en}`, zh: `第 ${row} 行：${refusal.text.zh}` };
  return new Refusal(refusal.rule, text, { ...refusal.details, facts: { ...refusal.details.facts, row } });
};

const checkedLines = (pasted: readonly PastedLine[]): ReturnType<typeof checkLines> => {
  try {
    return checkLines(pasted.map(({ line }) => line));
  } catch (error) {
    if (error instanceof Refusal) throw inRow(error, pasted);
    if (!(error instanceof Refusals)) throw error;
    const [first, ...rest] = error.refusals;
    throw new Refusals([inRow(first, pasted), ...rest.map((refusal) => inRow(refusal, pasted))]);
  }
};

export const replaceLines: Decide<ReplaceLinesInput, CustomsOrder, CustomsOrderEvent> = ({ text }, order, { actor }) => {
  requireAction('replace-lines', order, actor);
  const { lines, totals } = checkedLines(readPastedLines(text));
  return [{ type: 'LinesReplaced', data: { orderNo: order.orderNo, lines, totals, warnings: warningsOf({ ...order.content, lines }, order.batch) } }];
};

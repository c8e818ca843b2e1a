import { invalid, refuseIfAny, type Refusal } from '#event-sourcing';
import type { CompleteContent, OrderContent } from './values.js';

const LINE_FIELDS = ['name', 'qty', 'unit', 'unitPrice', 'total'] as const;

const missing = (rule: string, field: string): Refusal => invalid(rule, field, { en: 'is required', zh: '必填' });

const gaps = (content: OrderContent): readonly Refusal[] => [
  ...(content.ebcCode === undefined ? [missing('9710-R6', 'ebcCode')] : []),
  ...(content.currency === undefined ? [missing('9710-R7', 'currency')] : []),
  ...(content.lines.length === 0 ? [invalid('9710-R10', 'lines', { en: 'at least one line is required', zh: '至少需要一行商品' })] : []),
  ...content.lines.flatMap((line, index) =>
    LINE_FIELDS.filter((field) => line[field] === undefined).map((field) => missing('9710-R8', `lines[${index}].${field}`)),
  ),
];

/** Goes on if the content holds everything that sending requires (9710-R4). Throws `Refusal`(s) naming each missing field. */
export const requireComplete: (content: OrderContent) => asserts content is CompleteContent = (content) => {
  refuseIfAny(gaps(content));
};

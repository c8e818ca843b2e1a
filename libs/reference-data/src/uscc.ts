import type { Brand } from './brand.js';

/** Unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, the last one a check character. */
export type Uscc = Brand<'Uscc'>;

/** The 31 characters of GB 32100-2015: no I, O, S, V, Z. A character's index is its value. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Authority and kind (may be letters), six digits of region, nine characters of body, one check character. */
const SHAPE = new RegExp(`^[${ALPHABET}]{2}\\d{6}[${ALPHABET}]{10}$`);

/** Whether the text is a unified social credit code: shape, alphabet and check character. */
export const isUscc = (text: string): text is Uscc => {
  if (!SHAPE.test(text)) return false;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * ALPHABET.indexOf(text.charAt(index)), 0);
  return text.charAt(17) === ALPHABET.charAt((31 - (sum % 31)) % 31);
};

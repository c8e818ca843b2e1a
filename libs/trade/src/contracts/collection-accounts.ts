/** Words by which a contract announces where to pay to. */
const LABEL = String.raw`(?:account\s*(?:no|number|nr|#)|a\/c(?:\s*no)?|acct|(?:beneficiary|bank|collection|payee)(?:['’]s)?\s+(?:account|a\/c)|iban|(?:收款|银行|銀行|开户|開戶|对公|對公)?(?:账|帳|賬)(?:号|號|户|戶))`;

/** What may stand between the words and the number: `No.: CNY `, a colon, the bank's name. */
const BETWEEN = String.raw`[^0-9\n]{0,40}`;

/** At least eight digits, in groups as people write them. */
const NUMBER = String.raw`\d(?:[ \-]?\d){7,33}`;

const LABELLED = new RegExp(`${LABEL}${BETWEEN}(${NUMBER})`, 'iu');

const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/gu;

/** ISO 13616: the letters as numbers, the first four characters last, modulo 97 is 1. */
const isIban = (candidate: string): boolean => {
  const compact = candidate.replaceAll(' ', '');
  const digits = `${compact.slice(4)}${compact.slice(0, 4)}`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
};

/** Every beginning of the candidate that could be an IBAN, since a word may follow it without a mark. */
const beginnings = (candidate: string): readonly string[] => {
  const words = candidate.split(' ');
  return words.map((_, index) => words.slice(0, index + 1).join(' ')).filter((text) => text.replaceAll(' ', '').length >= 15);
};

/** Whether the text tells a bank account to pay to (TA-R6): a number that is announced as one, or a valid IBAN. Wide digits count as digits. */
export const namesCollectionAccount = (text: string): boolean => {
  const plain = text.normalize('NFKC');
  return LABELLED.test(plain) || [...plain.matchAll(IBAN)].some(([candidate]) => beginnings(candidate).some(isIban));
};

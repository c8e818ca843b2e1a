/** Begins every collection account, so that none is taken for an order number. */
const PREFIX = '62';

const ACCOUNT = /^62(\d{17})(\d{2})$/;

/** ISO 7064 MOD 97-10: the two digits that make the whole number 1 modulo 97. */
const checkDigits = (digits: string): string => String(98n - (BigInt(`${digits}00`) % 97n)).padStart(2, '0');

/** 收款賬號 of an order: its alone, with check digits against mistyping (TA-R6). */
export const collectionAccountOf = (orderNo: string): string => {
  const digits = `${PREFIX}${orderNo}`;
  return `${digits}${checkDigits(digits)}`;
};

/** The order whose collection account it is; undefined for what is none. */
export const orderNoOf = (account: string): string | undefined => {
  const orderNo = ACCOUNT.exec(account)?.[1];
  return orderNo !== undefined && collectionAccountOf(orderNo) === account ? orderNo : undefined;
};

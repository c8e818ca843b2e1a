import { setting, SettingError, wholeNumber } from '#platform';
import { RECEIPT_DAYS, type ReceiptDays } from './orders/receipt-days.js';
import { TRANSPORT_MODES, type TransportMode } from './orders/values.js';

/** Injection token of the days for confirming receipt, by transport. */
export const CONFIGURED_RECEIPT_DAYS = Symbol('receipt days');

const days = wholeNumber(1, 365);

const isMode = (text: string): text is TransportMode => TRANSPORT_MODES.some((mode) => mode === text);

const receiptDays = (text: string): ReceiptDays =>
  text.split(',').reduce<ReceiptDays>((table, entry) => {
    const [mode = '', count = ''] = entry.split('=').map((part) => part.trim());
    if (!isMode(mode)) throw new SettingError(`must be a list such as sea=45,air=15 of ${TRANSPORT_MODES.join(', ')}`);
    return { ...table, [mode]: days(count) };
  }, RECEIPT_DAYS);

const AS_DECIDED = TRANSPORT_MODES.map((mode) => `${mode}=${RECEIPT_DAYS[mode]}`).join(',');

/** Settings of trade orders. */
export const tradeSettings = {
  receiptDays: setting('PORTOLAN_RECEIPT_DAYS', receiptDays, 'Days after shipping until receipt counts as confirmed, by transport; those left out keep their default. Orders keep what held when they were submitted.', AS_DECIDED),
};

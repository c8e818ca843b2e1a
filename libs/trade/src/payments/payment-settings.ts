import { secret, secretText, setting, SettingError } from '#platform';
import { PAYMENT_METHODS, type PaymentMethod } from '../orders/values.js';

const MIN_KEY_BYTES = 32;

const isMethod = (word: string): word is PaymentMethod => (PAYMENT_METHODS as readonly string[]).includes(word);

const methods = (value: string): readonly PaymentMethod[] => {
  const words = value.split(',').map((word) => word.trim());
  if (!words.every(isMethod)) throw new SettingError(`must be a list of ${PAYMENT_METHODS.join(', ')}`);
  return words;
};

/** Settings of what payment providers may tell. */
export const paymentSettings = {
  paymentKey: secret('PORTOLAN_PAYMENT_KEY', secretText(MIN_KEY_BYTES), 'Key by which the payment provider signs its callbacks, at least 32 bytes. Not set: callbacks are refused (the launcher makes one in the data directory).'),
  paymentMethods: setting('PORTOLAN_PAYMENT_METHODS', methods, 'Payment methods that are taken at present, separated by commas.', PAYMENT_METHODS.join(',')),
};

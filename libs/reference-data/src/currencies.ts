import type { Brand } from './brand.js';

/** ISO 4217 alphabetic code, used everywhere inside the system. */
export type IsoCurrency = Brand<'IsoCurrency'>;

/** Three-digit customs code of a currency (JGS-20), used in CEB messages only. It is not the ISO 4217 numeric code (USD is 502, not 840). */
export type CustomsCurrencyCode = Brand<'CustomsCurrencyCode'>;

export interface Currency {
  readonly iso: IsoCurrency;
  readonly customs: CustomsCurrencyCode;
  readonly zh: string;
  readonly en: string;
}

const currencyOf = (customs: string, iso: string, zh: string, en: string): Currency => ({
  iso: iso as IsoCurrency,
  customs: customs as CustomsCurrencyCode,
  zh,
  en,
});

/** The currencies whose customs code is confirmed; an order in any other cannot be written to customs. */
export const CURRENCIES: readonly Currency[] = [
  currencyOf('110', 'HKD', '港币', 'Hong Kong dollar'),
  currencyOf('113', 'IRR', '伊朗里亚尔', 'Iranian rial'),
  currencyOf('116', 'JPY', '日本元', 'Japanese yen'),
  currencyOf('118', 'KWD', '科威特第纳尔', 'Kuwaiti dinar'),
  currencyOf('121', 'MOP', '澳门元', 'Macanese pataca'),
  currencyOf('122', 'MYR', '马来西亚林吉特', 'Malaysian ringgit'),
  currencyOf('127', 'PKR', '巴基斯坦卢比', 'Pakistani rupee'),
  currencyOf('129', 'PHP', '菲律宾比索', 'Philippine peso'),
  currencyOf('132', 'SGD', '新加坡元', 'Singapore dollar'),
  currencyOf('136', 'THB', '泰国铢', 'Thai baht'),
  currencyOf('142', 'CNY', '人民币', 'Chinese yuan'),
  currencyOf('143', 'TWD', '台币', 'New Taiwan dollar'),
  currencyOf('201', 'DZD', '阿尔及利亚第纳尔', 'Algerian dinar'),
  currencyOf('300', 'EUR', '欧元', 'Euro'),
  currencyOf('302', 'DKK', '丹麦克朗', 'Danish krone'),
  currencyOf('303', 'GBP', '英镑', 'Pound sterling'),
  currencyOf('326', 'NOK', '挪威克朗', 'Norwegian krone'),
  currencyOf('330', 'SEK', '瑞典克朗', 'Swedish krona'),
  currencyOf('331', 'CHF', '瑞士法郎', 'Swiss franc'),
  currencyOf('332', 'RUB', '俄罗斯卢布', 'Russian rouble'),
  currencyOf('501', 'CAD', '加拿大元', 'Canadian dollar'),
  currencyOf('502', 'USD', '美元', 'US dollar'),
  currencyOf('601', 'AUD', '澳大利亚元', 'Australian dollar'),
  currencyOf('609', 'NZD', '新西兰元', 'New Zealand dollar'),
];

const byIso: ReadonlyMap<string, Currency> = new Map(CURRENCIES.map((currency) => [currency.iso, currency]));
const byCustoms: ReadonlyMap<string, Currency> = new Map(CURRENCIES.map((currency) => [currency.customs, currency]));

/** The currency with this ISO 4217 code (`USD`); undefined for lower case and for currencies without a confirmed customs code. */
export const currencyByIso = (iso: string): Currency | undefined => byIso.get(iso);

/** The currency with this customs code (`502`); undefined if unknown. */
export const currencyByCustomsCode = (code: string): Currency | undefined => byCustoms.get(code);

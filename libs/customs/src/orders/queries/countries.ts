import type { Bilingual } from '#event-sourcing';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const english = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const chinese = new Intl.DisplayNames(['zh-Hans'], { type: 'region', fallback: 'none' });

/** The name of a country by its ISO 3166-1 alpha-2 code (CLDR names); the code itself where there is no such country. */
export const countryName = (code: string): Bilingual => {
  const known = /^[A-Z]{2}$/.test(code);
  return { en: (known && english.of(code)) || code, zh: (known && chinese.of(code)) || code };
};

const names = new Map(
  LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).flatMap((code): [string, Bilingual][] => (english.of(code) === undefined ? [] : [[code, countryName(code)]])),
);

/** The codes of the countries whose Chinese or English name begins with the text, in any case. */
export const countriesNamed = (text: string): readonly string[] => {
  const sought = text.toLowerCase();
  return [...names].filter(([, { en, zh }]) => en.toLowerCase().startsWith(sought) || zh.startsWith(sought)).map(([code]) => code);
};

import type { Bilingual } from '#event-sourcing';

export type Language = keyof Bilingual;

/** The language of an answer by `Accept-Language` (RFC 9110 section 12.5.4): Chinese if `zh…` weighs more, or as much and stands first; else English. */
export const languageOf = (acceptLanguage: string | undefined): Language => {
  if (acceptLanguage === undefined || !/zh/i.test(acceptLanguage)) return 'en';
  // sort is stable, so that the order of the header decides between equal weights, as browsers mean it.
  const ranges = acceptLanguage
    .slice(0, 1000)
    .toLowerCase()
    .split(',')
    .map(parseRange)
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  return ranges.find(({ language }) => language === 'zh' || language === 'en')?.language === 'zh' ? 'zh' : 'en';
};

const parseRange = (range: string): { language: string | undefined; weight: number } => {
  const [tag = '', ...parameters] = range.trim().split(';');
  const given = parameters.map((parameter) => /^\s*q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
  return { language: tag.trim().split('-')[0], weight: given === undefined ? 1 : Number(given) };
};

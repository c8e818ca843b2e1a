import type { Brand, Checked } from './brand.js';
import { regionalCustoms, type District } from './districts.js';

/** 18-digit number of an export declaration (报关单海关编号). */
export type DeclarationNo = Brand<'DeclarationNo'>;

export interface ExportDeclarationNo {
  readonly number: DeclarationNo;
  /** The first four digits. */
  readonly districtCode: string;
  readonly regionalCustoms: District;
  readonly year: number;
}

/** `shape`: not 18 digits; `district`: no such regional customs; `year`: before 2000 or in the future; `not-export`: an import declaration. */
export type DeclarationNoProblem = 'shape' | 'district' | 'year' | 'not-export';

/** What is wrong with a number, said to people in both languages. */
export const DECLARATION_NO_PROBLEM_TEXTS: Readonly<Record<DeclarationNoProblem, { readonly en: string; readonly zh: string }>> = {
  shape: { en: 'must be 18 digits', zh: '报关单号必须是 18 位数字' },
  district: { en: 'begins with an unknown customs district', zh: '报关单号的关区代码不存在' },
  year: { en: 'holds an impossible year', zh: '报关单号的年份不正确' },
  'not-export': { en: 'is not the number of an export declaration', zh: '不是出口报关单号' },
};

/** 4 district, 4 year, 1 flag, 9 serial. */
const PARTS = /^(\d{4})(\d{4})(\d)\d{9}$/;
const EXPORT_FLAG = '0';
/** The 18-digit numbers came with electronic declarations; nothing older can be uploaded. */
const FIRST_YEAR = 2000;
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** Checks the number of an export declaration; `now` bounds the year, which is counted in Beijing. */
export const checkDeclarationNo = (text: string, now: Date): Checked<ExportDeclarationNo, DeclarationNoProblem> => {
  const [, districtCode, yearText, flag] = PARTS.exec(text) ?? [];
  if (districtCode === undefined) return { ok: false, problem: 'shape' };
  const region = regionalCustoms(districtCode);
  if (region === undefined) return { ok: false, problem: 'district' };
  const year = Number(yearText);
  if (year < FIRST_YEAR || year > new Date(now.getTime() + BEIJING_OFFSET_MS).getUTCFullYear()) return { ok: false, problem: 'year' };
  if (flag !== EXPORT_FLAG) return { ok: false, problem: 'not-export' };
  return { ok: true, value: { number: text as DeclarationNo, districtCode, regionalCustoms: region, year } };
};

import { describe, expect, it } from '@jest/globals';
import { languageOf } from './language.js';

describe('the language of an answer', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['ZH-Hant-TW', 'zh'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
    ['en;q=0.5, zh;q=0.7', 'zh'],
    ['zh, en', 'zh'],
    ['en, zh', 'en'],
    ['de, zh;q=0.3', 'zh'],
    ['zh;q=0', 'en'],
    ['zhx, en', 'en'],
  ])('for Accept-Language %s is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CURRENCIES,
  CUSTOMS_UNITS,
  DISTRICTS,
  SUPERVISION_MODES,
  checkDeclarationNo,
  checkDecimal,
  compareDecimals,
  currencyByCustomsCode,
  currencyByIso,
  customsUnit,
  customsUnitByName,
  decimalText,
  district,
  isCustomsParty,
  isEnterpriseCode,
  isUscc,
  lineTotal,
  regionalCustoms,
  sumDecimals,
  supervisionMode,
  type DecimalText,
} from './index.js';

describe('code tables', () => {
  it.each([
    ['units by code', CUSTOMS_UNITS.map(({ code }) => code), /^\d{3}$/],
    ['units by name', CUSTOMS_UNITS.map(({ zh }) => zh), /^\p{Script=Han}+$/u],
    ['currencies by ISO code', CURRENCIES.map(({ iso }) => iso), /^[A-Z]{3}$/],
    ['currencies by customs code', CURRENCIES.map(({ customs }) => customs), /^\d{3}$/],
    ['districts', DISTRICTS.map(({ code }) => code), /^\d{4}$/],
    ['supervision modes', SUPERVISION_MODES.map(({ code }) => code), /^\d{4}$/],
  ])('lists %s once each and in their shape', (_, keys, shape) => {
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(shape);
  });

  it('knows the units of the official and public samples and refuses the wrong codes of a public table', () => {
    expect(customsUnit('007')?.zh).toBe('个');
    expect(customsUnit('035')?.zh).toBe('千克');
    expect(customsUnit('122')?.zh).toBe('罐');
    expect(customsUnitByName('台')?.code).toBe('001');
    expect(customsUnitByName('吨')?.code).toBe('070');
    expect(customsUnit('024')).toBeUndefined();
    expect(customsUnitByName('pcs')).toBeUndefined();
  });

  it('maps ISO currencies to customs codes, which are not the ISO numeric codes', () => {
    expect(currencyByIso('USD')?.customs).toBe('502');
    expect(currencyByIso('AUD')?.customs).toBe('601');
    expect(currencyByCustomsCode('142')?.iso).toBe('CNY');
    expect(currencyByCustomsCode('840')).toBeUndefined();
    expect(currencyByIso('usd')).toBeUndefined();
    expect(currencyByIso('XXX')).toBeUndefined();
  });

  it('knows districts exactly and by their regional customs', () => {
    expect(district('2200')?.zh).toBe('上海海关');
    expect(district('0202')).toBeUndefined();
    expect(regionalCustoms('0202')?.zh).toBe('天津海关');
    expect(regionalCustoms('9999')).toBeUndefined();
    expect(regionalCustoms('22')).toBeUndefined();
  });

  it('knows the supervision modes of the seed', () => {
    expect(supervisionMode('9710')?.zh).toBe('跨境电商 B2B 直接出口');
    expect(supervisionMode('1039')?.zh).toBe('市场采购');
    expect(supervisionMode('9711')).toBeUndefined();
  });
});

describe('enterprise codes', () => {
  it.each(['123456789X', '123456789Q', '4403169D3W', '610166BA05', '3301961Q43', '46016602EV'])('9710-C14 accepts %s: ten places, not ten digits', (code) => {
    expect(isEnterpriseCode(code)).toBe(true);
  });

  it.each([
    ['12345A789X', 'a letter in place 6'],
    ['123456789', 'nine characters'],
    ['123456789X1', 'eleven characters'],
    ['123456789x', 'lower case'],
    ['123456789X\n', 'a line feed after it'],
    ['', 'nothing'],
  ])('9710-R6 refuses %j as an enterprise code: %s', (code) => {
    expect(isEnterpriseCode(code)).toBe(false);
  });

  it('names a party by either code', () => {
    expect(isCustomsParty('123456789X')).toBe(true);
    expect(isCustomsParty('91330100799655058B')).toBe(true);
    expect(isCustomsParty('无')).toBe(false);
  });
});

describe('unified social credit code', () => {
  it.each([
    ['91330100799655058B', 'of a well-known company'],
    ['91440300708461136T', 'of a well-known company'],
    ['91110000802100433B', 'of a well-known company'],
    ['913100001003167600', 'whose check character is 0'],
    ['N2310115MA12345673', 'beginning with a letter'],
  ])('accepts %s, %s', (code) => {
    expect(isUscc(code)).toBe(true);
  });

  it.each([
    ['91330100799655058C', 'a wrong check character'],
    ['9133010079965505IB', 'the letter I'],
    ['91330100799655058', '17 characters'],
    ['91330100799655058BB', '19 characters'],
    ['91330100799655058b', 'lower case'],
    ['9133010A799655058B', 'a letter in the region'],
  ])('refuses %s for %s', (code) => {
    expect(isUscc(code)).toBe(false);
  });

  it('notices any single character changed', () => {
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    const valid = '91330100799655058B';
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 17 }), fc.constantFrom(...alphabet), (place, character) => {
        fc.pre(valid[place] !== character);
        expect(isUscc(valid.slice(0, place) + character + valid.slice(place + 1))).toBe(false);
      }),
    );
  });
});

describe('export declaration number', () => {
  const now = new Date('2022-06-21T03:00:00Z');

  it.each(['020220080525641690', '220020220123456789'])('accepts %s', (number) => {
    expect(checkDeclarationNo(number, now)).toMatchObject({ ok: true, value: { number } });
  });

  it.each([
    ['220020221123456789', 'not-export'],
    ['22002022012345678', 'shape'],
    ['2200202201234567890', 'shape'],
    ['22002022I123456789', 'shape'],
    ['999920220123456789', 'district'],
    ['000020220123456789', 'district'],
    ['220019990123456789', 'year'],
    ['220020230123456789', 'year'],
  ])('refuses %s: %s', (number, problem) => {
    expect(checkDeclarationNo(number, now)).toEqual({ ok: false, problem });
  });

  it('counts the year in Beijing', () => {
    expect(checkDeclarationNo('220020230123456789', new Date('2022-12-31T15:59:59Z')).ok).toBe(false);
    expect(checkDeclarationNo('220020230123456789', new Date('2022-12-31T16:00:00Z')).ok).toBe(true);
  });
});

describe('N19,5 decimals', () => {
  it.each([
    ['12345678912345.12345', '12345678912345.12345'],
    ['100', '100'],
    ['100.00', '100'],
    ['0100.50', '100.5'],
    ['0.00001', '0.00001'],
    ['0', '0'],
    ['99999999999999', '99999999999999'],
  ])('reads %s as %s', (text, canonical) => {
    expect(decimalText(text)).toBe(canonical);
  });

  it.each([
    ['1.123456', 'too-many-decimals'],
    ['1.000000', 'too-many-decimals'],
    ['123456789123456.12345', 'too-many-digits'],
    ['10000000000000000000', 'too-many-digits'],
    ['-1', 'negative'],
    ['1e5', 'syntax'],
    ['+1', 'syntax'],
    ['1,000', 'syntax'],
    ['.5', 'syntax'],
    ['5.', 'syntax'],
    [' 5', 'syntax'],
    ['５', 'syntax'],
    ['NaN', 'syntax'],
    ['', 'syntax'],
  ])('refuses %j: %s', (text, problem) => {
    expect(checkDecimal(text)).toEqual({ ok: false, problem });
  });

  const amount = fc.tuple(fc.bigInt(0n, 10n ** 14n - 1n), fc.integer({ min: 0, max: 99_999 }));
  const written = ([integer, fraction]: [bigint, number]) => `${integer}.${String(fraction).padStart(5, '0')}`;

  it('has one text for each value', () => {
    fc.assert(
      fc.property(amount, (parts) => {
        const canonical = decimalText(written(parts));
        expect(canonical).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(decimalText(canonical!)).toBe(canonical);
      }),
    );
  });

  it('adds exactly where binary floats do not', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 100 }), (list) => {
        const hundredThousandths = list.reduce((sum, [integer, fraction]) => sum + integer * 100_000n + BigInt(fraction), 0n);
        const sum = sumDecimals(list.map((parts) => decimalText(written(parts))!));
        const expected = decimalText(written([hundredThousandths / 100_000n, Number(hundredThousandths % 100_000n)]));
        expect(sum).toBe(expected);
      }),
    );
    expect(sumDecimals(['0.1', '0.2'] as DecimalText[])).toBe('0.3');
    expect(sumDecimals([])).toBe('0');
  });

  it('9710-R9 multiplies quantity by unit price as the samples do', () => {
    const total = (quantity: string, price: string) => lineTotal(decimalText(quantity)!, decimalText(price)!);
    expect(total('100', '100')).toBe('10000');
    expect(total('1', '2')).toBe('2');
    expect(total('0.00001', '0.5')).toBe('0.00001');
    expect(total('0.00001', '0.4')).toBe('0');
    expect(total('99999999999999', '2')).toBeUndefined();
  });

  it('compares by value', () => {
    const order = (a: string, b: string) => Math.sign(compareDecimals(decimalText(a)!, decimalText(b)!));
    expect([order('9', '10'), order('10.0', '10'), order('800.00', '799.99')]).toEqual([-1, 0, 1]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import * as stock from 'class-validator';
import fc from 'fast-check';
import { compileValidator } from './compile-validator.js';
import { DecimalString, Flag, WholeNumber } from './number-fields.js';
import { List, Nested, NestedList, Optional, type InputClass } from './structure-fields.js';
import { InstantString, MultilineText, OneOf, Pattern, Text } from './text-fields.js';

class Line {
  @Text(1, 255, { context: { rule: '9710-R8' } }) declare name: string;
  @DecimalString({ digits: 19, places: 5, moreThan: '0' }) declare qty: string;
  @DecimalString({ digits: 19, places: 5, min: '0', max: '99999.5' }) declare unitPrice: string;
  @OneOf(['007', '035']) declare unit: string;
}

class Contact {
  @Text(1, 10) declare name: string;
  @stock.IsEmail() @Optional() declare mail?: string;
}

class Order {
  @Pattern(/^\d{6}[0-9A-Z]{4}$/, { en: 'must be an enterprise code', zh: '必须是企业代码' }) declare ebcCode: string;
  @NestedList(() => Line, { min: 1, max: 3 }) declare lines: Line[];
  @Optional() @Nested(() => Contact) declare contact?: Contact;
  @Optional() @List({ max: 2 }) @Text(1, 5, { each: true }) declare tags?: string[];
  @Optional() @MultilineText(0, 20) declare remark?: string;
  @Optional() @InstantString() declare at?: string;
  @Optional() @WholeNumber(0, 9) declare count?: number;
  @Flag() declare pledge: boolean;
  @stock.IsOptional() @stock.IsInt() @stock.Min(1) @stock.Max(5) declare grade?: number;
  @stock.IsOptional() @stock.IsString() @stock.Length(2, 4) @stock.Matches(/^[A-Z]+$/) declare code?: string;
  @stock.IsOptional() @stock.IsIn(['a', 'b']) declare choice?: string;
  @stock.IsOptional() @stock.ArrayUnique() @stock.IsArray() declare set?: unknown[];
  @stock.IsOptional() @stock.IsUUID() declare id?: string;
  @stock.IsOptional() @stock.IsISO8601() declare day?: string;
  @stock.IsOptional() @stock.IsNotEmpty() @stock.MaxLength(3) declare short?: string;
  @stock.ValidateIf((order: Order) => order.pledge) @stock.IsDefined() @stock.IsNumber() @stock.IsPositive() declare pledged?: number;
}

const line = { name: '纸箱', qty: '100', unitPrice: '1.25', unit: '035' };
const order = { ebcCode: '123456789X', lines: [line], pledge: false };
const validate = compileValidator(Order);

const stockRefuses = (type: InputClass, input: object): boolean =>
  stock.validateSync(plainToInstance(type, input), { whitelist: true, forbidNonWhitelisted: true }).length > 0;

describe('compileValidator', () => {
  it('finds nothing wrong with a right input', () => {
    expect(validate({ ...order, contact: { name: '王' }, tags: ['a'], remark: 'a\nb', at: '2022-06-21T08:00:00Z', count: 0 })).toEqual([]);
  });

  it('names path, code, rule and reason in both languages', () => {
    expect(validate({ ...order, lines: [line, { ...line, name: 'a\u0000b' }] })).toEqual([
      {
        field: 'lines[1].name',
        code: 'text',
        rule: '9710-R8',
        message: {
          en: 'must be a text of 1 to 255 characters, not blank, without control characters',
          zh: '必须是 1 至 255 个字符的文本，不能全为空白，不能含控制字符',
        },
      },
    ]);
  });

  it('says of a missing field that it is required', () => {
    const { pledge: _, ...rest } = order;
    expect(validate(rest)).toMatchObject([{ field: 'pledge', code: 'required', message: { en: 'is required', zh: '必填' } }]);
  });

  it('names the entry of a list', () => {
    expect(validate({ ...order, tags: ['ok', 7] })).toMatchObject([{ field: 'tags[1]', code: 'text' }]);
  });

  it.each([
    ['an unknown field', { ...order, extra: 1 }, 'extra', 'unknown-field'],
    ['an unknown field of a nested object', { ...order, lines: [{ ...line, extra: 1 }] }, 'lines[0].extra', 'unknown-field'],
    ['a field named constructor', { ...order, constructor: { prototype: {} } }, 'constructor', 'unknown-field'],
    ['a field named __proto__', JSON.parse('{"ebcCode":"123456789X","lines":[{"name":"a","qty":"1","unitPrice":"1","unit":"035"}],"pledge":false,"__proto__":{"a":1}}'), '__proto__', 'unknown-field'],
    ['too many entries', { ...order, lines: [line, line, line, line] }, 'lines', 'array-max-size'],
    ['no entry', { ...order, lines: [] }, 'lines', 'array-min-size'],
    ['an entry that is a list', { ...order, lines: [[line]] }, 'lines[0]', 'is-object'],
    ['null for a field that may be left out', { ...order, remark: null }, 'remark', 'multiline-text'],
    ['a list for an object', { ...order, contact: [{ name: 'a' }] }, 'contact', 'is-object'],
    ['10^19', { ...order, lines: [{ ...line, qty: '10000000000000000000' }] }, 'lines[0].qty', 'decimal-string'],
    ['6 decimals', { ...order, lines: [{ ...line, qty: '1.000001' }] }, 'lines[0].qty', 'decimal-string'],
    ['a negative amount', { ...order, lines: [{ ...line, unitPrice: '-1' }] }, 'lines[0].unitPrice', 'decimal-string'],
    ['a quantity of zero', { ...order, lines: [{ ...line, qty: '0.00000' }] }, 'lines[0].qty', 'decimal-string'],
    ['a JSON number for a decimal', { ...order, lines: [{ ...line, qty: 1 }] }, 'lines[0].qty', 'decimal-string'],
    ['an exponent', { ...order, lines: [{ ...line, qty: '1e3' }] }, 'lines[0].qty', 'decimal-string'],
    ['a leading zero', { ...order, lines: [{ ...line, qty: '01' }] }, 'lines[0].qty', 'decimal-string'],
    ['more than the maximum', { ...order, lines: [{ ...line, unitPrice: '99999.50001' }] }, 'lines[0].unitPrice', 'decimal-string'],
    ['a lower-case code', { ...order, ebcCode: '123456789x' }, 'ebcCode', 'pattern'],
    ['a bidirectional override', { ...order, lines: [{ ...line, name: 'a\u202eb' }] }, 'lines[0].name', 'text'],
    ['a lone surrogate', { ...order, lines: [{ ...line, name: 'a\ud800' }] }, 'lines[0].name', 'text'],
    ['a blank text', { ...order, lines: [{ ...line, name: '  ' }] }, 'lines[0].name', 'text'],
    ['31 February', { ...order, at: '2022-02-31T08:00:00Z' }, 'at', 'instant'],
  ])('refuses %s', (_, input, field, code) => {
    expect(validate(input)).toMatchObject([{ field, code }]);
  });

  it.each([['a list', []], ['null', null], ['a string', '{}'], ['a number', 1]])('refuses %s in place of the object', (_, input) => {
    expect(validate(input)).toMatchObject([{ field: '', code: 'object' }]);
  });

  it('does not take a missing field from a polluted prototype', () => {
    const polluted: unknown = Object.assign(Object.create({ pledge: true, pledged: 1 }) as object, { ebcCode: order.ebcCode, lines: order.lines });
    expect(validate(polluted)).toMatchObject([{ field: 'pledge', code: 'required' }, { field: 'pledged', code: 'required' }]);
  });

  it('answers at most 100 violations', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`extra${index}`, 1]));
    expect(validate({ ...order, ...many })).toHaveLength(100);
  });

  it('counts characters, not UTF-16 units', () => {
    class Name {
      @Text(1, 2) declare name: string;
    }
    expect(compileValidator(Name)({ name: '😀😀' })).toEqual([]);
    expect(compileValidator(Name)({ name: '😀😀a' })).toHaveLength(1);
  });

  it('refuses to compile what it could not judge as class-validator does', () => {
    class Grouped {
      @stock.IsString({ groups: ['a'] }) declare a: string;
    }
    class Untold {
      @stock.IsMACAddress() declare a: string;
    }
    class Untyped {
      @stock.ValidateNested() declare a: object;
    }
    class Empty {}
    expect(() => compileValidator(Grouped)).toThrow('Grouped.a: validation groups are not supported');
    expect(() => compileValidator(Untold)).toThrow('Untold.a: the constraint isMacAddress has no text in both languages');
    expect(() => compileValidator(Untyped)).toThrow('Untyped.a: a nested field is declared with @Nested or @NestedList');
    expect(() => compileValidator(Empty)).toThrow('Empty describes no field');
  });

  it('agrees with class-validator on any value of any field', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(undefined, null, true, false, 0, 1, 5, 6, -1, 1.5, '', 'a', 'AB', 'ABCDE', '0', '1.5', '-2', '2022-06-21', '2022-06-21T08:00:00Z'),
      fc.constantFrom<unknown>('é'.repeat(21), 'a@b.cn', '6f1b1e4e-5c0a-4f5e-9b8a-0d9b5f3e2a11', [], {}, [1, 1], ['a', 'b', 'c'], [line], [line, null], [[line]], { name: '王', mail: 'x' }, { name: 'ok' }),
      fc.string({ unit: 'binary' }),
      fc.array(fc.string({ maxLength: 6 }), { maxLength: 4 }),
    );
    const field = fc.constantFrom('ebcCode', 'lines', 'contact', 'tags', 'remark', 'at', 'count', 'pledge', 'grade', 'code', 'choice', 'set', 'id', 'day', 'short', 'pledged', 'extra');
    fc.assert(
      fc.property(fc.array(fc.tuple(field, value), { maxLength: 3 }), (changes) => {
        const input = { ...order, ...Object.fromEntries(changes) };
        expect(validate(input).length > 0).toBe(stockRefuses(Order, input));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with class-validator on any value of a nested field', () => {
    const value = fc.oneof(fc.constantFrom<unknown>(undefined, null, 1, '0', '-1', '035', [], {}), fc.stringMatching(/^-?\d{0,16}(\.\d{0,7})?$/), fc.string({ unit: 'binary', maxLength: 4 }));
    fc.assert(
      fc.property(fc.constantFrom('name', 'qty', 'unitPrice', 'unit'), value, (field, changed) => {
        const input = { ...order, lines: [{ ...line, [field]: changed }] };
        expect(validate(input).length > 0).toBe(stockRefuses(Order, input));
      }),
      { numRuns: 2000 },
    );
  });

  it('costs less than a fifth of what class-validator takes for an order with 4 lines', () => {
    class Lines {
      @NestedList(() => Line, { min: 1, max: 100 }) declare lines: Line[];
    }
    const check = compileValidator(Lines);
    const input = { lines: [line, line, line, line] };
    const secondsOf = (run: () => void): number => {
      const begun = process.hrtime.bigint();
      for (let times = 0; times < 1000; times++) run();
      return Number(process.hrtime.bigint() - begun) / 1e9;
    };
    const ratios = Array.from({ length: 5 }, () => secondsOf(() => check(input)) / secondsOf(() => void stockRefuses(Lines, input)));
    expect(Math.min(...ratios)).toBeLessThan(0.2);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long, MongoServerError, ObjectId, Timestamp, type Document } from 'mongodb';
import { targets, type Target } from './target.js';

const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const long = (value: number | string): Long => (typeof value === 'string' ? Long.fromString(value) : Long.fromNumber(value));
const date = (text: string): Date => new Date(text);

/** An expression, and its value with the BSON type it must have: what MongoDB's manual says of each operator. */
type Case = readonly [expression: unknown, value: unknown];

const ARITHMETIC: readonly Case[] = [
  [{ $add: [1, 2] }, new Int32(3)],
  [{ $add: [new Double(1), 2] }, new Double(3)],
  [{ $add: [2147483647, 1] }, long(2147483648)],
  [{ $add: [date('2024-01-01T00:00:00Z'), 3_600_000] }, date('2024-01-01T01:00:00Z')],
  [{ $add: [1, null] }, null],
  [{ $subtract: [date('2024-01-02T00:00:00Z'), date('2024-01-01T00:00:00Z')] }, long(86_400_000)],
  [{ $multiply: [decimal('1.10'), 3] }, decimal('3.30')],
  [{ $multiply: [long('9007199254740993'), 1] }, long('9007199254740993')],
  [{ $divide: [6, 3] }, new Double(2)],
  [{ $divide: [decimal('1'), 3] }, decimal('0.3333333333333333333333333333333333')],
  [{ $mod: [-7, 3] }, new Int32(-1)],
  [{ $mod: [new Double(7.5), 2] }, new Double(1.5)],
  [{ $pow: [2, 40] }, long(2 ** 40)],
  [{ $pow: [2, -1] }, new Double(0.5)],
  [{ $sqrt: 16 }, new Double(4)],
  [{ $round: [new Double(2.5)] }, new Double(2)],
  [{ $round: [decimal('2.345'), 2] }, decimal('2.34')],
  [{ $round: [1234, -2] }, new Int32(1200)],
  [{ $trunc: [new Double(-3.7)] }, new Double(-3)],
  [{ $abs: -5 }, new Int32(5)],
  [{ $ceil: new Double(2.1) }, new Double(3)],
  [{ $floor: 7 }, new Int32(7)],
  [{ $log10: 1000 }, new Double(3)],
  [{ $log: [8, 2] }, new Double(Math.log(8) / Math.log(2))],
  [{ $ln: 1 }, new Double(0)],
  [{ $exp: 0 }, new Double(1)],
  [{ $sin: 0 }, new Double(0)],
  [{ $atan2: [0, 1] }, new Double(0)],
  [{ $degreesToRadians: 180 }, new Double(Math.PI)],
  [{ $bitAnd: [12, 10] }, new Int32(8)],
  [{ $bitOr: [12, long(1)] }, long(13)],
  [{ $bitXor: [12, 10] }, new Int32(6)],
  [{ $bitNot: 5 }, new Int32(-6)],
  [{ $sum: [1, new Double(2.5), 'x'] }, new Double(3.5)],
  [{ $avg: [[1, 2]] }, new Double(1.5)],
  [{ $max: [1, 'a', null] }, 'a'],
  [{ $min: [[3, 1, 2]] }, new Int32(1)],
  [{ $stdDevPop: [[1, 3]] }, new Double(1)],
  [{ $stdDevSamp: [[1]] }, null],
];

const LOGIC: readonly Case[] = [
  [{ $cmp: [1, 'a'] }, new Int32(-1)],
  [{ $eq: [1, new Double(1)] }, true],
  [{ $gt: ['$missing', null] }, false],
  [{ $lt: ['$missing', null] }, true],
  [{ $and: [1, 'x', []] }, true],
  [{ $or: [0, null, '$missing'] }, false],
  [{ $not: [decimal('0')] }, true],
  [{ $cond: [new Int32(0), 'yes', 'no'] }, 'no'],
  [{ $cond: { if: true, then: 'yes', else: 'no' } }, 'yes'],
  [{ $ifNull: ['$missing', null, 'z'] }, 'z'],
  [{ $switch: { branches: [{ case: false, then: 1 }], default: 'd' } }, 'd'],
  [{ $let: { vars: { a: 2 }, in: { $add: ['$$a', '$two'] } } }, new Int32(4)],
  [{ $literal: '$two' }, '$two'],
  [['$missing', 1], [null, new Int32(1)]],
  [{ kept: '$two', gone: '$missing' }, { kept: new Int32(2) }],
  ['$rows.n', [new Int32(1), new Int32(2)]],
  ['$rows.0', []],
];

const ARRAYS: readonly Case[] = [
  [{ $map: { input: [1, 2], as: 'n', in: { $add: ['$$n', 1] } } }, [new Int32(2), new Int32(3)]],
  [{ $filter: { input: [1, 2, 3], cond: { $gt: ['$$this', 1] }, limit: 1 } }, [new Int32(2)]],
  [{ $reduce: { input: ['a', 'b'], initialValue: '', in: { $concat: ['$$value', '$$this'] } } }, 'ab'],
  [{ $arrayElemAt: [[1, 2, 3], -1] }, new Int32(3)],
  [{ $first: '$rows.n' }, new Int32(1)],
  [{ $last: '$rows.n' }, new Int32(2)],
  [{ $firstN: { input: [1, 2, 3], n: 2 } }, [new Int32(1), new Int32(2)]],
  [{ $maxN: { input: [1, 3, 2], n: 2 } }, [new Int32(3), new Int32(2)]],
  [{ $range: [0, 10, 3] }, [0, 3, 6, 9].map((n) => new Int32(n))],
  [{ $slice: [[1, 2, 3], -2] }, [new Int32(2), new Int32(3)]],
  [{ $slice: [[1, 2, 3], 1, 1] }, [new Int32(2)]],
  [{ $zip: { inputs: [['a', 'b'], ['c']], useLongestLength: true, defaults: ['x', 'y'] } }, [['a', 'c'], ['b', 'y']]],
  [{ $in: [new Double(2), [1, 2]] }, true],
  [{ $indexOfArray: [['a', 'b'], 'b'] }, new Int32(1)],
  [{ $concatArrays: [['a'], ['b']] }, ['a', 'b']],
  [{ $reverseArray: [['a', 'b']] }, ['b', 'a']],
  [{ $size: '$rows' }, new Int32(3)],
  [{ $isArray: ['$rows'] }, true],
  [{ $sortArray: { input: [3, 1, 2], sortBy: -1 } }, [3, 2, 1].map((n) => new Int32(n))],
  [{ $arrayToObject: [[['a', 'x'], ['b', 'y']]] }, { a: 'x', b: 'y' }],
  [{ $objectToArray: { a: 'x' } }, [{ k: 'a', v: 'x' }]],
  [{ $mergeObjects: [{ a: 'x' }, null, { b: 'y' }] }, { a: 'x', b: 'y' }],
  [{ $setField: { field: 'a.b', input: { c: 'x' }, value: 'y' } }, { c: 'x', 'a.b': 'y' }],
  [{ $getField: { field: 'a.b', input: { $literal: { 'a.b': 'x' } } } }, 'x'],
  [{ $setIntersection: [['a', 'b'], ['b', 'c']] }, ['b']],
  [{ $setDifference: [['a', 'b'], ['b']] }, ['a']],
  [{ $setEquals: [['a', 'b', 'a'], ['b', 'a']] }, true],
  [{ $setIsSubset: [['a'], ['b', 'a']] }, true],
  [{ $allElementsTrue: [[1, true]] }, true],
  [{ $anyElementTrue: [[0, false]] }, false],
];

const TEXT: readonly Case[] = [
  [{ $concat: ['a', 'b'] }, 'ab'],
  [{ $concat: ['a', null] }, null],
  [{ $substrCP: ['héllo', 1, 2] }, 'él'],
  [{ $substrBytes: ['hello', 1, 3] }, 'ell'],
  [{ $strLenCP: 'héllo' }, new Int32(5)],
  [{ $strLenBytes: 'héllo' }, new Int32(6)],
  [{ $split: ['a,b', ','] }, ['a', 'b']],
  [{ $trim: { input: ' x ' } }, 'x'],
  [{ $ltrim: { input: 'xxa', chars: 'x' } }, 'a'],
  [{ $toUpper: 'ab' }, 'AB'],
  [{ $toLower: null }, ''],
  [{ $indexOfCP: ['cafeteria', 'e'] }, new Int32(3)],
  [{ $strcasecmp: ['a', 'B'] }, new Int32(-1)],
  [{ $replaceOne: { input: 'a.a', find: 'a', replacement: 'b' } }, 'b.a'],
  [{ $replaceAll: { input: 'a.a', find: 'a', replacement: 'b' } }, 'b.b'],
  [{ $regexMatch: { input: 'Ningbo', regex: '^ning', options: 'i' } }, true],
  [{ $regexFind: { input: 'xab12', regex: 'b([0-9]+)' } }, { match: 'b12', idx: new Int32(2), captures: ['12'] }],
  [{ $regexFindAll: { input: 'a1b2', regex: '[0-9]' } }, [{ match: '1', idx: new Int32(1), captures: [] }, { match: '2', idx: new Int32(3), captures: [] }]],
];

const LEAP = date('2016-02-29T23:30:15.123Z');

const DATES: readonly Case[] = [
  [{ $dateToString: { date: LEAP } }, '2016-02-29T23:30:15.123Z'],
  [{ $dateToString: { date: LEAP, format: '%Y-%m-%d %H:%M:%S.%L %j %U %V %G %u %w %z %%', timezone: 'Asia/Shanghai' } }, '2016-03-01 07:30:15.123 061 09 09 2016 2 3 +0800 %'],
  [{ $dateToString: { date: null, onNull: 'never' } }, 'never'],
  [{ $dateAdd: { startDate: date('2021-01-31T00:00:00Z'), unit: 'month', amount: 1 } }, date('2021-02-28T00:00:00Z')],
  [{ $dateAdd: { startDate: date('2020-10-24T18:10:00Z'), unit: 'day', amount: 1, timezone: 'Europe/Paris' } }, date('2020-10-25T19:10:00Z')],
  [{ $dateSubtract: { startDate: date('2021-03-31T00:00:00Z'), unit: 'quarter', amount: 1 } }, date('2020-12-31T00:00:00Z')],
  [{ $dateDiff: { startDate: date('2020-12-31T23:59:59Z'), endDate: date('2021-01-01T00:00:00Z'), unit: 'year' } }, long(1)],
  [{ $dateDiff: { startDate: date('2021-01-01T00:00:00Z'), endDate: date('2021-01-24T00:00:00Z'), unit: 'week', startOfWeek: 'monday' } }, long(3)],
  [{ $dateDiff: { startDate: date('2021-01-01T10:59:00Z'), endDate: date('2021-01-01T11:01:00Z'), unit: 'hour' } }, long(1)],
  [{ $dateTrunc: { date: date('2021-03-20T11:30:05Z'), unit: 'month', binSize: 2, timezone: 'America/Los_Angeles' } }, date('2021-03-01T08:00:00Z')],
  [{ $dateTrunc: { date: date('2021-03-20T11:30:05Z'), unit: 'week', startOfWeek: 'monday' } }, date('2021-03-15T00:00:00Z')],
  [{ $dateFromParts: { year: 2017, month: 14, day: 1 } }, date('2018-02-01T00:00:00Z')],
  [{ $dateFromParts: { isoWeekYear: 2017, isoWeek: 6, isoDayOfWeek: 3 } }, date('2017-02-08T00:00:00Z')],
  [{ $dateFromString: { dateString: '06-15-2018', format: '%m-%d-%Y' } }, date('2018-06-15T00:00:00Z')],
  [{ $dateFromString: { dateString: '2017-02-08T12:10:40.787', timezone: 'America/New_York' } }, date('2017-02-08T17:10:40.787Z')],
  [{ $dateFromString: { dateString: 'never', onError: 'wrong' } }, 'wrong'],
  [{ $dateToParts: { date: date('2017-01-01T01:29:09.123Z'), timezone: 'America/New_York' } }, { year: new Int32(2016), month: new Int32(12), day: new Int32(31), hour: new Int32(20), minute: new Int32(29), second: new Int32(9), millisecond: new Int32(123) }],
  [{ $year: LEAP }, new Int32(2016)],
  [{ $hour: { date: LEAP, timezone: '-0500' } }, new Int32(18)],
  [{ $dayOfYear: LEAP }, new Int32(60)],
  [{ $dayOfWeek: LEAP }, new Int32(2)],
  [{ $week: date('2016-01-01T00:00:00Z') }, new Int32(0)],
  [{ $isoWeek: date('2016-01-01T00:00:00Z') }, new Int32(53)],
  [{ $isoWeekYear: date('2016-01-01T00:00:00Z') }, long(2015)],
  [{ $tsSecond: new Timestamp({ t: 7, i: 9 }) }, long(7)],
];

const TYPES: readonly Case[] = [
  [{ $type: '$missing' }, 'missing'],
  [{ $type: new Double(1) }, 'double'],
  [{ $isNumber: decimal('1') }, true],
  [{ $toInt: '12' }, new Int32(12)],
  [{ $toLong: new Double(2.9) }, long(2)],
  [{ $toDouble: '1e3' }, new Double(1000)],
  [{ $toDecimal: '1.10' }, decimal('1.10')],
  [{ $toDecimal: new Double(0.1) }, decimal('0.100000000000000')],
  [{ $toString: decimal('1.10') }, '1.10'],
  [{ $toString: new Double(2.5) }, '2.5'],
  [{ $toBool: '' }, true],
  [{ $toDate: long(5) }, new Date(5)],
  [{ $toObjectId: '5ab9cbfa31c2ab715d42129e' }, new ObjectId('5ab9cbfa31c2ab715d42129e')],
  [{ $convert: { input: 'x', to: 'int', onError: 'e', onNull: 'n' } }, 'e'],
  [{ $convert: { input: null, to: 'int', onError: 'e', onNull: 'n' } }, 'n'],
  [{ $bsonSize: {} }, new Int32(5)],
];

const WRONG: readonly unknown[] = [
  { $add: ['a', 1] },
  { $divide: [1, 0] },
  { $ln: 0 },
  { $toInt: '1.5' },
  { $toDate: new Int32(5) },
  { $substrBytes: ['héllo', 0, 2] },
  { $size: 'x' },
  { $arrayElemAt: [1, 0] },
  { $switch: { branches: [{ case: false, then: 1 }] } },
  { $dateToString: { date: 'x' } },
  { $hour: { date: LEAP, timezone: 'Nowhere/At_All' } },
  { $map: { input: 1, in: 1 } },
  { $subtract: [1] },
  { $unheardOf: 1 },
  '$$unheardOf',
];

describe.each(targets)('$name', ({ open }) => {
  let target: Target;

  beforeAll(async () => {
    target = await open();
    await target.db.collection<Document>('one').insertOne({ _id: 1, two: 2, rows: [{ n: 1 }, { n: 2 }, 'no document'] } as never);
  });

  afterAll(() => target.close());

  const compute = async (expression: unknown): Promise<unknown> => {
    const [result] = await target.db.collection('one').aggregate([{ $project: { _id: 0, value: expression } }], { promoteValues: false, promoteLongs: false }).toArray();
    return result?.['value'] as unknown;
  };

  describe.each([['arithmetic', ARITHMETIC], ['logic and paths', LOGIC], ['arrays and objects', ARRAYS], ['text', TEXT], ['dates', DATES], ['types', TYPES]] as const)('an expression on %s', (_, cases) => {
    it.each(cases.map(([expression, value]) => ({ expression, value, name: JSON.stringify(expression) })))('$name', async ({ expression, value }) => {
      expect(await compute(expression)).toEqual(value);
    });
  });

  it.each(WRONG.map((expression) => ({ expression, name: JSON.stringify(expression) })))('refuses $name', async ({ expression }) => {
    await expect(compute(expression)).rejects.toThrow(MongoServerError);
  });
});

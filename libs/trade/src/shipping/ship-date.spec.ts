import { describe, expect, it } from '@jest/globals';
import { endOf } from './ship-date.js';

describe('the end of the agreed ship date', () => {
  it.each([
    ['2022-06-21', 'America/Los_Angeles', '2022-06-22T07:00:00.000Z'],
    ['2022-01-21', 'America/Los_Angeles', '2022-01-22T08:00:00.000Z'],
    ['2022-06-21', 'Asia/Shanghai', '2022-06-21T16:00:00.000Z'],
    ['2022-06-21', 'UTC', '2022-06-22T00:00:00.000Z'],
    // Summer time begins and ends on these days.
    ['2022-03-13', 'America/Los_Angeles', '2022-03-14T07:00:00.000Z'],
    ['2022-11-06', 'America/Los_Angeles', '2022-11-07T08:00:00.000Z'],
    ['2022-12-31', 'Asia/Kolkata', '2022-12-31T18:30:00.000Z'],
  ])('9710-R58 of %s in %s is %s', (date, zone, end) => {
    expect(endOf({ date, zone })).toBe(end);
  });
});

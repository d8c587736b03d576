import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { civilDate } from '../../../src/wire/rows/calendar.ts';

const dayMs = 86_400_000;

describe('the calendar', () => {
  const cases = [
    { days: 0, date: [1970, 1, 1] },
    { days: -1, date: [1969, 12, 31] },
    { days: 11_016, date: [2000, 2, 29] },
    { days: 47_540, date: [2100, 2, 28] },
    { days: 47_541, date: [2100, 3, 1] },
    { days: -719_528, date: [0, 1, 1] },
    { days: 2_932_896, date: [9999, 12, 31] },
  ];
  for (const { days, date } of cases) {
    it(`knows day ${days} as ${date.join('-')}`, () => {
      const { year, month, day } = civilDate(days);
      assert.deepEqual([year, month, day], date);
    });
  }

  it('agrees with the system’s on every day of MySQL’s range', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (days) => {
        const expected = new Date(days * dayMs);
        const { year, month, day } = civilDate(days);
        assert.equal(year, expected.getUTCFullYear());
        assert.equal(month, expected.getUTCMonth() + 1);
        assert.equal(day, expected.getUTCDate());
      }),
      { numRuns: 1_000 },
    );
  });
});

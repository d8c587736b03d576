import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formattedDate } from '../../../src/sql/byte-functions/date-format.ts';

/** Answers of MySQL 9.7. */
const cases: readonly (readonly [date: string, format: string, expected: string])[] = [
  ['2024-01-01 00:05:09.000012', '%W, %D %M %Y %r %f', 'Monday, 1st January 2024 12:05:09 AM 000012'],
  ['2024-12-13 15:00:00', '%a %b %c %e %k %l %p %y', 'Fri Dec 12 13 15 3 PM 24'],
  ['2021-01-03 23:59:59', '%U %u %V %v %X %x', '01 00 01 53 2021 2020'],
  ['2008-12-29 00:00:00', '%U %u %V %v %X %x', '52 53 52 01 2008 2009'],
  ['2024-02-29 00:00:00', '%j %w %%%q%', '060 4 %q%'],
];

describe('DATE_FORMAT of a format that is read for each row', () => {
  for (const [date, format, expected] of cases) {
    it(`${format} of ${date}`, () => {
      assert.equal(formattedDate(date, format), expected);
    });
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkedTtl, expiryOf } from '../../src/dispatch/ttl.ts';

describe('a ttl', () => {
  const good: readonly (readonly [string, string | undefined])[] = [
    ['7 DAY', '7 DAY'],
    ['  12   hour ', '12   hour'],
    ['+1 Month', '+1 Month'],
    ['30 second', '30 second'],
    ['', undefined],
    ['   ', undefined],
  ];
  for (const [text, expected] of good) {
    it(`'${text}' is ${expected === undefined ? 'for ever' : 'kept as written, trimmed'}`, () =>
      assert.equal(checkedTtl(text), expected));
  }

  for (const text of [
    '7d',
    '7',
    'DAY',
    '1.5 DAY',
    '7 FORTNIGHT',
    '7 DAY 1 HOUR',
    '9999999999 DAY',
    '100001 YEAR',
  ]) {
    it(`'${text}' is refused with an example`, () =>
      assert.throws(() => checkedTtl(text), /Invalid ttl: '.*'\. Expected a duration such as 7 DAY/));
  }

  for (const text of ['0 DAY', '-3 HOUR']) {
    it(`'${text}' must be positive`, () =>
      assert.throws(() => checkedTtl(text), /ttl must be a positive duration, but got: /));
  }
});

describe('a snapshot has had its time', () => {
  const at = (year: number, month: number, day: number, hour = 0): number =>
    new Date(year, month - 1, day, hour).getTime();
  const cases: readonly (readonly [string, number, number])[] = [
    ['30 SECOND', at(2026, 1, 1), at(2026, 1, 1) + 30_000],
    ['2 MINUTE', at(2026, 1, 1), at(2026, 1, 1) + 120_000],
    ['12 HOUR', at(2026, 1, 1), at(2026, 1, 1, 12)],
    ['7 DAY', at(2026, 2, 25), at(2026, 3, 4)],
    ['2 WEEK', at(2026, 1, 1), at(2026, 1, 15)],
    ['1 MONTH', at(2026, 1, 31, 5), at(2026, 2, 28, 5)],
    ['1 MONTH', at(2028, 1, 31), at(2028, 2, 29)],
    ['1 QUARTER', at(2025, 11, 30), at(2026, 2, 28)],
    ['1 YEAR', at(2028, 2, 29), at(2029, 2, 28)],
  ];
  for (const [ttl, finished, expected] of cases) {
    it(`${ttl} after ${new Date(finished).toDateString()}`, () =>
      assert.equal(expiryOf(ttl, finished), expected));
  }
});

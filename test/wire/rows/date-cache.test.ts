import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DateCache, representableDate } from '../../../src/wire/rows/date-cache.ts';

describe('the cache of dates', () => {
  it('writes the same text again, also for days that share a slot', () => {
    const cache = new DateCache();
    for (const round of [1, 2]) {
      assert.equal(textOf(cache, 0), '1970-01-01', `round ${round}`);
      assert.equal(textOf(cache, 4_096), '1981-03-20');
      assert.equal(textOf(cache, -4_096), '1958-10-15');
      assert.equal(textOf(cache, -719_528), '0000-01-01');
      assert.equal(textOf(cache, 2_932_896), '9999-12-31');
    }
  });

  for (const days of [-719_529, 2_932_897, 2_147_483_647, -2_147_483_648]) {
    it(`refuses day ${days}, which MySQL cannot write`, () => {
      assert.throws(() => representableDate(days), { kind: 'out_of_range' });
      assert.throws(() => textOf(new DateCache(), days), { kind: 'out_of_range' });
    });
  }
});

function textOf(cache: DateCache, days: number): string {
  const bytes = Buffer.alloc(12);
  assert.equal(cache.write(bytes, 1, days), 11);
  return bytes.toString('latin1', 1, 11);
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { type Instant, splitMicros } from '../../../src/wire/rows/text-temporal.ts';

describe('microseconds since 1970', () => {
  it('are cut the same way as numbers and as exact integers', () => {
    const micros = fc.bigInt({ min: -9_007_199_254_740_991n, max: 9_007_199_254_740_991n });
    fc.assert(
      fc.property(micros, (value) => {
        const fast: Instant = { days: 0, seconds: 0, micros: 0 };
        const exact: Instant = { days: 0, seconds: 0, micros: 0 };
        splitMicros(fast, Number(value), () => value);
        splitMicros(exact, Number.NaN, () => value);
        assert.deepEqual(fast, exact);
        const again = (BigInt(fast.days) * 86_400n + BigInt(fast.seconds)) * 1_000_000n + BigInt(fast.micros);
        assert.equal(again, value);
        assert.ok(fast.seconds >= 0 && fast.seconds < 86_400 && fast.micros >= 0);
      }),
      { numRuns: 1_000 },
    );
  });
});

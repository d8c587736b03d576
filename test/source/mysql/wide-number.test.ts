import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { multiplyAdd, negate, type Wide } from '../../../src/source/mysql/wide-number.ts';

function valueOf({ low, high }: Wide): bigint {
  return (BigInt(high) << 32n) + BigInt(low >>> 0);
}

describe('64-bit numbers in two halves', () => {
  it('are exact products of seconds and of decimals', () => {
    const seconds = fc.tuple(
      fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
      fc.constant(1_000_000),
    );
    const digits = fc.tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.constant(1_000_000_000));
    fc.assert(
      fc.property(
        fc.oneof(seconds, digits),
        fc.integer({ min: 0, max: 999_999 }),
        ([factor, times], addend) => {
          const wide: Wide = { low: 0, high: 0 };
          multiplyAdd(factor, times, addend, wide);
          const expected = BigInt(factor) * BigInt(times) + BigInt(addend);
          assert.equal(valueOf(wide), expected);
          negate(wide);
          assert.equal(BigInt.asIntN(64, valueOf(wide)), -expected);
        },
      ),
    );
  });
});

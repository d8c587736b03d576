import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { wideValues } from '../../../src/wire/rows/wide.ts';

const limit = 2n ** 53n;
const edges = [0n, 1n, -1n, 2n ** 31n, -(2n ** 31n), 2n ** 32n - 1n, -(2n ** 32n), limit - 1n, 1n - limit];

describe('64-bit integers', () => {
  it('are numbers where these are exact, and only there', () => {
    const values = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...edges));
    fc.assert(
      fc.property(values, (value) => {
        const { number, exact } = wideValues(BigInt64Array.of(7n, value));
        check(number(1), value);
        assert.equal(exact(1), value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('without sign are numbers where these are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(60), (value, shift) => {
        const shifted = value >> BigInt(shift);
        const { number, exact } = wideValues(BigUint64Array.of(shifted));
        check(number(0), shifted);
        assert.equal(exact(0), shifted);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are read from a part of a buffer', () => {
    const whole = BigInt64Array.of(1n, -2n, 3n);
    assert.equal(wideValues(whole.subarray(1)).number(0), -2);
  });
});

function check(number: number, value: bigint): void {
  if (Number.isNaN(number)) assert.ok(value >= limit || value <= 2n ** 32n - limit, `${value}`);
  else assert.equal(BigInt(number), value);
}

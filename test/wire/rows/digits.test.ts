import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  digitCount,
  writeDecimalText,
  writeDigits,
  writeIntegerText,
} from '../../../src/wire/rows/digits.ts';

const safe = fc.maxSafeInteger();

describe('digits', () => {
  it('are those of every whole number that is exact', () => {
    fc.assert(
      fc.property(safe, (value) => {
        assert.equal(
          written((bytes) => writeIntegerText(bytes, 0, value)),
          String(value),
        );
        assert.equal(digitCount(Math.abs(value)), String(Math.abs(value)).length);
      }),
      { numRuns: 1_000 },
    );
  });

  for (const value of [0, -1, 9, 10, 99_999, 999_999_999, 1_000_000_000, 2 ** 31, -(2 ** 31), 2 ** 53 - 1]) {
    it(`are written for ${value}`, () => {
      assert.equal(
        written((bytes) => writeIntegerText(bytes, 0, value)),
        String(value),
      );
    });
  }

  it('have zeros in front when more are asked for', () => {
    const bytes = Buffer.alloc(20);
    assert.equal(writeDigits(bytes, 1, 7, 3), 4);
    assert.equal(bytes.toString('latin1', 1, 4), '007');
    writeDigits(bytes, 0, 5, 12);
    assert.equal(bytes.toString('latin1', 0, 12), '000000000005');
  });

  it('of decimals have the point where the scale puts it', () => {
    fc.assert(
      fc.property(safe, fc.integer({ min: 1, max: 18 }), (unscaled, scale) => {
        const digits = String(Math.abs(unscaled)).padStart(scale + 1, '0');
        const expected = `${unscaled < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
        assert.equal(
          written((bytes) => writeDecimalText(bytes, 0, unscaled, scale)),
          expected,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The length-encoded string that was written, and nothing behind it. */
function written(write: (bytes: Buffer) => number): string {
  const bytes = Buffer.alloc(64);
  const end = write(bytes);
  assert.equal(end, bytes.readUInt8(0) + 1);
  return bytes.toString('latin1', 1, end);
}

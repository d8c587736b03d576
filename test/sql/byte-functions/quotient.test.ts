import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quotient } from '../../../src/sql/byte-functions/quotient.ts';

describe('a quotient of decimals', () => {
  for (const [left, right, digits, expected] of [
    ['1', '3', 20, '0.33333333333333333333'],
    ['-1', '3', 4, '-0.3333'],
    ['2', '-3', 0, '0'],
    ['-7', '2', 0, '-3'],
    ['0.00', '5', 2, '0.00'],
    ['-0.5', '0.25', 1, '-2.0'],
    ['123456.12345678', '123.0123456789', 12, '1003.607587315165'],
    [
      '99999999999999999999999999999999999999',
      '0.00000001',
      2,
      '9999999999999999999999999999999999999900000000.00',
    ],
    ['1.123456789', '1', 3, '1.123'],
    ['-.5', '2', 2, '-0.25'],
  ] as const) {
    it(`${left} / ${right} to ${digits} digits is ${expected}`, () =>
      assert.equal(quotient(left, right, digits), expected));
  }
});

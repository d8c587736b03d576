import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { doubleText, floatText } from '../../src/base/float-text.ts';

describe('doubles as text', () => {
  const cases = [
    { value: 0, text: '0' },
    { value: -0, text: '-0' },
    { value: 1.5, text: '1.5' },
    { value: 100_000_000_000_000, text: '100000000000000' },
    { value: 1e15, text: '1e15' },
    { value: 1_234_567_890_123_456.8, text: '1234567890123456.8' },
    { value: -1.25e21, text: '-1.25e21' },
    { value: 0.000_001, text: '0.000001' },
    { value: 1.5e-7, text: '0.00000015' },
    { value: -1e-15, text: '-0.000000000000001' },
    { value: 1e-16, text: '1e-16' },
    { value: 5e-324, text: '5e-324' },
    { value: Number.NaN, text: 'NaN' },
    { value: Number.NEGATIVE_INFINITY, text: '-Infinity' },
  ];
  for (const { value, text } of cases) it(`is ${text}`, () => assert.equal(doubleText(value), text));

  it('read back as the same value', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        assert.ok(Object.is(Number(doubleText(value)), value));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('floats as text', () => {
  const cases = [
    { value: 0.1, text: '0.1' },
    { value: 2.718_281_7, text: '2.71828' },
    { value: 16_777_216, text: '16777200' },
    { value: 999_999.5, text: '1000000' },
    { value: 1e-10, text: '0.0000000001' },
    { value: 1.234_567e-5, text: '0.0000123457' },
    { value: 3.402_823_5e38, text: '3.40282e38' },
    { value: Number.NaN, text: 'NaN' },
  ];
  for (const { value, text } of cases) {
    it(`is ${text}`, () => assert.equal(floatText(Math.fround(value)), text));
  }

  it('read back as what is as near as six digits can be', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Math.abs(Number(floatText(value)) - value) <= Math.abs(value) * 5.000_001e-6);
      }),
      { numRuns: 1_000 },
    );
  });
});

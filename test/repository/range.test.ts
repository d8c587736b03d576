import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blobKey } from '../../src/repository/key.ts';
import { clipRange } from '../../src/repository/range.ts';
import { StorageError } from '../../src/repository/storage-error.ts';

describe('clipRange', () => {
  const key = blobKey('a');
  const cases = [
    { range: undefined, size: 10, expected: { start: 0, end: 10 } },
    { range: undefined, size: 0, expected: { start: 0, end: 0 } },
    { range: { start: 2, length: 3 }, size: 10, expected: { start: 2, end: 5 } },
    { range: { start: 9, length: 99 }, size: 10, expected: { start: 9, end: 10 } },
    { range: { start: 10, length: 1 }, size: 10, expected: 'invalid_range' },
    { range: { start: 0, length: 1 }, size: 0, expected: 'invalid_range' },
    { range: { start: 0, length: 0 }, size: 10, expected: 'invalid_argument' },
    { range: { start: -1, length: 1 }, size: 10, expected: 'invalid_argument' },
    { range: { start: 0, length: Infinity }, size: 10, expected: 'invalid_argument' },
  ] as const;
  for (const { range, size, expected } of cases) {
    it(`${JSON.stringify(range)} of ${size} bytes is ${JSON.stringify(expected)}`, () => {
      if (typeof expected === 'object') return assert.deepEqual(clipRange(key, range, size), expected);
      const check = (error: unknown): boolean => error instanceof StorageError && error.kind === expected;
      assert.throws(() => clipRange(key, range, size), check);
    });
  }
});

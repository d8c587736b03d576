import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KeyKind, literalOf, positionOf } from '../../src/source/key-position.ts';

describe('the position of a key', () => {
  const cases: readonly (readonly [KeyKind, bigint, string])[] = [
    ['integer', 0n, '0'],
    ['integer', -17n, '-17'],
    ['integer', 2n ** 127n - 1n, '170141183460469231731687303715884105727'],
    ['date', 0n, "'1970-01-01'"],
    ['date', 19_753n, "'2024-01-31'"],
    ['date', -1n, "'1969-12-31'"],
    ['date', 2_932_896n, "'9999-12-31'"],
    ['date', 5_000_000n, "'5000000'"],
    ['datetime', 0n, "'1970-01-01 00:00:00.000000'"],
    ['datetime', -1n, "'1969-12-31 23:59:59.999999'"],
    ['datetime', 1_706_696_430_000_001n, "'2024-01-31 10:20:30.000001'"],
    ['datetime', 9_000_000_000_000_000_000n, "'9000000000000000000'"],
  ];
  for (const [kind, position, text] of cases) {
    it(`of ${kind} ${position} is written ${text} and read back`, () => {
      assert.equal(literalOf(kind, position), text);
      assert.equal(positionOf(kind, text), position);
    });
  }

  const refused: readonly (readonly [KeyKind, string])[] = [
    ['integer', '1 OR true'],
    ['integer', ''],
    ['integer', '007'],
    ['integer', "'7'"],
    ['date', '2024-01-31'],
    ['date', "'2024-02-31'"],
    ['date', "'2024-01-31'; DROP TABLE t"],
    ['datetime', "'2024-01-31'"],
    ['datetime', "'2024-01-31 25:00:00.000000'"],
  ];
  for (const [kind, text] of refused) {
    it(`is not read from ${text} as ${kind}`, () => assert.equal(positionOf(kind, text), undefined));
  }
});

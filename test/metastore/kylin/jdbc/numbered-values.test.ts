import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { numberValues } from '../../../../src/metastore/kylin/jdbc/numbered-values.ts';

const bytes = Buffer.from('{}');

describe('values of a statement for PostgreSQL', () => {
  const cases = [
    ['are numbered', 'a = ? AND b = ?', [1, null], 'a = $1 AND b = $2', [1, null]],
    ['may be lists', 'a IN (?) AND b = ?', [['x', 'y'], 3], 'a IN ($1, $2) AND b = $3', ['x', 'y', 3]],
    [
      'may be rows, whose bytes are no list',
      'VALUES ?',
      [
        [
          ['x', bytes],
          ['y', bytes],
        ],
      ],
      'VALUES ($1, $2), ($3, $4)',
      ['x', bytes, 'y', bytes],
    ],
  ] as const;
  for (const [name, sql, given, text, values] of cases) {
    it(name, () => assert.deepEqual(numberValues(sql, given), { text, values }));
  }
});

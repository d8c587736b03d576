import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

describe('columns of a SELECT', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, number])[]])[] = [
    [
      'SELECT b, y, ts FROM t',
      [
        ['BIT', 12],
        ['YEAR', 4],
        ['TIMESTAMP', 19],
      ],
    ],
    [
      'SELECT * FROM (SELECT b, y, ts FROM t) q',
      [
        ['BIT', 12],
        ['YEAR', 4],
        ['TIMESTAMP', 19],
      ],
    ],
    [
      'SELECT b, y FROM t UNION SELECT b, y FROM t',
      [
        ['BIT', 12],
        ['YEAR', 4],
      ],
    ],
    [
      'SELECT MAX(b), MAX(ts) FROM t',
      [
        ['BIT', 12],
        ['TIMESTAMP', 19],
      ],
    ],
    ['SELECT t.b AS other FROM t JOIN t u ON u.y = t.y', [['BIT', 12]]],
    [
      'SELECT b + 0, YEAR(ts) FROM t',
      [
        ['LONGLONG', 20],
        ['LONGLONG', 20],
      ],
    ],
  ];
  for (const [sql, expected] of cases) {
    it(`have MySQL's types: ${sql}`, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.run('CREATE TABLE t (b BIT(12), y YEAR, ts TIMESTAMP NULL)');
      const answer = await fixture.run(sql);
      assert.ok(answer.kind === 'rows');
      for await (const _ of answer.result.batches);
      assert.deepEqual(
        answer.result.columns.map(({ type, lengthBytes }) => [type, lengthBytes]),
        expected,
      );
    });
  }
});

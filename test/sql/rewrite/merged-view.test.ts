import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readMergedView } from '../../../src/sql/rewrite/merged-view.ts';
import { tokenize } from '../../../src/sql/lexer.ts';

function read(sql: string): ReturnType<typeof readMergedView> {
  return readMergedView(tokenize(sql), sql, new Set());
}

describe('a view that rows can be changed through', () => {
  it('has a table, a list and a condition', () => {
    const sql = "SELECT id, t.`a` AS x, a + 1 n FROM d.t AS t WHERE a > 0 AND b = 'FROM' ORDER BY a";
    assert.deepEqual(read(sql), {
      kind: 'merged',
      table: { database: 'd', name: 't', alias: 't' },
      items: [
        { kind: 'column', name: 'id' },
        { kind: 'column', name: 'a' },
        { kind: 'computed', text: 'a + 1' },
      ],
      from: ' d.t AS t ',
      where: "WHERE a > 0 AND b = 'FROM' ",
    });
  });

  it('may stand in parentheses and take all columns', () => {
    assert.deepEqual(read('((SELECT * FROM t))'), {
      kind: 'merged',
      table: { database: undefined, name: 't', alias: 't' },
      items: [{ kind: 'star' }],
      from: ' t',
      where: '',
    });
  });

  const others: readonly (readonly [string, string])[] = [
    ['SELECT DISTINCT a FROM t', 'fixed'],
    ['SELECT COUNT(*) FROM t', 'fixed'],
    ['SELECT 1 + MAX(a) FROM t', 'fixed'],
    ['SELECT a FROM t GROUP BY a', 'fixed'],
    ['SELECT a FROM t HAVING a > 1', 'fixed'],
    ['SELECT a FROM t LIMIT 1', 'fixed'],
    ['SELECT ROW_NUMBER() OVER () FROM t', 'fixed'],
    ['SELECT a FROM t UNION SELECT a FROM u', 'fixed'],
    ['SELECT 1', 'fixed'],
    ['SELECT * FROM (SELECT a FROM t) d', 'fixed'],
    ['SELECT t.a FROM t LEFT JOIN u ON t.a = u.a', 'fixed'],
    ['SELECT t.a FROM t JOIN u ON t.a = u.a', 'unsupported'],
    ['SELECT t.a FROM t, u', 'unsupported'],
    ['WITH c AS (SELECT 1) SELECT a FROM t', 'unsupported'],
    ['SELECT a, (SELECT 1) FROM t', 'unsupported'],
  ];
  for (const [sql, kind] of others) it(`${kind}: ${sql}`, () => assert.equal(read(sql).kind, kind));
});

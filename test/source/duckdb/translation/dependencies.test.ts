import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  dependencyOf,
  functionNames,
  viewNames,
} from '../../../../src/source/duckdb/translation/dependencies.ts';

const type = { name: 'INT', arguments: [], unsigned: false, zerofill: false, values: [], elements: [] };

function viewReads(select: string, database = 'shop'): readonly string[] {
  const names = viewNames({ select, database });
  return ['a', 'b', 'c', 'f', 'w x'].filter(dependencyOf(names, 'shop'));
}

describe('the objects of its database that a view reads', () => {
  const cases: readonly (readonly [select: string, reads: readonly string[]])[] = [
    ['SELECT b.c, "f" FROM A b', ['a']],
    ["SELECT a.b AS c FROM shop.`w x` a WHERE 'c' = 1", ['w x']],
    ['SELECT 1 FROM other.a, b', ['b']],
    ['WITH a AS (SELECT 1 FROM b) SELECT * FROM a', ['b']],
    ['WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a) SELECT * FROM a, shop.a', ['a']],
    ['SELECT f(1), shop.c(2), other.b() FROM (SELECT 1) AS a', ['c', 'f']],
    [
      'SELECT (SELECT MAX(x) FROM a), EXISTS (SELECT 1 FROM b) FROM `w x` JOIN c ON c.x IN (SELECT f(1))',
      ['a', 'b', 'c', 'f', 'w x'],
    ],
    ['SELECT 1 FROM a UNION (SELECT 2 FROM b) ORDER BY f(1)', ['a', 'b', 'f']],
    ['SELECT SUM(f(x)) OVER (PARTITION BY c(1)) FROM a GROUP BY x HAVING b(1)', ['a', 'b', 'c', 'f']],
  ];
  for (const [select, reads] of cases) {
    it(`are ${reads.join(', ')} for ${select}`, () => assert.deepEqual(viewReads(select), reads));
  }

  it('are none when it was made in another database, but for qualified names', () => {
    assert.deepEqual(viewReads('SELECT * FROM a, shop.b', 'other'), ['b']);
  });

  it('are all words of a text that is no query any more', () => {
    assert.deepEqual(viewReads('SELECT FROM FROM a WHERE b'), ['a', 'b']);
  });
});

it('a function reads the tables of its queries and the functions that it calls', () => {
  const names = functionNames({
    parameters: [{ name: 'b', type }],
    returns: type,
    declaresResult: true,
    characteristics: { deterministic: true, dataAccess: 'CONTAINS SQL', security: 'DEFINER' },
    body: 'f(b) + (SELECT MAX(c) FROM a)',
    sqlMode: 'ANSI_QUOTES',
    definer: '`r`@`%`',
  });
  assert.deepEqual(['a', 'b', 'c', 'f'].filter(dependencyOf(names, 'shop')), ['a', 'f']);
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renamedTables } from '../../../../src/source/duckdb/materialized/renamed-tables.ts';

const renames = [
  { from: 't', to: 'x' },
  { from: 'u', to: 'y' },
];

describe('renamedTables', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['SELECT a FROM t', 'SELECT a FROM `x` AS `t`'],
    ['SELECT t.a, u FROM d.t WHERE t = 1', 'SELECT t.a, u FROM d.`x` AS `t` WHERE t = 1'],
    ['SELECT * FROM other.t', 'SELECT * FROM other.t'],
    ['SELECT p.a FROM t AS p, u q', 'SELECT p.a FROM `x` AS p, `y` q'],
    [
      'SELECT a FROM t JOIN u ON t.a = u.a, t b',
      'SELECT a FROM `x` AS `t` JOIN `y` AS `u` ON t.a = u.a, `x` b',
    ],
    ['SELECT a FROM t LEFT JOIN u USING (a)', 'SELECT a FROM `x` AS `t` LEFT JOIN `y` AS `u` USING (a)'],
    ['SELECT a FROM (t JOIN u ON t.a = u.a)', 'SELECT a FROM (`x` AS `t` JOIN `y` AS `u` ON t.a = u.a)'],
    ['SELECT a FROM (SELECT u FROM t) q', 'SELECT a FROM (SELECT u FROM `x` AS `t`) q'],
    ['SELECT a FROM v WHERE a IN (SELECT b FROM u)', 'SELECT a FROM v WHERE a IN (SELECT b FROM `y` AS `u`)'],
    ['SELECT EXTRACT(YEAR FROM t) FROM v', 'SELECT EXTRACT(YEAR FROM t) FROM v'],
    ['SELECT COUNT(t), MAX(u) FROM v GROUP BY t, u', 'SELECT COUNT(t), MAX(u) FROM v GROUP BY t, u'],
    [
      'SELECT a FROM t UNION ALL SELECT u FROM u',
      'SELECT a FROM `x` AS `t` UNION ALL SELECT u FROM `y` AS `u`',
    ],
    ["SELECT 'FROM t' FROM `t`", "SELECT 'FROM t' FROM `x` AS `t`"],
  ];
  for (const [select, expected] of cases) {
    it(`names ${select} anew`, () => {
      assert.equal(renamedTables(select, renames, { database: 'd', isCurrent: true }), expected);
    });
  }

  it('leaves names of another current database alone', () => {
    const of = { database: 'd', isCurrent: false };
    assert.equal(renamedTables('SELECT a FROM t, d.t AS s', renames, of), 'SELECT a FROM t, d.`x` AS s');
  });
});

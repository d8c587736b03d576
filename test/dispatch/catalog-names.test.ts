import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namedTables, withoutCatalog } from '../../src/dispatch/catalog-names.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import { mysqlLexing } from '../../src/sql/token.ts';

/** A statement, and how its tables are named: `c` is a catalog. */
const cases: readonly (readonly [statement: string, tables: readonly string[]])[] = [
  ['SELECT 1', []],
  ['SELECT a FROM t, d.u, c.d.v x, (w, y) JOIN z', ['t', 'd.u', 'c.d.v', 'w', 'y', 'z']],
  ['SELECT a, b FROM t WHERE f(a, b) AND a IN (1, 2) ORDER BY a, b', ['t']],
  ['SELECT a FROM t JOIN u ON a = f(b, c), v', ['t', 'u', 'v']],
  ['SELECT a FROM t JOIN u USING (a, b) FOR UPDATE NOWAIT', ['t', 'u']],
  ['SELECT TRIM(a FROM b), EXTRACT(DAY FROM d), SUBSTRING(e FROM 2) FROM t', ['t']],
  ['SELECT 1 FROM DUAL', []],
  ['SELECT * FROM JSON_TABLE(x, y) j, LATERAL (SELECT 1) k, t', ['t']],
  ['SELECT (SELECT 1 FROM t), b FROM u UNION SELECT 1, 2 FROM v', ['t', 'u', 'v']],
  ['WITH x AS (SELECT * FROM t), `Y` (a, b) AS (TABLE u) SELECT * FROM X, y', ['t', 'u']],
  ['INSERT INTO t (a) SELECT b FROM u ON DUPLICATE KEY UPDATE a = 1, b = 2', ['t', 'u']],
  ['UPDATE t SET a = 1, b = 2', ['t']],
  ['SELECT "FROM x", `FROM` FROM t -- FROM y', ['t']],
];

/** The database that a statement makes, alters or drops, and whether a catalog stands before it. */
const databases: readonly (readonly [statement: string, database: string, catalog?: string])[] = [
  ['CREATE DATABASE d', 'd'],
  ['CREATE OR REPLACE SCHEMA IF NOT EXISTS c.d COMMENT "x"', 'c.d', 'c'],
  ['DROP DATABASE IF EXISTS c.d FORCE', 'c.d', 'c'],
  ['ALTER SCHEMA c.d COLLATE latin1_bin', 'c.d', 'c'],
];

describe('the tables of a statement', () => {
  for (const [statement, tables] of cases) {
    it(`are found by their places: ${statement}`, () => {
      const tokens = tokenize(statement, mysqlLexing);
      const found = namedTables(tokens);
      const names = found.map(({ start }) => /^[\w.]+/.exec(statement.slice(start))?.[0]);
      assert.deepEqual(names, tables);
      const qualified = tables.filter((name) => name.split('.').length === 3);
      assert.deepEqual(found.filter(({ catalog }) => catalog === 'c').length, qualified.length);
    });
  }

  for (const [statement, database, catalog] of databases) {
    it(`are, of a database, its name: ${statement}`, () => {
      const [found, ...more] = namedTables(tokenize(statement, mysqlLexing));
      assert.deepEqual(more, []);
      assert.equal(/^[\w.]+/.exec(statement.slice(found?.start))?.[0], database);
      assert.equal(found?.catalog, catalog);
    });
  }

  it('lose the name of their catalog, and columns that have it', () => {
    const text =
      'SELECT c.d.t.a, c.d.t, c.a FROM c.d.t, `c`.d.u, c.t WHERE x.c.d.t = 1 AND c.d.t.b = "c.d.t.b"';
    assert.equal(
      withoutCatalog(text, tokenize(text, mysqlLexing), 'c'),
      'SELECT d.t.a, c.d.t, c.a FROM d.t, d.u, c.t WHERE x.c.d.t = 1 AND d.t.b = "c.d.t.b"',
    );
  });
});

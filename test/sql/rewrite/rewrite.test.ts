import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cell } from '../../../src/base/rows.ts';
import { tokenize } from '../../../src/sql/lexer.ts';
import { rewriteExpression, rewriteTypedExpression } from '../../../src/sql/rewrite/rewrite.ts';
import { contextWith, rewritten } from './support.ts';

function variableOf(known: string, value: Cell): (name: string) => Cell | undefined {
  return (name) => (name === known ? value : undefined);
}

const expressions: readonly (readonly [name: string, input: string, expected: string])[] = [
  [
    'a backquoted name is a double-quoted one',
    '`id`',
    'SELECT "people"."id" AS "id" FROM "shop"."people" AS "people"',
  ],
  ['a double-quoted text is a text', `"it's"`, `SELECT 'it''s' AS "it's" FROM "shop"."people" AS "people"`],
  [
    'integer arithmetic is wide',
    'points + 1',
    `SELECT (CAST("people"."points" AS BIGINT) + CAST(1 AS BIGINT)) AS "points + 1" FROM "shop"."people" AS "people"`,
  ],
  [
    'the caret is no power',
    'id ^ 1',
    'SELECT xor(__holdfast_mysql.bits(CAST("people"."id" AS BIGINT)), __holdfast_mysql.bits(CAST(1 AS BIGINT))) AS "id ^ 1" FROM "shop"."people" AS "people"',
  ],
  [
    'two bars are OR',
    'id || 0',
    `SELECT ((CAST("people"."id" AS BIGINT) <> 0) OR (CAST(0 AS BIGINT) <> 0)) AS "id || 0" FROM "shop"."people" AS "people"`,
  ],
  [
    'CONCAT joins with NULL',
    'CONCAT(name, 1)',
    `SELECT ("people"."name" || CAST(1 AS VARCHAR)) AS "CONCAT(name, 1)" FROM "shop"."people" AS "people"`,
  ],
  [
    'a literal beside a number is a number',
    `points = '3'`,
    `SELECT ("people"."points" = 3) AS "points = '3'" FROM "shop"."people" AS "people"`,
  ],
  [
    'a text column beside a number is read as a number',
    'code = 10',
    `SELECT (__holdfast_mysql.number_of_text("people"."code") = CAST(10 AS DOUBLE)) AS "code = 10" FROM "shop"."people" AS "people"`,
  ],
  [
    'a text beside a date is a date',
    `born > '1990-1-1'`,
    `SELECT ("people"."born" > CAST('1990-01-01' AS DATE)) AS "born > '1990-1-1'" FROM "shop"."people" AS "people"`,
  ],
  [
    'LIKE ignores case and accents',
    `name LIKE 'Á%'`,
    `SELECT (__holdfast_mysql.fold("people"."name") LIKE __holdfast_mysql.fold('Á%')) AS "name LIKE 'Á%'" FROM "shop"."people" AS "people"`,
  ],
  [
    'a column keeps its name and an alias its own',
    'people.id, id AS k',
    'SELECT "people"."id" AS "id", "people"."id" AS "k" FROM "shop"."people" AS "people"',
  ],
];

describe('a select list is rewritten', () => {
  for (const [name, input, expected] of expressions) {
    it(name, () => assert.equal(rewritten(`SELECT ${input} FROM people`).sql, expected));
  }
});

describe('a statement is rewritten', () => {
  it('LIMIT with a comma gives the offset first', () => {
    assert.equal(rewritten('SELECT 1 LIMIT 5, 10').sql, 'SELECT 1 AS "1" LIMIT 10 OFFSET 5');
  });

  it('hints, locks and DUAL leave no trace', () => {
    const text = 'SELECT /*+ X() */ SQL_NO_CACHE HIGH_PRIORITY 1 FROM DUAL FOR UPDATE';
    assert.equal(rewritten(text).sql, 'SELECT 1 AS "1"');
  });

  it('parameters are numbered in the order of the text', () => {
    const { sql, parameterCount } = rewritten('SELECT ? FROM people WHERE id IN (?, ?) LIMIT ?');
    assert.equal(parameterCount, 4);
    assert.deepEqual(sql.match(/\$\d/g), ['$1', '$2', '$3', '$4']);
  });

  it('names tables wherever they stand, but no common or derived ones', () => {
    const { tables } = rewritten(
      'WITH x AS (SELECT * FROM people) SELECT * FROM x, (SELECT 1 FROM orders) d WHERE EXISTS (SELECT 1 FROM other.t)',
    );
    assert.deepEqual(
      tables.map(({ database, name }) => `${database}.${name}`),
      ['shop.people', 'shop.orders', 'other.t'],
    );
  });

  it('tells the names of the columns as MySQL shows them', () => {
    const { columnNames } = rewritten(
      'SELECT p.id, COUNT( * ), p.name nick FROM people p GROUP BY p.id, p.name',
    );
    assert.deepEqual(columnNames, ['id', 'COUNT( * )', 'nick']);
  });

  it('names strings by their value and other literals by their text', () => {
    const { columnNames } = rewritten(
      `SELECT 'it''s', "dq", 'a' 'b', _utf8mb4'é', N'n', ' x', '', 0x41, null, true, 1.50`,
    );
    assert.deepEqual(columnNames, ["it's", 'dq', 'a', 'é', 'n', 'x', '', '0x41', 'NULL', 'TRUE', '1.50']);
  });

  it('a star is written out where the columns are known, and names are open where not', () => {
    assert.deepEqual(rewritten('SELECT * FROM orders').columnNames, ['number', 'person', 'total']);
    assert.equal(rewritten('SELECT * FROM elsewhere').columnNames, undefined);
  });

  it('SQL_CALC_FOUND_ROWS comes with a count without LIMIT', () => {
    const { calcFoundRows, foundRowsSql } = rewritten(
      'SELECT SQL_CALC_FOUND_ROWS id FROM people ORDER BY id LIMIT 1',
    );
    assert.equal(calcFoundRows, true);
    assert.equal(
      foundRowsSql,
      'SELECT count(*) FROM (SELECT "people"."id" AS "id" FROM "shop"."people" AS "people") AS "q"',
    );
  });

  it('sql_select_limit limits a query of a client that has no LIMIT', () => {
    const variable = variableOf('sql_select_limit', 3);
    const shown = { isShown: true };
    assert.equal(rewritten('SELECT 1', { variable }, shown).sql, 'SELECT 1 AS "1" LIMIT 3');
    assert.equal(rewritten('SELECT 1 LIMIT 9', { variable }, shown).sql, 'SELECT 1 AS "1" LIMIT 9');
    assert.equal(rewritten('SELECT 1', { variable }).sql, 'SELECT 1 AS "1"');
  });

  it('PIPES_AS_CONCAT joins text', () => {
    const { sql } = rewritten("SELECT 'a' || 'b'", { sqlMode: new Set(['PIPES_AS_CONCAT']) });
    assert.equal(sql, `SELECT ('a' || 'b') AS "'a' || 'b'"`);
  });

  it('the session speaks through literals', () => {
    const { sql } = rewritten(
      'SELECT DATABASE(), USER(), @@autocommit, @answer, @unset, LAST_INSERT_ID(), NOW()',
    );
    assert.equal(
      sql.replaceAll(/ AS "[^"]*"/g, ''),
      "SELECT 'shop', 'ann@localhost', CAST(1 AS BIGINT), CAST(42 AS BIGINT), NULL, CAST(5 AS UBIGINT), CAST('2024-03-05 07:08:09' AS TIMESTAMP)",
    );
  });

  it('NOW follows the time zone of the session', () => {
    const variable = variableOf('time_zone', 'Asia/Kolkata');
    assert.match(rewritten('SELECT NOW(3)', { variable }).sql, /'2024-03-05 12:38:09\.123'/);
  });
});

describe('an expression is rewritten', () => {
  const context = contextWith();
  const rewrite = (text: string): string => rewriteExpression(tokenize(text), text, context);

  it('without tables a column is unknown and passes', () => {
    const tables = [{ alias: 'row' }];
    assert.equal(rewriteExpression(tokenize('a > 1'), 'a > 1', context, { tables }), '("row"."a" > 1)');
  });

  it('goes on counting parameters', () => {
    const text = '? + ?';
    const result = rewriteTypedExpression(tokenize(text), text, context, { firstParameter: 4 });
    assert.match(result.sql, /\$4.*\$5/);
    assert.equal(result.nextParameter, 6);
  });

  it('takes literals of every kind', () => {
    assert.equal(rewrite("'a' 'b'"), "'ab'");
    assert.equal(rewrite("x'4142'"), "from_hex('4142')");
    assert.equal(rewrite("DATE '2024-01-02'"), "CAST('2024-01-02' AS DATE)");
    assert.equal(rewrite('1e3'), "CAST('1e3' AS DOUBLE)");
    assert.equal(rewrite("'nul\\0'"), "decode(from_hex('6e756c00'))");
  });
});

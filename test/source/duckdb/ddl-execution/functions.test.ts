import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

describe('stored functions', () => {
  const calls: readonly (readonly [create: string, call: string, answer: string])[] = [
    [
      'f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1',
      'SELECT f(1), shop.f(2), `f`(3), F(NULL)',
      '2|3|4|null',
    ],
    ["f(a INT, b VARCHAR(20)) RETURNS VARCHAR(40) RETURN CONCAT(b, ':', a)", "SELECT f(7, 'x')", 'x:7'],
    ['f(x INT, y INT) RETURNS x * y', 'SELECT f(6, 7)', '42'],
    ['f() RETURNS INT RETURN 5', 'SELECT f() + f()', '10'],
    // Conversions are those of an assignment.
    ['f(a INT) RETURNS INT RETURN a', "SELECT f('12'), f(1.6), f(2.5e0), f(TRUE)", '12|2|2|1'],
    ['f(a DECIMAL(6,2)) RETURNS DECIMAL(4,1) RETURN a', "SELECT f(1.257), f('3.14159')", '1.3|3.1'],
    [
      'f(a DATE) RETURNS VARCHAR(30) RETURN a',
      "SELECT f('2024-02-29'), f(20240301)",
      '2024-02-29|2024-03-01',
    ],
    ['f(a VARCHAR(5)) RETURNS CHAR(4) RETURN UPPER(a)', "SELECT f('abc'), f(12)", 'ABC|12'],
    [
      'f(a BIGINT UNSIGNED) RETURNS BIGINT UNSIGNED RETURN a',
      'SELECT f(18446744073709551615)',
      '18446744073709551615',
    ],
    ['f(a INT) RETURNS BOOLEAN RETURN a > 3', 'SELECT f(4), f(3)', '1|0'],
    // A parameter hides a column of the same name; a column of the statement never meets those of the body.
    [
      'f(id INT) RETURNS INT RETURN (SELECT MAX(n) FROM t WHERE t.id = id)',
      'SELECT id, f(id) FROM t ORDER BY id',
      '1|10\n2|20\n3|5',
    ],
    [
      'f(k INT) RETURNS INT RETURN (SELECT MAX(n) FROM t WHERE t.id = k)',
      'SELECT t.id, f(t.id) FROM t ORDER BY 1',
      '1|10\n2|20\n3|5',
    ],
    ['f(a INT) RETURNS INT RETURN a * a', 'SELECT g, f(SUM(n)) FROM t GROUP BY g ORDER BY g', '1|900\n2|25'],
    [
      'f(a INT) RETURNS INT RETURN a % 2',
      'SELECT f(id), SUM(n) FROM t GROUP BY f(id) ORDER BY f(id)',
      '0|20\n1|15',
    ],
    [
      'f(a INT) RETURNS INT RETURN a + a',
      'SELECT t.id, u.id FROM t LEFT JOIN t u ON f(t.id) = u.id ORDER BY 1',
      '1|2\n2|null\n3|null',
    ],
    [
      'f(a INT) RETURNS INT RETURN a + a',
      'SELECT id FROM t WHERE f(n) = 10 OR f(id) IN (SELECT f(1)) ORDER BY id',
      '1\n3',
    ],
    ['f(a DOUBLE) RETURNS DOUBLE RETURN a - a', 'SELECT SUM(f(RAND())) FROM t', '0'],
    [
      'f(a INT) RETURNS INT RETURN CASE WHEN a > 1 THEN a ELSE -a END',
      'SELECT f(f(f(id))) FROM t ORDER BY id',
      '-1\n2\n3',
    ],
    ['f(a INT) RETURNS INT RETURN IF(EXISTS (SELECT 1 FROM t a WHERE a.id = 2), 1, 0)', 'SELECT f(1)', '1'],
  ];
  for (const [create, call, answer] of calls) {
    it(`gives ${JSON.stringify(answer)} for ${call} of ${create}`, async () => {
      await using fixture = await shop();
      await fixture.run(`CREATE FUNCTION ${create}`);
      assert.equal((await fixture.lines(call)).join('\n'), answer);
    });
  }

  it('are used in views, DML and other functions', async () => {
    await using fixture = await shop();
    await fixture.all(
      'CREATE FUNCTION twice(a INT) RETURNS INT RETURN a * 2',
      'CREATE FUNCTION four(a INT) RETURNS INT RETURN twice(twice(a))',
      'CREATE VIEW v AS SELECT id, four(n) AS f FROM t',
      'UPDATE t SET n = twice(n) WHERE four(id) = 8',
      'INSERT INTO t VALUES (twice(5), 1, four(1))',
      'INSERT INTO t SELECT four(id) + 100, 1, 1 FROM t WHERE id = 1',
      'DELETE FROM t WHERE id = twice(1) + 1',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM v ORDER BY id'), ['1|40', '2|160', '10|16', '104|4']);
    await fixture.run('CREATE DATABASE other');
    fixture.database = 'other';
    assert.deepEqual(await fixture.lines('SELECT shop.four(1), (SELECT COUNT(*) FROM shop.v)'), ['4|4']);
    assert.match(await fixture.error('SELECT four(1)'), /FUNCTION other.FOUR does not exist/);
  });

  it('have overloads, told apart by the types of their parameters', async () => {
    await using fixture = await shop();
    await fixture.all(
      "CREATE FUNCTION f(a INT) RETURNS VARCHAR(9) RETURN 'int'",
      "CREATE FUNCTION f(a VARCHAR(9)) RETURNS VARCHAR(9) RETURN 'text'",
      "CREATE FUNCTION f(a DOUBLE) RETURNS VARCHAR(9) RETURN 'double'",
      "CREATE FUNCTION f(a INT, b INT) RETURNS VARCHAR(9) RETURN 'two'",
    );
    assert.deepEqual(await fixture.lines("SELECT f(1), f('1'), f(1e0), f(1, 2), f(1.5)"), [
      'int|text|double|two|double',
    ]);
    assert.match(
      await fixture.error('SELECT f(1, 2, 3)'),
      /Incorrect number of arguments for FUNCTION shop.f; expected 1 or 2, got 3/,
    );
    assert.match(
      await fixture.error('DROP FUNCTION f'),
      /several functions named 'f': f\(INT\), f\(VARCHAR\)/,
    );
    await fixture.all('DROP FUNCTION f(INT)', 'DROP FUNCTION f(INT, INT)', 'DROP FUNCTION f(DOUBLE)');
    assert.deepEqual(await fixture.lines('SELECT f(1)'), ['text']);
    await fixture.all('DROP FUNCTION f', 'DROP FUNCTION IF EXISTS f');
    assert.match(await fixture.error('DROP FUNCTION f'), /FUNCTION shop.f does not exist/);
  });

  it('are replaced, and made once', async () => {
    await using fixture = await shop();
    await fixture.run('CREATE FUNCTION f(a INT) RETURNS INT RETURN 1');
    assert.match(
      await fixture.error('CREATE FUNCTION F(b INT) RETURNS INT RETURN 2'),
      /FUNCTION F already exists/,
    );
    await fixture.run('CREATE FUNCTION IF NOT EXISTS f(b INT) RETURNS INT RETURN 2');
    assert.deepEqual(await fixture.lines('SELECT f(0)'), ['1']);
    await fixture.run('CREATE OR REPLACE FUNCTION f(b INT) RETURNS INT RETURN 3');
    assert.deepEqual(await fixture.lines('SELECT f(0)'), ['3']);
  });

  it('survive a restart, and go with their database', async () => {
    await using fixture = await shop();
    await fixture.run('CREATE FUNCTION t(a INT) RETURNS INT RETURN a');
    await fixture.run('DROP TABLE t');
    await fixture.reopen();
    assert.deepEqual(await fixture.lines('SELECT t(4)'), ['4']);
    await fixture.all('DROP DATABASE shop', 'CREATE DATABASE shop');
    assert.match(await fixture.error('SELECT t(4)'), /does not exist/);
  });

  const refused: readonly (readonly [sql: string, error: RegExp])[] = [
    ['CREATE FUNCTION f(a INT) RETURNS INT RETURN f(a)', /Recursive stored functions/],
    ['CREATE FUNCTION f(a INT) RETURNS INT RETURN nope(a)', /FUNCTION shop.NOPE does not exist/],
    ['CREATE FUNCTION f(a INT) RETURNS INT RETURN b', /Unknown column 'b'/],
    ['CREATE FUNCTION f(a INT) RETURNS INT RETURN SUM(a)', /Invalid use of group function/],
    ['CREATE FUNCTION f(a INT) RETURNS INT RETURN ROW_NUMBER() OVER ()', /Invalid use of group function/],
    ['CREATE FUNCTION f(a INT, A INT) RETURNS INT RETURN 1', /Duplicate parameter: A/],
    ['CREATE FUNCTION f(a INT) RETURNS INT RETURN ?', /error in your SQL syntax/],
    ['CREATE FUNCTION f(a INT) RETURNS INT RETURN (SELECT n FROM nope)', /'shop.nope' doesn't exist/],
    ['CREATE FUNCTION f(a INT) RETURNS INT BEGIN RETURN 1; END', /doesn't yet support 'FUNCTION'/],
    ['CREATE GLOBAL FUNCTION f(a INT) RETURNS a', /doesn't yet support 'FUNCTION'/],
    ['CREATE PROCEDURE p() SELECT 1', /doesn't yet support 'PROCEDURE'/],
    ['CREATE TABLE u (a INT, b INT AS (ok(a)))', /function 'OK' in the definition of a table/],
    ["SELECT short('abcd')", /Data too long for column 'a' at row 1/],
    ['SELECT ok(3000000000)', /[Oo]ut of range/],
    ['SELECT ok(DISTINCT 1)', /no aggregate/],
    ['SELECT ok(1, 2)', /Incorrect number of arguments for FUNCTION shop.ok; expected 1, got 2/],
  ];
  for (const [sql, error] of refused) {
    it(`answers ${sql} with ${error.source}`, async () => {
      await using fixture = await shop();
      await fixture.run('CREATE FUNCTION ok(a INT) RETURNS INT RETURN a');
      await fixture.run('CREATE FUNCTION short(a VARCHAR(3)) RETURNS INT RETURN LENGTH(a)');
      assert.match(await fixture.error(sql), error);
    });
  }

  it('may come to call one another only by way of what was there: a circle is refused', async () => {
    await using fixture = await shop();
    await fixture.all(
      'CREATE FUNCTION a(x INT) RETURNS INT RETURN x',
      'CREATE FUNCTION b(x INT) RETURNS INT RETURN a(x)',
    );
    assert.match(
      await fixture.error('CREATE OR REPLACE FUNCTION a(x INT) RETURNS INT RETURN b(x)'),
      /Recursive stored functions/,
    );
    assert.deepEqual(await fixture.lines('SELECT b(1)'), ['1']);
  });

  it('and views make no circle with one another', async () => {
    await using fixture = await shop();
    await fixture.all(
      'CREATE VIEW a AS SELECT id FROM t',
      'CREATE VIEW b AS SELECT id FROM a',
      'CREATE FUNCTION f(x INT) RETURNS INT RETURN (SELECT MAX(id) FROM b) + x',
      'CREATE VIEW c AS SELECT f(1) AS id',
    );
    for (const select of [
      'SELECT id FROM b',
      'SELECT * FROM shop.a',
      'SELECT f(1) AS id',
      'SELECT id FROM c',
    ]) {
      assert.match(
        await fixture.error(`ALTER VIEW a AS ${select}`),
        /'shop.a' contains view recursion/,
        select,
      );
    }
    assert.match(
      await fixture.error('CREATE OR REPLACE FUNCTION f(x INT) RETURNS INT RETURN (SELECT MAX(id) FROM c)'),
      /Recursive stored functions/,
    );
    await fixture.run('ALTER VIEW a AS SELECT n AS id FROM t AS b');
    assert.deepEqual(await fixture.lines('SELECT * FROM c'), ['21']);
  });

  it('are read by the sql_mode in which they were made', async () => {
    await using fixture = await shop();
    fixture.variables.set('sql_mode', 'ANSI_QUOTES');
    await fixture.run('CREATE FUNCTION f("a b" INT) RETURNS INT RETURN "a b" + 1');
    fixture.variables.set('sql_mode', '');
    assert.deepEqual(await fixture.lines('SELECT f(1)'), ['2']);
  });

  it('make a view invalid when they are gone', async () => {
    await using fixture = await shop();
    await fixture.all(
      'CREATE FUNCTION f(a INT) RETURNS INT RETURN a',
      'CREATE VIEW v AS SELECT f(1) AS x',
      'DROP FUNCTION f',
    );
    assert.match(
      await fixture.error('SELECT * FROM v'),
      /references invalid table\(s\) or column\(s\) or function\(s\)/,
    );
  });
});

async function shop(): Promise<EngineFixture> {
  const fixture = await EngineFixture.open();
  await fixture.all(
    'CREATE TABLE t (id INT PRIMARY KEY, g INT, n INT)',
    'INSERT INTO t VALUES (1, 1, 10), (2, 1, 20), (3, 2, 5)',
  );
  return fixture;
}

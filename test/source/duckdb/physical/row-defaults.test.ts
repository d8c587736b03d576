import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

const schema = [
  'CREATE TABLE w (a INT, b INT DEFAULT (a + 1), c INT DEFAULT (b * 2))',
  'CREATE TABLE k (id INT PRIMARY KEY, a INT, b INT DEFAULT (a + 1))',
  'CREATE TABLE later (b INT DEFAULT (a + 1), a INT)',
  'CREATE TABLE g (a INT, x INT AS (a + 1), b INT DEFAULT (x + 1), y INT AS (b + 1))',
  "CREATE TABLE texts (a VARCHAR(10), b VARCHAR(20) DEFAULT (CONCAT(a, '!')), c JSON DEFAULT (JSON_ARRAY(a, b)))",
  'CREATE TABLE narrow (a INT, b TINYINT NOT NULL DEFAULT (a + 1))',
  'CREATE TABLE both_of (a INT DEFAULT 4, b INT DEFAULT (a + 1))',
];

/** Statements, and the rows of a table afterwards, as MySQL 9.7 has them. */
const cases: readonly (readonly [readonly string[], string, readonly string[]])[] = [
  [['INSERT INTO w (a) VALUES (1), (2)'], 'w', ['1|2|4', '2|3|6']],
  [['INSERT INTO w VALUES (5, DEFAULT, DEFAULT), (6, DEFAULT, DEFAULT)'], 'w', ['5|6|12', '6|7|14']],
  [['INSERT INTO w (a, b) VALUES (1, 10)'], 'w', ['1|10|20']],
  [['INSERT INTO w () VALUES ()'], 'w', ['null|null|null']],
  [['INSERT INTO w SET b = DEFAULT, a = 4'], 'w', ['4|5|10']],
  [['INSERT INTO w (a) SELECT 7'], 'w', ['7|8|16']],
  [['INSERT INTO w VALUES (1, 9, 9)', 'UPDATE w SET a = 100, b = DEFAULT'], 'w', ['100|101|9']],
  [['INSERT INTO later (a) VALUES (1)'], 'later', ['2|1']],
  [['INSERT INTO g (a) VALUES (3)'], 'g', ['3|4|5|6']],
  [["INSERT INTO texts (a) VALUES ('x'), (NULL)"], 'texts', ['x|x!|["x", "x!"]', 'null|null|[null, null]']],
  [
    ['INSERT INTO both_of () VALUES ()', 'INSERT INTO both_of (b) VALUES (DEFAULT)'],
    'both_of',
    ['4|5', '4|5'],
  ],
  [['INSERT INTO k (id, a) VALUES (1, 1)', 'REPLACE INTO k (id, a) VALUES (1, 8)'], 'k', ['1|8|9']],
  [
    [
      'INSERT INTO k VALUES (1, 1, 0), (2, 2, 0)',
      'INSERT INTO k (id, a) VALUES (1, 5), (3, 3) ON DUPLICATE KEY UPDATE a = VALUES(a), b = DEFAULT',
    ],
    'k',
    ['1|5|6', '2|2|0', '3|3|4'],
  ],
  [['CREATE TABLE copy LIKE w', 'INSERT INTO copy (a) VALUES (1)'], 'copy', ['1|2|4']],
  [['CREATE TEMPORARY TABLE w (a INT, b INT DEFAULT (a * 3))', 'INSERT INTO w (a) VALUES (2)'], 'w', ['2|6']],
];

const refusals: readonly (readonly [string, string])[] = [
  ['INSERT INTO narrow (a) VALUES (NULL)', "column_not_null: Column 'b' cannot be null"],
  ['INSERT INTO narrow (a) VALUES (1), (500)', "out_of_range: Out of range value for column 'b' at row 2"],
  [
    'INSERT INTO w VALUES (1, DEFAULT, 1), (2, 2, 2)',
    "not_supported: This version of Holdfast doesn't yet support 'DEFAULT of column 'b' in some of the rows'",
  ],
  [
    'CREATE TABLE x (a INT, b INT DEFAULT (c + 1), c INT DEFAULT (a + 1))',
    "default_column_order: Default value expression of column 'b' cannot refer to a column defined after it if that " +
      'column is a generated column or has an expression as default value.',
  ],
  [
    'CREATE TABLE x (a INT, g INT AS (d + 1), d INT DEFAULT (a + 1))',
    'generated_column_order: Generated column can refer only to generated columns defined prior to it.',
  ],
  [
    'CREATE TABLE x (a INT AUTO_INCREMENT PRIMARY KEY, b INT DEFAULT (a + 1))',
    "default_of_auto_increment: Default value expression of column 'b' cannot refer to an auto-increment column.",
  ],
  ['CREATE TABLE x (a INT, b INT DEFAULT (zz + 1))', "unknown_column: Unknown column 'zz' in 'field list'"],
  ...['DROP COLUMN a', 'RENAME COLUMN a TO z', 'CHANGE a z INT'].map(
    (action) =>
      [
        `ALTER TABLE w ${action}`,
        "default_dependency: Column 'a' of table 'w' has a default value expression dependency and cannot be dropped or renamed.",
      ] as const,
  ),
  [
    'ALTER TABLE w ADD COLUMN d INT DEFAULT (a)',
    "not_supported: This version of Holdfast doesn't yet support 'ADD COLUMN with a column in its DEFAULT'",
  ],
];

describe('a DEFAULT that reads its row', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
  });
  beforeEach(() =>
    fixture.all('DROP TEMPORARY TABLE IF EXISTS w', 'DROP DATABASE shop', 'CREATE DATABASE shop', ...schema),
  );
  after(async () => fixture[Symbol.asyncDispose]());

  for (const [statements, table, rows] of cases) {
    it(statements.join('; '), async () => {
      await fixture.all(...statements);
      assert.deepEqual(await fixture.lines(`SELECT * FROM ${table}`), rows);
    });
  }

  it('is refused where MySQL refuses it, and where it cannot be computed', async () => {
    const found: (readonly [string, string])[] = [];
    for (const [sql] of refusals) found.push([sql, await fixture.error(sql)]);
    assert.deepEqual(found, refusals);
  });

  it('takes a word that is no column for what it is', async () => {
    await fixture.all(
      'CREATE TABLE d (day INT, b DATE DEFAULT (CURRENT_DATE + INTERVAL 1 DAY))',
      'INSERT INTO d (day) VALUES (1)',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM d'), ['1|2026-01-03']);
  });

  it('goes through a view', async () => {
    await fixture.all('CREATE VIEW v AS SELECT a AS n FROM w', 'INSERT INTO v VALUES (1)');
    assert.deepEqual(await fixture.lines('SELECT * FROM w'), ['1|2|4']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

describe('definition statements', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['CREATE DATABASE SHOP', "database_exists: Can't create database 'SHOP'; database exists"],
    ['DROP DATABASE nope', "database_not_there: Can't drop database 'nope'; database doesn't exist"],
    ['CREATE TABLE T (a INT)', "table_exists: Table 'T' already exists"],
    ['CREATE TABLE nope.x (a INT)', "unknown_database: Unknown database 'nope'"],
    [
      'CREATE TABLE x (a DECIMAL(65, 30))',
      "not_supported: This version of Holdfast doesn't yet support 'DECIMAL(65,30): the embedded engine keeps 38 digits'",
    ],
    ['CREATE TABLE x (a INT CHECK (nope > 1))', "unknown_column: Unknown column 'nope' in 'field list'"],
    [
      'CREATE TABLE x (a INT) PARTITION BY RANGE (nope(a)) (PARTITION p VALUES LESS THAN (1))',
      'does_not_exist: FUNCTION shop.NOPE does not exist',
    ],
    [
      'CREATE TABLE x (a INT) PARTITION BY HASH (a + nope) PARTITIONS 2',
      "unknown_column: Unknown column 'nope' in 'field list'",
    ],
    [
      "CREATE TABLE x (a VARCHAR(5)) PARTITION BY LIST COLUMNS (a) (PARTITION p VALUES IN ('a'), PARTITION q VALUES IN ('A'))",
      'duplicate_list_value: Multiple definition of same constant in list partitioning',
    ],
    [
      "CREATE TABLE x (a DATE) PARTITION BY LIST (a) (PARTITION p VALUES IN ('2024-01-02', '2024-1-2')) DISTRIBUTED BY RANDOM",
      'duplicate_list_value: Multiple definition of same constant in list partitioning',
    ],
    ['DROP TABLE nope, t', "unknown_table_drop: Unknown table 'shop.nope'"],
    ['DROP TABLE v', "unknown_table_drop: Unknown table 'shop.v'"],
    ['DROP VIEW t', "unknown_table_drop: Unknown table 'shop.t'"],
    ['TRUNCATE nope', "unknown_table: Table 'shop.nope' doesn't exist"],
    ['RENAME TABLE t TO v', "table_exists: Table 'v' already exists"],
    ['RENAME TABLE nope TO x', "unknown_table: Table 'shop.nope' doesn't exist"],
    ['ALTER TABLE t ADD COLUMN A INT', "duplicate_column: Duplicate column name 'A'"],
    ['ALTER TABLE t DROP COLUMN nope', "unknown_key: Can't DROP 'nope'; check that column/key exists"],
    ['ALTER TABLE t MODIFY nope INT', "unknown_column: Unknown column 'nope' in 't'"],
    ['ALTER TABLE t MODIFY b TINYINT', "out_of_range: Out of range value for column 'b' at row 2"],
    ['ALTER TABLE t MODIFY c INT NOT NULL', "column_not_null: Column 'c' cannot be null"],
    ['ALTER TABLE t ADD UNIQUE (c2)', "duplicate_entry: Duplicate entry 'x' for key 't.c2'"],
    ['ALTER TABLE t ADD CHECK (b < 500)', "check_violated: Check constraint 't_chk_1' is violated."],
    ['ALTER TABLE v ADD COLUMN x INT', "wrong_object: 'shop.v' is not BASE TABLE"],
    ['CREATE VIEW t AS SELECT 1', "table_exists: Table 't' already exists"],
    ['CREATE VIEW x AS SELECT nope FROM t', "unknown_column: Unknown column 'nope' in 'field list'"],
    ['CREATE VIEW x AS SELECT 1 AS a, 2 AS A', "duplicate_column: Duplicate column name 'A'"],
    [
      'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET @a = 1',
      "not_supported: This version of Holdfast doesn't yet support 'TRIGGER'",
    ],
  ];
  it('fail in MySQL’s words and change nothing', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (a INT PRIMARY KEY, b INT, c INT, c2 VARCHAR(5))',
      "INSERT INTO t VALUES (1, 1, 1, 'x'), (2, 1000, NULL, 'X')",
      'CREATE VIEW v AS SELECT a FROM t',
    );
    for (const [statement, expected] of wrong)
      assert.equal(await fixture.error(statement), expected, statement);
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY a'), ['1|1|1|x', '2|1000|null|X']);
    assert.deepEqual(await fixture.lines('SELECT * FROM v ORDER BY a'), ['1', '2']);
  });

  it('alter columns and keys with the rows in place', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (a INT, b VARCHAR(10))',
      "INSERT INTO t VALUES (1, '10'), (2, '20')",
      "ALTER TABLE t ADD COLUMN n INT NOT NULL DEFAULT 5 AFTER a, ADD COLUMN z DATE FIRST, MODIFY b INT, ADD PRIMARY KEY (a), COMMENT='x'",
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY a'), ['null|1|5|10', 'null|2|5|20']);
    assert.match(await fixture.error('INSERT INTO t (a) VALUES (1)'), /^duplicate_entry/);
    await fixture.all(
      'ALTER TABLE t CHANGE b c BIGINT, DROP COLUMN z, RENAME COLUMN n TO m',
      'ALTER TABLE t RENAME TO u',
    );
    assert.deepEqual(await fixture.lines('SELECT a, m, c FROM u ORDER BY a'), ['1|5|10', '2|5|20']);
    await fixture.all(
      'ALTER TABLE u DROP PRIMARY KEY',
      'ALTER TABLE u ADD COLUMN id INT AUTO_INCREMENT PRIMARY KEY FIRST',
    );
    assert.equal(await fixture.answer('INSERT INTO u (a) VALUES (9)'), '1/3/');
    await fixture.all('CREATE UNIQUE INDEX ua ON u (a)', 'DROP INDEX ua ON u', 'ALTER TABLE u DISABLE KEYS');
  });

  it('check properties that ALTER gives as those of CREATE', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (a INT, b TINYINT) DUPLICATE KEY (a) DISTRIBUTED BY HASH (a)');
    const cases: readonly (readonly [properties: string, message: string])[] = [
      ['"replication_num" = "x"', 'Replication num should larger than 0. (suggested 3)'],
      ['"nonsense" = "1"', 'Unknown properties: {nonsense=1}'],
      ['"bloom_filter_columns" = "b"', "Invalid bloom filter column 'b': unsupported type TINYINT"],
    ];
    for (const [properties, message] of cases) {
      const error = await fixture.error(`ALTER TABLE t SET (${properties})`);
      assert.equal(error, `analysis: Getting analyzing error. Detail message: ${message}`);
    }
    await fixture.run('ALTER TABLE t SET ("replication_num" = "2", "bloom_filter_columns" = "a")');
  });

  it('swap two tables in one RENAME', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE DATABASE other',
      'CREATE TABLE a (i INT AUTO_INCREMENT PRIMARY KEY)',
      'CREATE TABLE b (i INT)',
      'INSERT INTO a VALUES (1)',
      'INSERT INTO b VALUES (2)',
      'RENAME TABLE a TO tmp, b TO a, tmp TO b',
      'RENAME TABLE b TO other.moved',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM a'), ['2']);
    assert.deepEqual(await fixture.lines('SELECT * FROM other.moved'), ['1']);
    assert.equal(await fixture.answer('INSERT INTO other.moved VALUES (NULL)'), '1/2/');
    await fixture.run('RENAME TABLE a TO A');
    assert.deepEqual(
      fixture.engine.dictionary.objects('shop').map((object) => object.name),
      ['A'],
    );
  });

  it('make tables LIKE another and AS SELECT', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(5) DEFAULT "q")',
      'INSERT INTO t (a) VALUES (1)',
      'CREATE TABLE l LIKE t',
      'INSERT INTO l (a) VALUES (7)',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM l'), ['7|q']);
    assert.equal(
      await fixture.answer('CREATE TABLE s (PRIMARY KEY (a)) AS SELECT a, b, a * 1.5 AS c FROM t'),
      '1/0/Records: 1  Duplicates: 0  Warnings: 0',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM s'), ['1|q|1.5']);
    assert.match(await fixture.error('CREATE TABLE s2 (a TINYINT) AS SELECT 1000 AS a'), /^out_of_range/);
    assert.equal(fixture.engine.dictionary.object('shop', 's2'), undefined);
  });

  it('let views stand on views and fall in any order', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (a INT, d DATETIME)',
      "INSERT INTO t VALUES (1, '2024-01-01'), (2, '2030-01-01')",
      'CREATE VIEW v AS SELECT a, d FROM t WHERE d < NOW()',
      'CREATE VIEW w (x) AS SELECT a + 1 FROM v',
    );
    assert.deepEqual(await fixture.lines('SELECT x FROM w'), ['2']);
    await fixture.all('DROP TABLE t');
    assert.match(
      await fixture.error('SELECT * FROM w'),
      /^view_invalid: View 'shop.v' references invalid table/,
    );
    await fixture.all(
      'CREATE TABLE t (a INT, d DATETIME, more INT)',
      "INSERT INTO t VALUES (5, '2020-01-01', 1)",
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM w'), ['6']);
    await fixture.all('CREATE OR REPLACE VIEW v AS SELECT a * 10 AS a FROM t', 'DROP VIEW v');
    assert.match(await fixture.error('SELECT * FROM w'), /^view_invalid/);
    await fixture.run('DROP VIEW w');
  });

  it('forget a dropped database with all it held', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (a INT AUTO_INCREMENT PRIMARY KEY)', 'INSERT INTO t VALUES (5)');
    assert.equal(await fixture.answer('DROP DATABASE shop'), '1/0/');
    await fixture.all('CREATE DATABASE shop', 'CREATE TABLE t (a INT AUTO_INCREMENT PRIMARY KEY)');
    assert.equal(await fixture.answer('INSERT INTO t VALUES (NULL)'), '1/1/');
    await fixture.reopen();
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1']);
  });
});

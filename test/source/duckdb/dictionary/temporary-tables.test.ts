import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { temporaryTablesMax } from '../../../../src/source/duckdb/dictionary/temporary-tables.ts';
import type { Need } from '../../../../src/source/object-access.ts';
import { EngineFixture } from '../engine-fixture.ts';

describe('temporary tables', () => {
  let fixture: EngineFixture;
  let other: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
    other = fixture.other();
  });
  after(async () => {
    await other.session[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it('hide a table of the same name in their session, until they are dropped', async () => {
    await fixture.all(
      'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10))',
      "INSERT INTO t VALUES (1, 'base')",
      'CREATE TEMPORARY TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, b INT)',
    );
    assert.equal(
      await fixture.answer('INSERT INTO t (b) VALUES (5), (6)'),
      '2/1/Records: 2  Duplicates: 0  Warnings: 0',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1|5', '2|6']);
    assert.deepEqual(await fixture.lines('SELECT b FROM shop.t WHERE id = 2'), ['6']);
    assert.deepEqual(await other.lines('SELECT * FROM t'), ['1|base']);
    await fixture.run('DROP TABLE t');
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1|base']);
    assert.equal(await fixture.error('DROP TEMPORARY TABLE t'), "unknown_table_drop: Unknown table 'shop.t'");
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1|base']);
  });

  it('are not seen by views, and no view is made of them', async () => {
    await fixture.all(
      'CREATE TABLE seen (x INT)',
      'INSERT INTO seen VALUES (1)',
      'CREATE VIEW w AS SELECT x FROM seen',
      'CREATE TEMPORARY TABLE seen (x INT)',
      'INSERT INTO seen VALUES (2)',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM w JOIN seen'), ['1|2']);
    for (const made of ['VIEW', 'MATERIALIZED VIEW']) {
      assert.match(await fixture.error(`CREATE ${made} v AS SELECT x FROM seen`), /^view_of_temporary/, made);
    }
    await fixture.run('DROP TEMPORARY TABLE seen');
  });

  it('obey their keys, checks, generated columns and types', async () => {
    await fixture.all(
      'CREATE TEMPORARY TABLE g (a INT, b INT GENERATED ALWAYS AS (a + 1) STORED, CHECK (a < 10), UNIQUE KEY u (b))',
      'INSERT INTO g (a) VALUES (1)',
    );
    assert.equal(
      await fixture.error('INSERT INTO g (a) VALUES (1)'),
      "duplicate_entry: Duplicate entry '2' for key 'g.u'",
    );
    assert.match(await fixture.error('INSERT INTO g (a) VALUES (11)'), /^check_violated/);
    assert.match(await fixture.error("INSERT INTO g (a) VALUES ('x')"), /^incorrect_value/);
    await fixture.all(
      'INSERT INTO g (a) VALUES (1) ON DUPLICATE KEY UPDATE a = a + 2',
      'REPLACE INTO g (a) VALUES (3), (4)',
      'UPDATE g JOIN t ON t.id = 1 SET g.a = g.a + 1 WHERE g.a = 4',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM g ORDER BY a'), ['3|4', '5|6']);
    await fixture.all(
      'ALTER TABLE g ADD COLUMN c INT NOT NULL DEFAULT 7, RENAME TO h',
      'DELETE FROM h WHERE a = 3',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM h'), ['5|6|7']);
    await fixture.run('TRUNCATE TABLE h');
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM h'), ['0']);
  });

  it('are made of other tables, and others of them', async () => {
    await fixture.all(
      'CREATE TEMPORARY TABLE copy SELECT id, a FROM t',
      'CREATE TEMPORARY TABLE alike LIKE copy',
      'INSERT INTO alike SELECT * FROM copy',
      'CREATE TABLE kept AS SELECT * FROM alike',
    );
    assert.deepEqual(await other.lines('SELECT * FROM kept'), ['1|base']);
    assert.match(await other.error('SELECT * FROM alike'), /^unknown_table/);
  });

  const transactions: readonly (readonly [string, readonly string[], string, string])[] = [
    [
      'one that is made stays, without rows',
      ['CREATE TEMPORARY TABLE k (x INT)', 'INSERT INTO k VALUES (1)'],
      'SELECT COUNT(*) FROM k',
      '0',
    ],
    ['one that is filled loses the rows', ['INSERT INTO k VALUES (1)'], 'SELECT COUNT(*) FROM k', '0'],
    [
      'one that is dropped stays dropped',
      ['DROP TEMPORARY TABLE k'],
      'SELECT COUNT(*) FROM k',
      'unknown_table',
    ],
    [
      'one that came and went is gone',
      ['CREATE TEMPORARY TABLE k AS SELECT 1 AS x', 'DROP TEMPORARY TABLE k'],
      'SELECT COUNT(*) FROM k',
      'unknown_table',
    ],
  ];
  for (const [name, statements, query, expected] of transactions) {
    it(`do not end a transaction: after its ROLLBACK ${name}`, async () => {
      await fixture.all('START TRANSACTION', "INSERT INTO t VALUES (9, 'gone')", ...statements);
      assert.equal(fixture.session.inTransaction, true);
      await fixture.run('ROLLBACK');
      assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM t'), ['1']);
      const answer = await fixture
        .lines(query)
        .catch((error: unknown) => (error instanceof SqlError ? [error.kind] : []));
      assert.deepEqual(answer, [expected]);
    });
  }

  it('leave nothing of an AS SELECT that fails in a transaction, which goes on', async () => {
    await fixture.all('START TRANSACTION', "INSERT INTO t VALUES (2, 'x')");
    const made = 'CREATE TEMPORARY TABLE f (id INT PRIMARY KEY)';
    assert.match(await fixture.error(`${made} AS SELECT 1 AS id UNION ALL SELECT 1`), /^duplicate_entry/);
    assert.match(await fixture.error('SELECT * FROM f'), /^unknown_table/);
    await fixture.all(made, 'COMMIT', "DELETE FROM t WHERE a = 'x'");
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM f'), ['0']);
  });

  it('take rows in a transaction that is read only, where no other table does', async () => {
    await fixture.run('CREATE TEMPORARY TABLE ro (x INT)');
    await fixture.session.begin(undefined, true);
    await fixture.run('INSERT INTO ro VALUES (1)');
    assert.match(await fixture.error("INSERT INTO t VALUES (3, 'no')"), /^read_only_transaction/);
    assert.match(await fixture.error('CREATE TEMPORARY TABLE rw (x INT)'), /^read_only_transaction/);
    await fixture.run('COMMIT');
    assert.deepEqual(await fixture.lines('SELECT x FROM ro'), ['1']);
  });

  const refused: readonly (readonly [string, RegExp])[] = [
    ['CREATE TEMPORARY TABLE p (a INT) PARTITION BY HASH (a) PARTITIONS 2', /^partitioned_temporary/],
    ['CREATE TEMPORARY TABLE p (a INT, FOREIGN KEY (a) REFERENCES t (id))', /^foreign_key:/],
    ['ALTER TABLE ro SWAP WITH t', /^not_supported/],
    ['ALTER TABLE ro RENAME TO copy', /^table_exists/],
    ['RENAME TABLE ro TO rw', /^unknown_table/],
    ['CREATE TEMPORARY TABLE ro (a INT)', /^table_exists/],
    ['CREATE TEMPORARY TABLE nowhere.p (a INT)', /^unknown_database/],
    ['DROP TEMPORARY TABLE ro, nope', /^unknown_table_drop/],
  ];
  for (const [sql, expected] of refused) {
    it(`refuse ${sql}`, async () => assert.match(await fixture.error(sql), expected));
  }

  it('stay when their database goes', async () => {
    await fixture.all(
      'CREATE DATABASE brief',
      'CREATE TEMPORARY TABLE brief.x AS SELECT 1 AS a',
      'DROP DATABASE brief',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM brief.x'), ['1']);
    await fixture.run('DROP TABLE brief.x');
  });

  it('need the right to make tables, and no other', async () => {
    const login = fixture.other();
    const asked: string[] = [];
    login.access = {
      require: (need: Need) => {
        asked.push(need.on);
        const isMaking = need.on === 'database' && need.privilege === 'CREATE TABLE';
        if (!isMaking) throw new SqlError('table_access_denied', 'no');
      },
    } as unknown as typeof login.access;
    await login.all(
      'CREATE TEMPORARY TABLE t (x INT)',
      'INSERT INTO t VALUES (1), (2)',
      'UPDATE t SET x = 3 WHERE x = 2',
      'ALTER TABLE t ADD COLUMN y INT',
      'CREATE INDEX i ON t (x)',
    );
    assert.deepEqual(await login.lines('SELECT x FROM t'), ['1', '3']);
    assert.match(await login.error('DROP VIEW t'), /^table_access_denied/);
    await login.all('TRUNCATE TABLE t', 'DROP TABLE t');
    assert.match(await login.error('SELECT * FROM t'), /^table_access_denied/);
    assert.deepEqual(new Set(asked), new Set(['database', 'object']));
    await login.session[Symbol.asyncDispose]();
  });

  it('are gone after a reset, with what they began', async () => {
    await fixture.session.reset();
    assert.match(await fixture.error('SELECT * FROM ro'), /^unknown_table/);
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1|base']);
  });

  it('are bounded in number', async () => {
    const login = fixture.other();
    for (let made = 0; made < temporaryTablesMax; made++)
      await login.run(`CREATE TEMPORARY TABLE n${made} (a INT)`);
    assert.match(await login.error('CREATE TEMPORARY TABLE more (a INT)'), /^resource_limit/);
    await login.session[Symbol.asyncDispose]();
  });
});

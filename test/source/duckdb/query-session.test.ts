import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../src/base/sql-error.ts';
import { EngineFixture, readRows } from './engine-fixture.ts';

describe('a session of the embedded engine', () => {
  it('keeps a transaction to itself until it is committed', async () => {
    await using fixture = await EngineFixture.open();
    const other = fixture.other();
    await fixture.all('CREATE TABLE t (a INT PRIMARY KEY)', 'START TRANSACTION', 'INSERT INTO t VALUES (1)');
    assert.equal(fixture.session.inTransaction, true);
    assert.deepEqual(await other.lines('SELECT COUNT(*) FROM t'), ['0']);
    await fixture.run('COMMIT');
    assert.deepEqual(await other.lines('SELECT COUNT(*) FROM t'), ['1']);
    await fixture.all('BEGIN', 'DELETE FROM t', 'ROLLBACK');
    assert.deepEqual(await other.lines('SELECT COUNT(*) FROM t'), ['1']);
    await other.session[Symbol.asyncDispose]();
  });

  it('goes on with a transaction in which a statement failed', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(3))',
      'BEGIN',
      "INSERT INTO t VALUES (1, 'x')",
    );
    for (const wrong of [
      "INSERT INTO t VALUES (2, 'y'), (1, 'double')",
      "INSERT INTO t VALUES (3, 'too long')",
      "INSERT INTO t VALUES (1, 'dup')",
      'UPDATE t SET a = NULL',
      'SELECT nope FROM t',
      'SELECT * FROM nope',
      'SELEC 1',
    ]) {
      assert.notEqual(await fixture.error(wrong), 'no error', wrong);
      assert.equal(fixture.session.inTransaction, true, wrong);
    }
    await fixture.run('COMMIT');
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1|x']);
  });

  it('says so when DuckDB ended the transaction', async () => {
    await using fixture = await EngineFixture.open();
    const other = fixture.other();
    await fixture.all('CREATE TABLE t (a INT PRIMARY KEY, b INT)', 'INSERT INTO t VALUES (1, 1)', 'BEGIN');
    await fixture.run('UPDATE t SET b = 2');
    await other.run('BEGIN');
    await assert.rejects(other.run('UPDATE t SET b = 3'), (error) => {
      assert.ok(error instanceof SqlError);
      assert.equal(error.kind, 'lock_deadlock');
      assert.match(error.hint ?? '', /rolled back/);
      return true;
    });
    assert.equal(other.session.inTransaction, false);
    await fixture.run('COMMIT');
    assert.deepEqual(await other.lines('SELECT b FROM t'), ['2']);
    await other.session[Symbol.asyncDispose]();
  });

  it('lets sessions outside of transactions wait for each other', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (a INT PRIMARY KEY, n INT)', 'INSERT INTO t VALUES (1, 0)');
    const others = Array.from({ length: 4 }, () => fixture.other());
    await Promise.all(
      others.map(async (each) => {
        for (let round = 0; round < 5; round++) await each.run('UPDATE t SET n = n + 1');
      }),
    );
    assert.deepEqual(await fixture.lines('SELECT n FROM t'), ['20']);
    for (const each of others) await each.session[Symbol.asyncDispose]();
  });

  it('opens transactions by itself when autocommit is off', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (a INT)');
    fixture.variables.set('autocommit', 0n);
    await fixture.run('INSERT INTO t VALUES (1)');
    assert.equal(fixture.session.inTransaction, true);
    await fixture.session.rollback();
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM t'), ['0']);
  });

  it('commits what is open before a definition statement', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (a INT)',
      'BEGIN',
      'INSERT INTO t VALUES (1)',
      'CREATE TABLE u (a INT)',
    );
    assert.equal(fixture.session.inTransaction, false);
    await fixture.session.rollback();
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM t'), ['1']);
  });

  it('stops a running statement when its signal aborts', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (a INT)', `INSERT INTO t VALUES ${'(1),'.repeat(1999)}(1)`);
    const abort = new AbortController();
    const running = fixture.session
      .run(
        'SELECT COUNT(*) FROM t a, t b, t c, t d WHERE a.a + b.a + c.a > d.a',
        [],
        fixture.context,
        abort.signal,
      )
      .then((answer) => (answer.kind === 'rows' ? readRows(answer.result) : []));
    setTimeout(() => abort.abort(), 30);
    await assert.rejects(running, (error) => error instanceof SqlError && error.kind === 'query_interrupted');
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM t'), ['2000']);
  });

  it('stops a SELECT at max_execution_time', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (a INT)', `INSERT INTO t VALUES ${'(1),'.repeat(1999)}(1)`);
    fixture.variables.set('max_execution_time', 30n);
    const answer = await fixture.error('SELECT COUNT(*) FROM t a, t b, t c, t d WHERE a.a + b.a + c.a > d.a');
    assert.match(answer, /^statement_timeout: Query execution was interrupted, maximum statement/);
  });

  it('obeys sql_select_limit and counts FOUND_ROWS', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (a INT)', 'INSERT INTO t VALUES (1), (2), (3)');
    fixture.variables.set('sql_select_limit', 2n);
    assert.equal((await fixture.lines('SELECT a FROM t')).length, 2);
    const answer = await fixture.run('SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1');
    assert.equal(answer.kind === 'rows' && answer.foundRows, 3n);
  });

  it('describes a statement without running it', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, d DATETIME(3), v VARCHAR(20) NOT NULL)');
    const described = await fixture.session.describe(
      'SELECT id, d, v, id + 1 AS e FROM t WHERE v = ? AND id > ?',
      fixture.context,
      new AbortController().signal,
    );
    assert.equal(described.parameterCount, 2);
    assert.deepEqual(
      described.columns.map((column) => [
        column.name,
        column.type,
        column.decimals,
        column.primaryKey ?? false,
      ]),
      [
        ['id', 'LONG', 0, true],
        ['d', 'DATETIME', 3, false],
        ['v', 'VAR_STRING', 0, false],
        ['e', 'LONGLONG', 0, false],
      ],
    );
    await fixture.run(
      'CREATE TABLE p (id INT) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (10))',
    );
    const part = await fixture.session.describe(
      'SELECT id FROM p PARTITION (low)',
      fixture.context,
      new AbortController().signal,
    );
    assert.deepEqual(
      part.columns.map((column) => column.name),
      ['id'],
    );
    const insert = await fixture.session.describe(
      'INSERT INTO t VALUES (?, ?, ?)',
      fixture.context,
      new AbortController().signal,
    );
    assert.deepEqual(insert, { columns: [], parameterCount: 3 });
  });

  it('binds parameters of every kind', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (a BIGINT, b VARBINARY(10), c VARCHAR(20), d DOUBLE)');
    await fixture.run('INSERT INTO t VALUES (?, ?, ?, ?)', [-5n, Buffer.from([0, 255]), "it's \\ é", 1.5]);
    assert.deepEqual(await fixture.rows('SELECT a, HEX(b), c, d FROM t WHERE c = ?', ["it's \\ é"]), [
      [-5n, '00FF', "it's \\ é", 1.5],
    ]);
  });

  it('gives a result up when the next statement comes', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (a INT)', `INSERT INTO t VALUES ${'(1),'.repeat(4999)}(1)`);
    const answer = await fixture.run('SELECT a.a FROM t a, t b');
    assert.ok(answer.kind === 'rows');
    const rows = answer.result.batches[Symbol.asyncIterator]();
    await rows.next();
    assert.deepEqual(await fixture.lines('SELECT 1'), ['1']);
    await assert.rejects(async () => rows.next(), /given up|interrupted/);
  });
});

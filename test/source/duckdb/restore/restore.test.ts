import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EmbeddedSource } from '../../../../src/source/duckdb/source.ts';
import type { OpenSource } from '../../../conformance/source.ts';
import {
  assertFails,
  calm,
  copyOf,
  planFor,
  prepared,
  restored,
} from '../../../conformance/source/support.ts';
import { EngineFixture } from '../engine-fixture.ts';

type Opened = Readonly<{ fixture: EngineFixture; subject: OpenSource }>;

async function open(): Promise<Opened> {
  const fixture = await EngineFixture.open();
  return { fixture, subject: subjectOf(fixture) };
}

function subjectOf(fixture: EngineFixture): OpenSource {
  return {
    source: new EmbeddedSource(fixture.embedded),
    folder: fixture.engine.stagingFolder,
    run: (sql) => fixture.run(sql),
    rows: (sql) => fixture.rows(sql),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

describe('a restore into the embedded engine', () => {
  it('is committed or not after a restart, and known to be', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all('CREATE TABLE t (id INT PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
    const copy = await copyOf(subject, ['t']);
    await prepared(subject, copy, { database: 'first', createDatabase: true, restoreId: '1' });
    const second = await prepared(subject, copy, {
      database: 'second',
      createDatabase: true,
      restoreId: '2',
    });
    await second.commit(calm);
    await fixture.reopen();
    const { source } = subjectOf(fixture);
    await using one = await source.openRestore('1', 'first', calm);
    await using two = await source.openRestore('2', 'second', calm);
    assert.deepEqual([await one.isCommitted(calm), await two.isCommitted(calm)], [false, true]);
    assert.deepEqual(await fixture.lines('SELECT * FROM second.t'), ['1']);
    await one.commit(calm);
    assert.deepEqual(await fixture.lines('SELECT * FROM first.t'), ['1']);
  });

  it('asks no foreign keys, and brings them back', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all(
      'CREATE TABLE p (id INT PRIMARY KEY)',
      'CREATE TABLE c (pid INT, FOREIGN KEY (pid) REFERENCES p (id) ON DELETE CASCADE)',
      'INSERT INTO p VALUES (1)',
      'INSERT INTO c VALUES (1)',
    );
    const both = await copyOf(subject, ['c', 'p']);
    const parents = await copyOf(subject, ['p']);
    await fixture.all('INSERT INTO p VALUES (2)', 'INSERT INTO c VALUES (2)');
    await restored(subject, parents, { database: 'shop', restoreId: '1' });
    assert.deepEqual(await fixture.lines('SELECT * FROM c ORDER BY pid'), ['1', '2']);
    await restored(subject, both, { database: 'other', createDatabase: true, restoreId: '2' });
    assert.match(await fixture.error('INSERT INTO other.c VALUES (2)'), /^missing_parent: .*`other`.`c`/);
    await fixture.run('DELETE FROM other.p');
    assert.deepEqual(await fixture.lines('SELECT * FROM other.c'), []);
    assert.deepEqual(await fixture.lines('SELECT * FROM c ORDER BY pid'), ['1', '2']);
  });

  it('is not seen by a transaction that began to read before', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all('CREATE TABLE t (id INT)', 'INSERT INTO t VALUES (1)');
    const copy = await copyOf(subject, ['t']);
    await fixture.run('INSERT INTO t VALUES (2)');
    using reader = await fixture.engine.connect();
    await reader.run('BEGIN');
    const count = (): Promise<unknown> => reader.fact('SELECT count(*) FROM "db:shop".t');
    assert.equal(await count(), 2n);
    await restored(subject, copy, { database: 'shop' });
    assert.equal(await count(), 2n);
    await reader.run('COMMIT');
    assert.equal(await count(), 1n);
  });

  for (const inserted of [2, 12]) {
    it(`refuses the commit of a transaction that inserted ${inserted} before a partition was restored`, async () => {
      const { fixture, subject } = await open();
      await using _fixture = fixture;
      await fixture.all(
        'CREATE TABLE p (d INT) PARTITION BY RANGE (d) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (20))',
        'INSERT INTO p VALUES (1), (11)',
      );
      const copy = await copyOf(subject, ['p']);
      const writer = fixture.other();
      await writer.all('BEGIN', `INSERT INTO p VALUES (${inserted})`);
      await restored(subject, copy, { database: 'shop', partitions: ['low'] });
      assert.match(await writer.error('COMMIT'), /^lock_deadlock: Deadlock found/);
      assert.deepEqual(await fixture.lines('SELECT d FROM p ORDER BY d'), ['1', '11']);
      await writer.all('BEGIN', 'INSERT INTO p VALUES (3)', 'COMMIT');
      assert.deepEqual(await fixture.lines('SELECT d FROM p ORDER BY d'), ['1', '3', '11']);
    });
  }

  it('replaces what a transaction commits while it waits for it', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all(
      'CREATE TABLE p (d INT) PARTITION BY RANGE (d) (PARTITION low VALUES LESS THAN (10))',
      'INSERT INTO p VALUES (1), (2)',
    );
    const restoring = await prepared(subject, await copyOf(subject, ['p']), {
      database: 'shop',
      partitions: ['low'],
    });
    const writer = fixture.other();
    await writer.all('BEGIN', 'DELETE FROM p WHERE d = 1', 'INSERT INTO p VALUES (3)');
    const committing = restoring.commit(calm);
    await new Promise(setImmediate);
    await writer.run('COMMIT');
    await committing;
    assert.deepEqual(await fixture.lines('SELECT d FROM p ORDER BY d'), ['1', '2']);
  });

  it('waits for a transaction that holds rows of a partition it replaces', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all(
      'CREATE TABLE p (d INT) PARTITION BY RANGE (d) (PARTITION low VALUES LESS THAN (10))',
      'INSERT INTO p VALUES (1), (2)',
    );
    const restoring = await prepared(subject, await copyOf(subject, ['p']), {
      database: 'shop',
      partitions: ['low'],
    });
    using writer = await fixture.engine.connect();
    await writer.run('BEGIN');
    await writer.run('DELETE FROM "db:shop".p WHERE d = 1');
    const committing = restoring.commit(calm);
    await new Promise(setImmediate);
    await writer.run('ROLLBACK');
    await committing;
    assert.deepEqual(await fixture.lines('SELECT d FROM p ORDER BY d'), ['1', '2']);
  });

  it('fails with conflict, in the words of the comparison, before anything is loaded', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.run('CREATE TABLE t (id INT)');
    const copy = await copyOf(subject, ['t']);
    await fixture.run('ALTER TABLE t ADD COLUMN more INT');
    await using restoring = await subject.source.openRestore('1', 'shop', calm);
    const error = await assertFails('conflict', restoring.prepare(planFor(copy, { database: 'shop' }), calm));
    assert.equal(
      error.message,
      'Table t already exist but with different schema, errMsg: column count is inconsistent',
    );
  });

  it('changes nothing when it fails in the middle of its commit', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all('CREATE TABLE a (id INT)', 'CREATE TABLE b (id INT)', 'INSERT INTO a VALUES (1)');
    const restoring = await prepared(subject, await copyOf(subject, ['a', 'b']), { database: 'shop' });
    await fixture.run('INSERT INTO a VALUES (2)');
    using connection = await fixture.engine.connect();
    await connection.run('DROP TABLE "db:shop"."__holdfast_shadow_1_1"');
    await assertFails('failed', restoring.commit(calm));
    assert.deepEqual(await fixture.lines('SELECT id FROM a ORDER BY id'), ['1', '2']);
    assert.equal(await restoring.isCommitted(calm), false);
    await restoring.rollback(calm);
    const left = await connection.facts(
      `SELECT 1 FROM duckdb_tables() WHERE table_name LIKE '%shadow\\_%' ESCAPE '\\'`,
    );
    assert.deepEqual(left, []);
  });

  it('meets a database of its name that was made meanwhile', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all('CREATE TABLE t (id INT)', 'INSERT INTO t VALUES (1)');
    const copy = await copyOf(subject, ['t']);
    const target = { database: 'late', createDatabase: true };
    const first = await prepared(subject, copy, { ...target, restoreId: '1' });
    await fixture.all('CREATE DATABASE late', 'CREATE TABLE late.other (id INT)');
    await first.commit(calm);
    assert.deepEqual(await fixture.lines('SELECT id FROM late.t'), ['1']);
    await fixture.run('DROP DATABASE late');
    const second = await prepared(subject, copy, { ...target, restoreId: '2' });
    await fixture.run('CREATE DATABASE late');
    await second.rollback(calm);
    await fixture.run('CREATE TABLE late.other (id INT)');
  });

  it('leaves its shadows out of reach of statements', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all('CREATE TABLE t (id INT)', 'INSERT INTO t VALUES (1)');
    await using restoring = await prepared(subject, await copyOf(subject, ['t']), { database: 'shop' });
    for (const statement of ['SELECT * FROM', 'DELETE FROM', 'DROP TABLE', 'TRUNCATE TABLE']) {
      assert.match(await fixture.error(`${statement} __holdfast_shadow_1_0`), /exist|Unknown table/);
    }
    await restoring.commit(calm);
  });
});

describe('a transaction that is open while a restore commits', () => {
  const tables = ['CREATE TABLE t (id INT PRIMARY KEY, v INT)', 'INSERT INTO t VALUES (1, 1), (2, 2)'];

  for (const sql of ['INSERT INTO t VALUES (9, 9)', 'UPDATE t SET v = 5', 'DELETE FROM t WHERE id = 1']) {
    it(`loses ${sql}, and is told so`, async () => {
      const { fixture, subject } = await open();
      await using _fixture = fixture;
      await fixture.all(...tables);
      const restoring = await prepared(subject, await copyOf(subject, ['t']), { database: 'shop' });
      await using session = fixture.other().session;
      await session.begin();
      await session.run(sql, [], fixture.context, calm);
      await restoring.commit(calm);
      await assert.rejects(session.commit(), /Deadlock found when trying to get lock/);
      assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1|1', '2|2']);
    });
  }

  it('reads the old rows of all tables, and of none that have another form now', async () => {
    const { fixture, subject } = await open();
    await using _fixture = fixture;
    await fixture.all(...tables, 'CREATE VIEW v AS SELECT id FROM t', 'CREATE TABLE u (id INT)');
    const copy = await copyOf(subject, ['t', 'u', { kind: 'VIEW', name: 'v' }]);
    await fixture.all(
      'DELETE FROM t',
      'INSERT INTO u VALUES (7)',
      'ALTER VIEW v AS SELECT id + 1 AS id FROM t',
    );
    const restoring = await prepared(subject, copy, { database: 'shop' });
    const other = fixture.other();
    await other.all('BEGIN', 'SELECT 1');
    await restoring.commit(calm);
    assert.deepEqual(await other.lines('SELECT * FROM t, u'), []);
    assert.deepEqual(await other.lines('SELECT * FROM u'), ['7']);
    assert.match(
      await other.error('SELECT * FROM v'),
      /^table_definition_changed: Table definition has changed/,
    );
    await other.run('ROLLBACK');
    assert.deepEqual(await other.lines('SELECT * FROM v, u'), []);
    assert.deepEqual(await other.lines('SELECT * FROM v'), ['1', '2']);
    await other.session[Symbol.asyncDispose]();
  });
});

it('what is written during a restore that allows it goes with the rows that are replaced, and stays elsewhere', async () => {
  const { fixture, subject } = await open();
  await using _fixture = fixture;
  await fixture.all(
    'CREATE TABLE t (id INT)',
    'CREATE TABLE p (d INT) PARTITION BY RANGE (d) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))',
    'INSERT INTO t VALUES (1)',
    'INSERT INTO p VALUES (1), (11)',
  );
  const whole = await prepared(subject, await copyOf(subject, ['t']), { database: 'shop', restoreId: '1' });
  const copy = await copyOf(subject, ['p']);
  const part = await prepared(subject, copy, { database: 'shop', restoreId: '2', partitions: ['a'] });
  await fixture.all('INSERT INTO t VALUES (2)', 'INSERT INTO p VALUES (2), (12)');
  await whole.commit(calm);
  await part.commit(calm);
  assert.deepEqual(await fixture.lines('SELECT id FROM t'), ['1']);
  assert.deepEqual(await fixture.lines('SELECT d FROM p ORDER BY d'), ['1', '11', '12']);
});

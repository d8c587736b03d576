import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('transactions', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('USE d');
    await world.run('CREATE TABLE t (id INT PRIMARY KEY)');
  });
  after(() => world[Symbol.asyncDispose]());

  const count = async (): Promise<unknown> => (await world.rows('SELECT COUNT(*) FROM t'))[0]?.[0];

  it('LOCK TABLES looks for the tables and commits', async () => {
    await world.refuses(
      'LOCK TABLES t READ, missing WRITE',
      'unknown_table',
      /Table 'd\.missing' doesn't exist/,
    );
    await world.refuses('LOCK TABLES nowhere.t READ', 'unknown_database', /Unknown database 'nowhere'/);
    await world.refuses('LOCK TABLES nowhere.d.t READ', 'unknown_catalog', /Unknown catalog 'nowhere'/);
    await world.run('BEGIN');
    await world.run('INSERT INTO t VALUES (100)');
    await world.run('LOCK TABLES t AS x READ, information_schema.tables READ');
    await world.run('ROLLBACK');
    assert.equal(await count(), '1');
    await world.run('DELETE FROM t');
  });

  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['BEGIN and COMMIT keep', ['BEGIN', 'INSERT INTO t VALUES (1)', 'COMMIT'], '1'],
    [
      'START TRANSACTION and ROLLBACK drop',
      ['START TRANSACTION', 'INSERT INTO t VALUES (2)', 'ROLLBACK'],
      '1',
    ],
    [
      'the snapshot of dump tools can be taken',
      ['START TRANSACTION /*!40100 WITH CONSISTENT SNAPSHOT */', 'ROLLBACK'],
      '1',
    ],
    ['a second BEGIN commits the first', ['BEGIN', 'INSERT INTO t VALUES (3)', 'BEGIN', 'ROLLBACK'], '2'],
    [
      'autocommit = 0 begins by itself',
      ['SET autocommit = 0', 'INSERT INTO t VALUES (4)', 'ROLLBACK', 'SET autocommit = 1'],
      '2',
    ],
    [
      'autocommit = 1 commits what is open',
      ['SET autocommit = 0', 'INSERT INTO t VALUES (5)', 'SET autocommit = 1', 'ROLLBACK'],
      '3',
    ],
    [
      'AND CHAIN begins the next',
      ['BEGIN', 'INSERT INTO t VALUES (6)', 'COMMIT AND CHAIN', 'INSERT INTO t VALUES (7)', 'ROLLBACK'],
      '4',
    ],
    [
      'locks of tables change nothing',
      ['LOCK TABLES t WRITE', 'INSERT INTO t VALUES (8)', 'UNLOCK TABLES'],
      '5',
    ],
  ];
  for (const [name, statements, expected] of cases) {
    it(name, async () => {
      for (const statement of statements) await world.run(statement);
      assert.equal(await count(), expected);
      assert.equal(world.root.engine.inTransaction, false);
    });
  }

  it('that are READ ONLY refuse changes, until they end', async () => {
    const before = await count();
    const writes = [
      'INSERT INTO t VALUES (90)',
      'DELETE FROM t',
      'CREATE TABLE u (id INT)',
      'TRUNCATE TABLE t',
    ];
    await world.run('START TRANSACTION READ ONLY');
    for (const sql of [...writes, ...writes]) {
      await world.refuses(sql, 'read_only_transaction', /READ ONLY transaction/);
      assert.equal(await count(), before);
    }
    await world.run('COMMIT AND CHAIN');
    await world.refuses('DELETE FROM t', 'read_only_transaction', /READ ONLY transaction/);
    await world.run('ROLLBACK');
    await world.run('START TRANSACTION READ WRITE');
    await world.run('INSERT INTO t VALUES (90)');
    await world.run('ROLLBACK');
    await world.run('DELETE FROM t WHERE id = 90');
    assert.equal(await count(), before);
  });

  it('go back to a savepoint that nothing was written after, as dump tools ask', async () => {
    for (const sql of [
      'BEGIN',
      'SAVEPOINT sp',
      'SELECT * FROM t',
      'ROLLBACK TO SAVEPOINT sp',
      'RELEASE SAVEPOINT sp',
    ]) {
      await world.run(sql);
    }
    await world.refuses('ROLLBACK TO sp', 'does_not_exist', /SAVEPOINT sp does not exist/);
    await world.run('ROLLBACK');
  });

  it('go back over changed rows, and go on', async () => {
    const before = await count();
    for (const sql of ['BEGIN', 'SAVEPOINT sp', 'INSERT INTO t VALUES (100)']) await world.run(sql);
    await world.run('ROLLBACK TO SAVEPOINT sp');
    assert.equal(await count(), before);
    assert.equal(world.root.engine.inTransaction, true);
    await world.run('ROLLBACK');
    await world.refuses('ROLLBACK TO sp', 'does_not_exist', /does not exist/);
  });

  it('begin with a savepoint when autocommit is off; outside of one a savepoint is nothing', async () => {
    await world.run('SAVEPOINT alone');
    await world.refuses('ROLLBACK TO alone', 'does_not_exist', /does not exist/);
    for (const sql of [
      'SET autocommit = 0',
      'SAVEPOINT sp',
      'ROLLBACK TO sp',
      'ROLLBACK',
      'SET autocommit = 1',
    ]) {
      await world.run(sql);
    }
  });
});

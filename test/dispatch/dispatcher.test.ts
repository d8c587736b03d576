import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import { World } from './world.ts';

const { signal } = new AbortController();

describe('the dispatcher', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('USE d');
    await world.run('CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20))');
    await world.run("INSERT INTO t VALUES (1, 'one'), (2, 'two')");
  });
  after(() => world[Symbol.asyncDispose]());

  for (const sql of [
    '',
    '-- a comment',
    '/* only this */',
    '/*!99999 of a later version */',
    'FLUSH TABLES',
  ]) {
    it(`answers '${sql}' with OK`, async () => assert.equal((await world.run(sql)).kind, 'ok'));
  }

  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    ['frobnicate the table', 'syntax', /near 'frobnicate the table' at line 1/],
    ['EXPLAIN ANALYZE DELETE FROM t', 'not_supported', /EXPLAIN ANALYZE of DELETE/],
    ['CALL p()', 'does_not_exist', /PROCEDURE .*p does not exist/],
    [
      "LOAD DATA LOCAL INFILE 'x' INTO TABLE t",
      'loading_local_data_disabled',
      /Loading local data is disabled/,
    ],
    ["SELECT 'open", 'syntax', /./],
    ['BACKUP SNAPSHOT d.x TOO r', 'syntax', /^Getting syntax error at line 1, column \d+/],
    ['SELECT * FROM ghost', 'unknown_table', /'d\.ghost'/],
    ['SHOW FROBS', 'syntax', /./],
    ['HANDLER t OPEN', 'syntax', /near 'HANDLER/],
  ];
  for (const [sql, kind, message] of refusals) it(`refuses ${sql}`, () => world.refuses(sql, kind, message));

  it('knows the embedded engine by the name of its catalog', async () => {
    await world.run("INSERT INTO default_catalog.d.t VALUES (7, 'seven')");
    const select = 'SELECT default_catalog.d.t.name FROM default_catalog.d.t WHERE id = 7';
    assert.deepEqual(await world.rows(select), [['seven']]);
    await world.run('DELETE FROM default_catalog.d.t WHERE id = 7');
    assert.deepEqual(await world.rows(select), []);
  });

  for (const sql of [
    'SELECT 1 FROM ghost.d.t',
    'INSERT INTO ghost.d.t VALUES (1)',
    'DELETE FROM ghost.d.t',
    'DROP TABLE ghost.d.t',
    'DROP DATABASE ghost.d',
    'DROP SCHEMA IF EXISTS ghost.d',
    'CREATE DATABASE ghost.e',
    'ALTER DATABASE ghost.d COLLATE utf8mb4_bin',
    'SHOW DATABASES FROM ghost',
    'SHOW TABLES FROM ghost.d',
    'SHOW TABLE STATUS FROM ghost.d',
    'SHOW COLUMNS FROM ghost.d.t',
    'SHOW INDEX FROM t FROM ghost.d',
    'SHOW PARTITIONS FROM ghost.d.t',
    'SHOW MATERIALIZED VIEWS FROM ghost.d',
    'SHOW FUNCTIONS FROM ghost.d',
    'SHOW TRIGGERS FROM ghost.d',
    'SHOW CREATE TABLE ghost.d.t',
    'SHOW CREATE DATABASE ghost.d',
    'DESC ghost.d.t',
    'DESC ghost.d.t ALL',
    'CHECK TABLE ghost.d.t',
  ]) {
    it(`says that there is no such catalog: ${sql}`, async () => {
      await world.refuses(sql, 'unknown_catalog', /Unknown catalog 'ghost'/);
    });
  }

  it('shows and makes databases of the embedded engine under the name of its catalog', async () => {
    await world.run('CREATE DATABASE default_catalog.named');
    assert.deepEqual(
      await world.rows('SHOW CREATE DATABASE default_catalog.named'),
      await world.rows('SHOW CREATE DATABASE named'),
    );
    await world.run('DROP DATABASE default_catalog.named');
    await world.refuses('USE named', 'unknown_database', /'named'/);
  });

  it('says so when the statement is prepared', async () => {
    const described = world.dispatcher.describe('SELECT 1 FROM ghost.d.t', world.root, signal);
    await assert.rejects(described, { kind: 'unknown_catalog' });
  });

  it('binds values into statements of every kind', async () => {
    const like = await world.dispatcher.run(
      { text: 'SHOW TABLES LIKE ?', parameters: ["t'; DROP TABLE t"] },
      world.root,
      signal,
    );
    assert.equal(like.kind, 'rows');
    const answer = await world.run('SELECT name FROM t WHERE id = ?', world.root, [2]);
    assert.equal(answer.kind, 'rows');
    await world.run('SET @v = ?', world.root, ["it's"]);
    assert.deepEqual(await world.rows('SELECT @v'), [["it's"]]);
  });

  it('reads quotes as the session’s sql_mode says', async () => {
    const state = world.session('root');
    await world.run('USE d', state);
    assert.deepEqual(await world.rows(String.raw`SELECT "id", 'a\'b'`, state), [['id', "a'b"]]);
    await world.run("SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'", state);
    assert.deepEqual(await world.rows('SELECT "id" FROM t ORDER BY "id"', state), [['1'], ['2']]);
    assert.deepEqual(await world.rows(String.raw`SELECT 'a\', 'b'`, state), [['a\\', 'b']]);
  });

  it('refuses with the reason of an interruption', async () => {
    const killed = AbortSignal.abort(new SqlError('query_interrupted', 'Query execution was interrupted'));
    const run = world.dispatcher.run({ text: 'SELECT COUNT(*) FROM t', parameters: [] }, world.root, killed);
    await assert.rejects(run, { kind: 'query_interrupted' });
  });
});

describe('a statement that is being prepared', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('USE d');
    await world.run('CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20))');
  });
  after(() => world[Symbol.asyncDispose]());

  const cases: readonly (readonly [string, readonly string[], number])[] = [
    ['SELECT id, name AS n FROM t WHERE id = ?', ['id', 'n'], 1],
    ['INSERT INTO t VALUES (?, ?)', [], 2],
    ['SHOW TABLES', ['Tables_in_d'], 0],
    ['SHOW TABLES LIKE ?', [], 1],
    ['DESCRIBE t', ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'], 0],
    ['SHOW CATALOGS', ['Catalog', 'Type', 'Comment'], 0],
    ['SET @a = ?', [], 1],
    ['CREATE TABLE u (id INT)', [], 0],
  ];
  for (const [sql, columns, parameterCount] of cases) {
    it(`tells the columns and parameters of ${sql}`, async () => {
      const described = await world.dispatcher.describe(sql, world.root, signal);
      assert.deepEqual(
        described.columns.map(({ name }) => name),
        columns,
      );
      assert.equal(described.parameterCount, parameterCount);
    });
  }

  it('changes nothing', async () => {
    await world.dispatcher.describe('CREATE TABLE u (id INT)', world.root, signal);
    await world.dispatcher.describe("INSERT INTO t VALUES (1, 'x')", world.root, signal);
    assert.deepEqual(await world.rows('SHOW TABLES'), [['t']]);
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM t'), [['0']]);
  });

  const refusals: readonly (readonly [string, SqlErrorKind])[] = [
    ['frobnicate', 'syntax'],
    ['SELECT FROM', 'syntax'],
    ['SELECT ghost FROM t', 'unknown_column'],
    ['EXECUTE s', 'not_preparable'],
    ["PREPARE s FROM 'SELECT 1'", 'not_preparable'],
  ];
  for (const [sql, kind] of refusals) {
    it(`is refused at once: ${sql}`, () =>
      assert.rejects(world.dispatcher.describe(sql, world.root, signal), { kind }));
  }
});

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { collectRows } from '../../src/base/cells.ts';
import type { Cell } from '../../src/base/rows.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import type { LoginState } from '../../src/session/login-state.ts';
import { World } from './world.ts';

describe('SLEEP and locks by name', () => {
  let world: World;
  let other: LoginState;
  before(async () => {
    world = await World.open();
    other = world.session('root');
  });
  afterEach(() => {
    world.root.locks.releaseAll();
    other.locks.releaseAll();
  });
  after(() => world[Symbol.asyncDispose]());

  // What MySQL 9.7 gives for each.
  const answers: readonly (readonly [sql: string, row: readonly (string | null)[]])[] = [
    ["SELECT GET_LOCK('a',1), IS_USED_LOCK('a'), IS_FREE_LOCK('a'), RELEASE_LOCK('a')", ['1', '1', '0', '1']],
    ["SELECT RELEASE_LOCK('nobody'), IS_USED_LOCK('nobody')", [null, null]],
    ["SELECT GET_LOCK('A',-1),GET_LOCK('a',0),RELEASE_ALL_LOCKS()", ['1', '1', '2']],
    ["SELECT GET_LOCK('a',NULL)", ['1']],
    ["SELECT GET_LOCK('a','x') + 1", ['2']],
    ["SELECT GET_LOCK(CONCAT('a', 'b'), 1.6), IS_USED_LOCK('ab') = CONNECTION_ID()", ['1', '1']],
    ["SELECT GET_LOCK(7, 0), IS_FREE_LOCK('7')", ['1', '0']],
    ["SELECT GET_LOCK('a ',0),IS_FREE_LOCK('a')", ['1', '1']],
    ["SELECT GET_LOCK(REPEAT('é', 64), 0)", ['1']],
    ['SELECT SLEEP(0), 1', ['0', '1']],
    ['SELECT SLEEP(0) = 0 AND 5', ['1']],
    ["SELECT IF(IS_FREE_LOCK('a'), 'free', 'taken') /* why */", ['free']],
    ['SELECT GET_LOCK((SELECT MAX(schema_name) FROM information_schema.schemata), 0)', ['1']],
  ];
  for (const [sql, row] of answers) {
    it(sql, async () => assert.deepEqual(await world.rows(sql), [row]));
  }

  it('names and types columns as MySQL does', async () => {
    const answer = await world.run("select get_lock( 'a',1 ), is_used_lock('a') as who, sleep(0)");
    assert.ok(answer.kind === 'rows');
    const { columns } = answer.result;
    assert.deepEqual(
      columns.map(({ name, type }) => [name, type]),
      [
        ["get_lock( 'a',1 )", 'LONGLONG'],
        ['who', 'LONGLONG'],
        ['sleep(0)', 'LONGLONG'],
      ],
    );
  });

  const refused: readonly (readonly [sql: string, kind: SqlError['kind'], message: RegExp])[] = [
    ['SELECT GET_LOCK(NULL, 1)', 'named_lock_name', /'NULL'/],
    ["SELECT IS_FREE_LOCK('')", 'named_lock_name', /''/],
    ["SELECT RELEASE_LOCK(REPEAT('x', 65))", 'named_lock_name', /'x{65}'/],
    ["SELECT GET_LOCK('a')", 'wrong_argument_count', /GET_LOCK/],
    ['SELECT SLEEP(NULL)', 'execute_arguments', /sleep/],
    ['SELECT SLEEP(-1)', 'execute_arguments', /sleep/],
    ['SELECT GET_LOCK(ghost, 1)', 'unknown_column', /ghost/],
    ["INSERT INTO d.t VALUES (GET_LOCK('a', 1))", 'not_supported', /^GET_LOCK /],
  ];
  for (const [sql, kind, message] of refused) {
    it(`refuses ${sql}`, async () => {
      await world.run('CREATE DATABASE IF NOT EXISTS d');
      await world.run('CREATE TABLE IF NOT EXISTS d.t (id INT)');
      await world.refuses(sql, kind, message);
    });
  }

  it('take the values of a prepared statement, and tell its columns without running it', async () => {
    const sql = 'SELECT ? AS first, GET_LOCK(?, ?), ? AS last';
    const described = await world.dispatcher.describe(sql, world.root, new AbortController().signal);
    assert.equal(described.parameterCount, 4);
    const names = described.columns.map(({ name }) => name);
    assert.deepEqual(names, ['first', 'GET_LOCK(?, ?)', 'last']);
    assert.equal(other.locks.ownerOf('p'), undefined);
    const answer = await world.run(sql, world.root, ['x', 'p', 1, 'y']);
    assert.ok(answer.kind === 'rows');
    assert.deepEqual(
      answer.result.columns.map(({ name }) => name),
      names,
    );
    const rows: readonly (readonly Cell[])[] = await collectRows(answer.result, 2);
    assert.deepEqual(
      rows.map((row) => row.map(String)),
      [['x', '1', 'y']],
    );
    assert.equal(other.locks.ownerOf('p'), 1);
  });

  it('can be called by DO, by SET and into a variable', async () => {
    await world.run("DO GET_LOCK('by do', 0), SLEEP(0)");
    await world.run("SET @got = GET_LOCK('by set', 0)");
    await world.run("SELECT GET_LOCK('by into', 0) INTO @into");
    assert.deepEqual(await world.rows('SELECT @got, @into, RELEASE_ALL_LOCKS()'), [['1', '1', '3']]);
  });

  it('wait until the lock is free', async () => {
    await world.run("DO GET_LOCK('a', 0)");
    const waiting = world.rows("SELECT GET_LOCK('a', 60), 'and more'", other);
    await world.run("DO RELEASE_LOCK('a')");
    assert.deepEqual(await waiting, [['1', 'and more']]);
  });

  for (const sql of ['SELECT SLEEP(60), 1', "SELECT GET_LOCK('a', -1)", "DO GET_LOCK('a', 60)"]) {
    it(`end when the statement is killed: ${sql}`, async () => {
      await world.run("DO GET_LOCK('a', 0)", other);
      const killed = new AbortController();
      const run = world.dispatcher.run({ text: sql, parameters: [] }, world.root, killed.signal);
      killed.abort(new SqlError('query_interrupted', 'Query execution was interrupted'));
      await assert.rejects(run, { kind: 'query_interrupted' });
    });

    it(`end with max_execution_time: ${sql}`, async () => {
      await world.run("DO GET_LOCK('a', 0)", other);
      await world.run('SET max_execution_time = 1');
      await world.refuses(sql, 'statement_timeout', /maximum statement execution time/);
      await world.run('SET max_execution_time = 0');
    });
  }

  it('give locks up with the session, and with its reset', async () => {
    await world.run("DO GET_LOCK('a', 0)", other);
    await other.reset();
    assert.equal(world.root.locks.ownerOf('a'), undefined);
    const third = world.session('root');
    await world.run("DO GET_LOCK('a', 0)", third);
    await third.close();
    assert.equal(world.root.locks.ownerOf('a'), undefined);
  });
});

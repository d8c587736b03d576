import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { World } from '../world.ts';

describe('PREPARE, EXECUTE and DEALLOCATE', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('USE d');
    await world.run('CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20))');
  });
  after(() => world[Symbol.asyncDispose]());

  it('run a statement with values of user variables', async () => {
    await world.run("PREPARE ins FROM 'INSERT INTO t VALUES (?, ?)'");
    await world.run("SET @id = 1, @name = 'it''s'");
    await world.run('EXECUTE ins USING @id, @name');
    await world.refuses('EXECUTE INS USING @none, @name', 'column_not_null', /'id' cannot be null/);
    assert.deepEqual(await world.rows('SELECT * FROM t'), [['1', "it's"]]);
  });

  it('take the text from a variable', async () => {
    await world.run("SET @text = 'SELECT COUNT(*) FROM t WHERE id = ?'");
    await world.run('PREPARE q FROM @text');
    assert.deepEqual(await world.rows('EXECUTE q USING @id'), [['1']]);
  });

  it('run statements of every kind', async () => {
    await world.run("PREPARE s FROM 'SHOW TABLES'");
    assert.deepEqual(await world.rows('EXECUTE s'), [['t']]);
    await world.run("PREPARE s FROM 'SET @x = 5'");
    await world.run('EXECUTE s');
    assert.deepEqual(await world.rows('SELECT @x'), [['5']]);
  });

  it('forget a name that is given up, or prepared anew with a mistake', async () => {
    await world.run("PREPARE gone FROM 'SELECT 1'");
    await world.run('DEALLOCATE PREPARE gone');
    await world.refuses('EXECUTE gone', 'unknown_prepared_statement', /\(gone\) given to EXECUTE/);
    await world.run("PREPARE twice FROM 'SELECT 1'");
    await world.refuses("PREPARE twice FROM 'SELECT FROM'", 'syntax', /./);
    await world.refuses('EXECUTE twice', 'unknown_prepared_statement', /./);
  });

  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    ["PREPARE p FROM 'SELECT 1; SELECT 2'", 'syntax', /near 'SELECT 2'/],
    ["PREPARE p FROM ''", 'syntax', /./],
    ["PREPARE p FROM 'frobnicate'", 'syntax', /frobnicate/],
    ["PREPARE p FROM 'SELECT * FROM ghost'", 'unknown_table', /ghost/],
    ["PREPARE p FROM 'EXECUTE p'", 'not_preparable', /not supported in the prepared statement protocol/],
    ['EXECUTE ins', 'execute_arguments', /Incorrect arguments to EXECUTE/],
    ['EXECUTE ins USING @id, @name, @more', 'execute_arguments', /Incorrect arguments to EXECUTE/],
    ['EXECUTE ghost', 'unknown_prepared_statement', /\(ghost\) given to EXECUTE/],
    ['DEALLOCATE PREPARE ghost', 'unknown_prepared_statement', /given to DEALLOCATE PREPARE/],
    ['SELECT ?', 'syntax', /near '\?'/],
  ];
  for (const [sql, kind, message] of refusals) it(`refuse ${sql}`, () => world.refuses(sql, kind, message));

  it('are bounded in number', async () => {
    const state = world.session('root');
    for (let count = 0; count < 1_024; count++) {
      state.textPrepared.set(`s${count}`, { text: 'SELECT 1', parameterCount: 0 });
    }
    await world.refuses("PREPARE more FROM 'SELECT 1'", 'prepared_statement_limit', /1024/, state);
    await world.run("PREPARE s7 FROM 'SELECT 2'", state);
  });
});

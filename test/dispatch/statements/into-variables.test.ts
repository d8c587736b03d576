import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('SELECT … INTO user variables', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  it('keeps the values of the one row', async () => {
    const answer = await world.run("SELECT 1 + 1, 'x', NULL INTO @n, @s, @nothing");
    assert.ok(answer.kind === 'ok' && answer.affectedRows === 1n);
    assert.deepEqual(await world.rows('SELECT @n, @s, @nothing'), [['2', 'x', null]]);
  });

  it('warns where there is no row, and leaves the variables as they are', async () => {
    await world.run('SET @kept = 5');
    const answer = await world.run('SELECT 1 FROM DUAL WHERE 1 = 0 INTO @kept');
    assert.deepEqual(
      answer.warnings.map(({ number }) => number),
      [1329],
    );
    assert.deepEqual(await world.rows('SELECT @kept'), [['5']]);
  });

  it('refuses more than one row, and another number of columns', async () => {
    await world.refuses('SELECT 1 UNION ALL SELECT 2 INTO @a', 'too_many_rows', /more than one row/);
    await world.refuses('SELECT 1, 2 INTO @a', 'select_count_mismatch', /different number of columns/);
  });

  it('takes the parameters of a prepared statement', async () => {
    await world.run('SELECT ? + 1 INTO @p', world.root, [41]);
    assert.deepEqual(await world.rows('SELECT @p'), [['42']]);
    await world.run("PREPARE p FROM 'SELECT ? + 1, ''x'' INTO @q, @r'");
    await world.run('SET @given = 41');
    await world.run('EXECUTE p USING @given');
    assert.deepEqual(await world.rows('SELECT @q, @r'), [['42', 'x']]);
    await world.refuses("PREPARE p FROM 'SELECT 1, 2 INTO @q'", 'select_count_mismatch', /different number/);
  });
});

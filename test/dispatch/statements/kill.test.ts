import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('KILL', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  it('ends a connection, or its statement alone, in the name of the user', async () => {
    await world.run('KILL 7');
    await world.run('KILL CONNECTION 8');
    await world.run('KILL QUERY 9', world.session('bo'));
    assert.deepEqual(world.kills, ['kill 7 by root', 'kill 8 by root', 'interrupt 9 by bo']);
  });

  it('of the connection itself is interrupted, as in MySQL', async () => {
    world.kills.length = 0;
    await world.refuses('KILL QUERY CONNECTION_ID()', 'query_interrupted', /interrupted/);
    await world.refuses('KILL CONNECTION_ID()', 'query_interrupted', /interrupted/);
    assert.equal(world.kills.length, 2);
  });

  it('computes the number where an expression stands for it', async () => {
    world.kills.length = 0;
    await world.run('SET @id = 3');
    await world.run('KILL QUERY @id + 1');
    await world.run("KILL '12'");
    await world.run("KILL 'seven'");
    assert.deepEqual(world.kills, ['interrupt 4 by root', 'kill 12 by root', 'kill 0 by root']);
    await world.refuses('KILL @id x', 'syntax', /x/);
    await world.refuses('KILL nobody', 'unknown_column', /nobody/);
  });
});

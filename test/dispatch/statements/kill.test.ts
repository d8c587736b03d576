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

  it('takes a number', () => world.refuses("KILL 'seven'", 'syntax', /seven/));
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('RESET', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  it('forgets nothing, for nothing is kept', async () => {
    await world.run('RESET PERSIST');
    await world.refuses(
      'RESET PERSIST foo',
      'not_persisted',
      /Variable foo does not exist in persisted config file/,
    );
    const answer = await world.run('RESET PERSIST IF EXISTS foo');
    assert.ok(answer.kind === 'ok');
    assert.deepEqual(
      answer.warnings?.map(({ number }) => number),
      [3615],
    );
    await world.refuses('RESET REPLICA', 'not_supported', /RESET REPLICA/);
  });
});

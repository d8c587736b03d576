import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('resource groups', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  it('are MySQL’s own groups alone', async () => {
    await world.run('SET RESOURCE GROUP USR_default');
    for (const action of ['SET', 'ALTER', 'DROP']) {
      await world.refuses(
        `${action} RESOURCE GROUP foo`,
        'unknown_resource_group',
        /^Resource Group 'foo' does not exist\.$/,
      );
    }
    await world.refuses('SET RESOURCE GROUP SYS_default', 'not_supported', /SYS_default/);
    await world.refuses('CREATE RESOURCE GROUP g TYPE = USER', 'not_supported', /CREATE RESOURCE GROUP/);
  });
});

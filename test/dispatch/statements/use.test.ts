import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('USE', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE Shop');
  });
  after(() => world[Symbol.asyncDispose]());

  const cases: readonly (readonly [string, string])[] = [
    ['USE Shop', 'Shop'],
    ['USE SHOP', 'Shop'],
    ['USE `shop`', 'Shop'],
    ['USE default_catalog.shop', 'Shop'],
    ['USE INFORMATION_SCHEMA', 'information_schema'],
  ];
  for (const [sql, expected] of cases) {
    it(`${sql} goes to ${expected}`, async () => {
      await world.run(sql);
      assert.equal(world.root.database, expected);
    });
  }

  it('of COM_INIT_DB may name the catalog in front', () => {
    world.dispatcher.use('default_catalog.shop', world.root);
    assert.equal(world.root.database, 'Shop');
    assert.throws(() => world.dispatcher.use('with.dot', world.root), { kind: 'unknown_database' });
  });

  it('leaves the session where it was when there is no such place', async () => {
    await world.run('USE shop');
    await world.refuses('USE ghost', 'unknown_database', /Unknown database 'ghost'/);
    await world.refuses('USE ghost.shop', 'unknown_catalog', /Unknown catalog 'ghost'/);
    assert.equal(world.root.database, 'Shop');
  });
});

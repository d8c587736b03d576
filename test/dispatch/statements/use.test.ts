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

  it('ends with the database: whoever drops it is in none', async () => {
    const other = world.session('root');
    await world.run('CREATE DATABASE gone', other);
    await world.run('CREATE DATABASE stays', other);
    await world.run('USE gone', other);
    await world.run('DROP DATABASE stays', other);
    assert.equal(other.database, 'gone');
    await world.run('DROP SCHEMA IF EXISTS gone', other);
    assert.equal(other.database, undefined);
    await world.refuses('CREATE TABLE t (id INT)', 'no_database_selected', /./, other);
    await world.run('USE mysql', other);
    await world.run('DROP DATABASE IF EXISTS ghost', other);
    assert.equal(other.database, 'mysql');
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { databaseOf, objectsOf, unknownDatabase } from '../../src/dispatch/database-name.ts';
import { describeError } from '../../src/dispatch/sql-error.ts';
import { World } from './world.ts';

describe('the database that a statement means', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.t (id INT)');
  });
  after(() => world[Symbol.asyncDispose]());

  it('is the one it names, else the session’s', async () => {
    const state = world.session('root');
    const { signal } = new AbortController();
    const named = (name: Parameters<typeof databaseOf>[0]): ReturnType<typeof databaseOf> =>
      databaseOf(name, world.services, state, signal);
    await assert.rejects(named({}), { kind: 'no_database_selected' });
    await world.run('USE shop', state);
    const catalog = 'default_catalog';
    assert.deepEqual(await named({}), { catalog, database: 'shop' });
    assert.deepEqual(await named({ database: 'd' }), { catalog, database: 'd' });
    assert.deepEqual(await named({ catalog, database: 'SHOP' }), { catalog, database: 'shop' });
    await assert.rejects(named({ catalog: 'c', database: 'd' }), { kind: 'unknown_catalog' });
  });

  it('has objects, or is unknown as StarRocks says it', async () => {
    const { signal } = new AbortController();
    const at = (database: string): { catalog: string; database: string } => ({
      catalog: 'default_catalog',
      database,
    });
    assert.deepEqual(await objectsOf(world.services, at('shop'), signal), [{ kind: 'TABLE', name: 't' }]);
    await assert.rejects(objectsOf(world.services, at('ghost'), signal), { kind: 'unknown_database_backup' });
    assert.deepEqual(describeError(unknownDatabase({ catalog: 'prod', database: 'ghost' })), {
      number: 5501,
      sqlState: '3F000',
      message: "Unknown database 'ghost'. SHOW DATABASES FROM prod lists those that are there.",
    });
  });
});

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
    assert.throws(() => databaseOf({}, state), { kind: 'no_database_selected' });
    await world.run('USE shop', state);
    assert.deepEqual(databaseOf({}, state), { catalog: 'default_catalog', database: 'shop' });
    assert.deepEqual(databaseOf({ database: 'd' }, state), { catalog: 'default_catalog', database: 'd' });
    assert.deepEqual(databaseOf({ catalog: 'c', database: 'd' }, state), { catalog: 'c', database: 'd' });
  });

  it('has objects, or is unknown as StarRocks says it', async () => {
    const { signal } = new AbortController();
    const at = (database: string): { catalog: string; database: string } => ({
      catalog: 'default_catalog',
      database,
    });
    assert.deepEqual(await objectsOf(world.services, at('shop'), signal), [{ kind: 'TABLE', name: 't' }]);
    await assert.rejects(objectsOf(world.services, at('ghost'), signal), { kind: 'unknown_database_backup' });
    assert.deepEqual(describeError(unknownDatabase('ghost')), {
      number: 5501,
      sqlState: '3F000',
      message: "Unknown database 'ghost'",
    });
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('ADMIN and catalog statements', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  it('show the settings in StarRocks’ columns', async () => {
    const sql = "ADMIN SHOW FRONTEND CONFIG LIKE 'Upload_worker%'";
    assert.deepEqual(await world.names(sql), ['Key', 'AliasNames', 'Value', 'Type', 'IsMutable', 'Comment']);
    const rows = await world.rows(sql);
    assert.deepEqual(rows[0]?.slice(0, 5), ['upload_worker_count', '[]', '0', 'int', 'true']);
  });

  it('set all settings of a statement, or none', async () => {
    await world.run('ADMIN SET FRONTEND CONFIG ("upload_worker_count" = "3", "history_jobs_max" = "4")');
    assert.equal(world.services.settings.get('upload_worker_count'), 3);
    const wrong = 'ADMIN SET FRONTEND CONFIG ("upload_worker_count" = "5", "history_jobs_max" = "many")';
    await world.refuses(wrong, 'wrong_variable_value', /history_jobs_max/);
    assert.equal(world.services.settings.get('upload_worker_count'), 3);
    await world.refuses('ADMIN SET FRONTEND CONFIG ("listen" = "x")', 'read_only_variable', /not mutable/);
    await world.refuses('ADMIN SET FRONTEND CONFIG ("no" = "x")', 'analysis', /Config 'no' does not exist/);
  });

  it('are for holders of OPERATE', async () => {
    const stranger = await world.stranger('bo');
    await world.refuses('ADMIN SHOW FRONTEND CONFIG', 'privilege_denied', /OPERATE/, stranger);
    await world.refuses('ADMIN SET FRONTEND CONFIG ("a" = "b")', 'privilege_denied', /OPERATE/, stranger);
  });

  it('show the catalogs to everybody', async () => {
    const rows = await world.rows('SHOW CATALOGS', world.session('nobody'));
    assert.deepEqual(
      rows.map((row) => row.slice(0, 2)),
      [['default_catalog', 'Internal']],
    );
    assert.deepEqual(await world.rows("SHOW CATALOGS LIKE 'x%'"), []);
    assert.equal((await world.rows("SHOW CATALOGS WHERE Type = 'internal'")).length, 1);
  });

  it('keep the database when the catalog stays the same', async () => {
    await world.run('CREATE DATABASE shop');
    await world.run('USE shop');
    await world.run('SET CATALOG default_catalog');
    assert.equal(world.root.database, 'shop');
    await world.refuses('SET CATALOG ghost', 'unknown_catalog', /Unknown catalog 'ghost'/);
    assert.equal(world.root.database, 'shop');
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestServer, type TestServer } from '../../wire/support/test-server.ts';
import { World } from '../world.ts';

describe('external catalogs', () => {
  let world: World;
  let server: TestServer;
  before(async () => {
    [world, server] = await Promise.all([World.open(), startTestServer()]);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const properties = (more = ''): string =>
    `("type" = "mysql", "host" = "127.0.0.1", "port" = "${server.port}", "user" = "native", "password" = "pw"${more})`;

  it('are made after their server was tried, and shown with their secrets masked', async () => {
    await world.run(
      `CREATE EXTERNAL CATALOG prod COMMENT "the shop" PROPERTIES ${properties(', "tls" = "disabled"')}`,
    );
    await world.run(`CREATE CATALOG IF NOT EXISTS prod PROPERTIES ("type" = "mysql")`);
    assert.deepEqual(await world.rows('SHOW CATALOGS LIKE "p%"'), [['prod', 'Mysql', 'the shop']]);
    assert.deepEqual(await world.names('SHOW CREATE CATALOG prod'), ['Catalog', 'Create Catalog']);
    assert.deepEqual(await world.rows('SHOW CREATE CATALOG prod'), [
      [
        'prod',
        [
          'CREATE EXTERNAL CATALOG `prod`',
          'COMMENT "the shop"',
          'PROPERTIES (',
          '    "type" = "mysql",',
          '    "host" = "127.0.0.1",',
          `    "port" = "${server.port}",`,
          '    "user" = "native",',
          '    "password" = "***",',
          '    "tls" = "disabled"',
          ')',
        ].join('\n'),
      ],
    ]);
  });

  it('of StarRocks’ JDBC kind keep what is for Java’s drivers', async () => {
    const uri = `jdbc:mysql://native:pw@127.0.0.1:${server.port}/shop?useSSL=false`;
    await world.run(
      `CREATE EXTERNAL CATALOG java PROPERTIES ("type" = "jdbc", "jdbc_uri" = "${uri}", "driver_url" = "x.jar", "driver_class" = "com.x")`,
    );
    const [[, text] = []] = await world.rows('SHOW CREATE CATALOG java');
    assert.match(text ?? '', /"driver_class" = "com\.x"/);
    assert.match(text ?? '', /jdbc:mysql:\/\/native@127/);
    assert.doesNotMatch(text ?? '', /pw/);
  });

  it('take a new password once it was tried', async () => {
    await world.run('ALTER CATALOG prod SET ("password" = "pw")');
    await world.run('ALTER EXTERNAL CATALOG prod PROPERTIES ("connect_timeout_ms" = "5000")');
    await world.refuses('ALTER CATALOG prod SET ("password" = "no")', 'access_denied', /refuses the login/);
    await world.refuses(
      'ALTER CATALOG ghost SET ("password" = "no")',
      'unknown_catalog',
      /Unknown catalog 'ghost'/,
    );
  });

  it('are set for a session, whose database they end', async () => {
    const session = world.session('root');
    session.database = 'd';
    await world.run('SET CATALOG prod', session);
    assert.deepEqual([session.catalog, session.database], ['prod', undefined]);
    await world.run('SET CATALOG default_catalog', session);
    await world.refuses('SET CATALOG ghost', 'unknown_catalog', /ghost/, session);
  });

  const refusals = [
    ['CREATE EXTERNAL CATALOG prod PROPERTIES ("type" = "mysql")', 'analysis', /already exists/],
    ['CREATE EXTERNAL CATALOG hive PROPERTIES ("type" = "hive")', 'not_supported', /hive/],
    ['CREATE EXTERNAL CATALOG x PROPERTIES ("host" = "h")', 'analysis', /Missing property: type/],
    ['DROP CATALOG default_catalog', 'analysis', /embedded engine/],
    ['DROP CATALOG ghost', 'unknown_catalog', /ghost/],
    ['SHOW CREATE CATALOG default_catalog', 'analysis', /embedded engine/],
  ] as const;
  for (const [sql, kind, text] of refusals) {
    it(`refuse ${sql}`, async () => world.refuses(sql, kind, text));
  }

  it('want privileges on the catalog', async () => {
    const stranger = await world.stranger('bo');
    for (const sql of ['SET CATALOG prod', 'SHOW CREATE CATALOG prod', 'DROP CATALOG prod']) {
      await world.refuses(sql, 'backup_access_denied', /on CATALOG prod/, stranger);
    }
    assert.equal((await world.rows('SHOW CATALOGS', stranger)).length, 1);
    await world.run('GRANT USAGE ON CATALOG prod TO USER bo');
    assert.equal((await world.rows('SHOW CATALOGS', stranger)).length, 2);
    await world.run('SET CATALOG prod', stranger);
  });

  it('are dropped', async () => {
    await world.run('DROP CATALOG java');
    await world.run('DROP CATALOG IF EXISTS java');
    assert.deepEqual(
      (await world.rows('SHOW CATALOGS')).map(([name]) => name),
      ['default_catalog', 'prod'],
    );
  });
});

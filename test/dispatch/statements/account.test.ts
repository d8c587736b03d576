import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findAccount } from '../../../src/auth/accounts.ts';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { World } from '../world.ts';

describe('statements about accounts', () => {
  let world: World;
  before(async () => {
    world = await World.open();
  });
  after(() => world[Symbol.asyncDispose]());

  const grants = async (user: string): Promise<readonly unknown[]> =>
    (await world.rows(`SHOW GRANTS FOR '${user}'`)).map((row) => row[0]);

  it('make, change and drop accounts', async () => {
    await world.run("CREATE USER 'ann' IDENTIFIED BY 'long enough 1', bea@'%' IDENTIFIED BY 'long enough 2'");
    await world.refuses(
      "CREATE USER ann IDENTIFIED BY 'long enough 1'",
      'unknown_user',
      /CREATE USER failed for 'ann'/,
    );
    await world.run("CREATE USER IF NOT EXISTS ann IDENTIFIED BY 'long enough 3'");
    const first = findAccount(world.services.metastore, 'ann');
    await world.run("ALTER USER ann IDENTIFIED BY 'long enough 4'");
    assert.notDeepEqual(findAccount(world.services.metastore, 'ann'), first);
    await world.run('DROP USER ann, bea');
    await world.refuses('DROP USER ann', 'unknown_user', /DROP USER failed for 'ann'/);
    await world.run('DROP USER IF EXISTS ann');
    await world.run("ALTER USER IF EXISTS ann IDENTIFIED BY 'long enough 4'");
  });

  it('choose the plugin of a password', async () => {
    await world.run("CREATE USER old IDENTIFIED WITH mysql_native_password BY 'long enough 1'");
    assert.deepEqual(await world.rows('SHOW CREATE USER old'), [
      ["CREATE USER `old`@`%` IDENTIFIED WITH 'mysql_native_password'"],
    ]);
  });

  it('grant and revoke privileges on SYSTEM', async () => {
    await world.run("CREATE USER op IDENTIFIED BY 'long enough 1'");
    await world.run('GRANT REPOSITORY ON SYSTEM TO USER op');
    assert.deepEqual(await grants('op'), [
      'GRANT USAGE ON *.* TO `op`@`%`',
      'GRANT REPOSITORY ON SYSTEM TO `op`@`%`',
    ]);
    const operator = world.session('op');
    await world.rows('SHOW BACKUP', operator);
    await world.run('REVOKE REPOSITORY ON SYSTEM FROM USER op');
    await world.refuses('SHOW BACKUP', 'backup_access_denied', /REPOSITORY/, operator);
    await world.run("GRANT ALL ON *.* TO 'op'");
    await world.run('CREATE DATABASE of_op', operator);
  });

  it('let everybody change the own password and no other', async () => {
    const stranger = await world.stranger('sue');
    await world.run("SET PASSWORD = 'another long one'", stranger);
    await world.refuses("SET PASSWORD FOR root = 'another long one'", 'privilege_denied', /ADMIN/, stranger);
    await world.refuses('DROP USER root', 'privilege_denied', /ADMIN/, stranger);
  });

  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    ["CREATE USER x IDENTIFIED BY ''", 'password_policy', /./],
    ["CREATE USER x IDENTIFIED WITH sha256_password BY 'long enough 1'", 'not_supported', /sha256_password/],
    ['RENAME USER root TO boss', 'not_supported', /RENAME USER/],
    ['CREATE ROLE r', 'not_supported', /CREATE ROLE/],
    ['GRANT SELECT ON shop.* TO root', 'not_supported', /privileges on single objects/],
    ['GRANT REPOSITORY ON SYSTEM TO ROLE r', 'not_supported', /roles/],
    ['GRANT REPOSITORY ON SYSTEM TO USER ghost', 'unknown_user', /ghost/],
    ['SHOW GRANTS FOR ghost', 'unknown_user', /no such grant defined for user 'ghost'/],
  ];
  for (const [sql, kind, message] of refusals) it(`refuse ${sql}`, () => world.refuses(sql, kind, message));
});

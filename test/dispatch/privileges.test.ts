import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlErrorKind } from '../../src/base/sql-error.ts';
import { isAdministratorNamed } from '../../src/dispatch/privileges.ts';
import type { LoginState } from '../../src/session/login-state.ts';
import { World } from './world.ts';

describe('what an account may do', () => {
  let world: World;
  let nobody: LoginState;
  let operator: LoginState;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.t (id INT)');
    nobody = await world.stranger('nobody');
    operator = await world.stranger('operator');
    await world.run('GRANT REPOSITORY ON SYSTEM TO USER operator');
  });
  after(() => world[Symbol.asyncDispose]());

  it('administrators are root and whoever was granted ALL', async () => {
    assert.equal(isAdministratorNamed(world.services, 'root'), true);
    assert.equal(isAdministratorNamed(world.services, 'operator'), false);
    assert.equal(isAdministratorNamed(world.services, 'ghost'), false);
  });

  const free = [
    'SELECT 1',
    '(SELECT @@version)',
    'SET @a = 1',
    'SHOW VARIABLES',
    'SHOW WARNINGS',
    'SHOW GRANTS',
    'SHOW REPOSITORIES',
    'SHOW CATALOGS',
    'USE shop',
    'BEGIN',
    'ROLLBACK',
  ];
  for (const sql of free) {
    it(`everybody may ${sql}`, async () => {
      await world.run(sql, nobody);
    });
  }

  const data = [
    'SELECT * FROM shop.t',
    'SELECT (SELECT COUNT(*) FROM shop.t)',
    'TABLE shop.t',
    'INSERT INTO shop.t VALUES (1)',
    'DELETE FROM shop.t',
    'CREATE TABLE shop.u (id INT)',
    'DROP TABLE shop.t',
    'TRUNCATE TABLE shop.t',
  ];
  for (const sql of data) {
    it(`only administrators may ${sql}`, async () => {
      for (const state of [nobody, operator]) {
        await world.refuses(sql, 'table_access_denied', /command denied to user '\w+'@'127\.0\.0\.1'/, state);
      }
    });
  }

  it('preparing a statement needs what running it needs', async () => {
    const described = world.dispatcher.describe('SELECT * FROM shop.t', nobody, new AbortController().signal);
    await assert.rejects(described, { kind: 'table_access_denied' });
  });

  const names = [
    'SHOW TABLES FROM shop',
    'SHOW CREATE TABLE shop.t',
    'DESCRIBE shop.t',
    'SHOW COLUMNS FROM shop.t',
  ];
  for (const sql of names) {
    it(`operators of backups may ${sql}`, async () => {
      await world.refuses(sql, 'table_access_denied', /SHOW command denied/, nobody);
      await world.run(sql, operator);
    });
  }

  it('SHOW DATABASES tells others of the system databases alone', async () => {
    const all = await world.rows('SHOW DATABASES', operator);
    assert.ok(all.some(([name]) => name === 'shop'));
    const few = await world.rows('SHOW DATABASES', nobody);
    assert.deepEqual(
      few.map(([name]) => name),
      ['information_schema', 'mysql', 'performance_schema', 'sys'],
    );
  });

  const refused: readonly (readonly [string, SqlErrorKind])[] = [
    ['BACKUP SNAPSHOT shop.a TO r', 'backup_access_denied'],
    ['SHOW BACKUP', 'backup_access_denied'],
    ['SHOW SNAPSHOT ON r', 'backup_access_denied'],
    ['DROP REPOSITORY r', 'backup_access_denied'],
    ['ADMIN SHOW FRONTEND CONFIG', 'privilege_denied'],
    ['SHOW GRANTS FOR root', 'privilege_denied'],
    ['SHOW CREATE USER root', 'privilege_denied'],
    ['SHOW USERS', 'privilege_denied'],
  ];
  for (const [sql, kind] of refused) {
    it(`others may not ${sql}`, () => world.refuses(sql, kind, /^Access denied; you need/, nobody));
  }
});

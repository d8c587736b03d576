import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { elsewhere } from '../../src/dispatch/elsewhere.ts';
import { globalProject } from '../../src/metastore/key.ts';
import type { LoginState } from '../../src/session/login-state.ts';
import { World } from './world.ts';

describe('an account that is no administrator, in an external catalog', () => {
  let world: World;
  let reader: LoginState;
  before(async () => {
    world = await World.open();
    await world.services.metastore.write({ project: globalProject, operator: 'test' }, (sandbox) => {
      const properties = Object.entries({ type: 'mysql', host: 'localhost', user: 'a' });
      for (const name of ['prod', 'other']) {
        world.services.externalCatalogs.put(sandbox, { name, properties }, 'new');
      }
    });
    reader = await world.stranger('reader');
    await world.run('GRANT USAGE ON CATALOG prod TO USER reader');
    await world.run('GRANT SELECT ON prod.*.* TO reader');
    await world.run('SET CATALOG prod', reader);
  });
  after(() => world[Symbol.asyncDispose]());

  const allowed = [
    'SELECT * FROM shop.orders',
    '(SELECT 1) UNION SELECT 2',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    'EXPLAIN SELECT 1',
    'DESCRIBE shop.orders',
    'USE shop',
    'USE prod.shop',
    'SHOW TABLES FROM shop',
    'SHOW CREATE TABLE shop.orders',
    'SHOW VARIABLES',
    'BEGIN',
    'COMMIT',
    'SET NAMES utf8mb4',
    "SET SESSION sql_mode = '', time_zone = '+00:00'",
    'SET autocommit = 1',
    'SET @a = 1',
    "SELECT 'mysql' AS engine",
  ];
  for (const sql of allowed) {
    it(`may ${sql}`, () => assert.equal(elsewhere(sql, world.services, reader)?.catalog, 'prod'));
  }

  const refused = [
    'INSERT INTO shop.orders VALUES (1)',
    'UPDATE shop.orders SET id = 1',
    'DELETE FROM shop.orders',
    'DROP TABLE shop.orders',
    'CREATE USER x',
    "SET PASSWORD FOR x = 'y'",
    'GRANT ALL ON *.* TO x',
    'CALL shop.p()',
    'DO SLEEP(1)',
    'FLUSH LOGS',
    'KILL 4711',
    'LOCK TABLES shop.orders WRITE',
    'BEGIN NOT ATOMIC DROP TABLE x',
    'PREPARE s FROM "DROP TABLE x"',
    'EXECUTE s',
    "LOAD DATA INFILE 'f' INTO TABLE t",
    "SELECT * FROM shop.orders INTO OUTFILE '/tmp/x'",
    "SELECT LOAD_FILE('/etc/passwd')",
    'SELECT * FROM mysql.user',
    'SELECT * FROM `MySQL`.user',
    'SELECT * FROM "mysql".user',
    'SHOW TABLES FROM mysql',
    'USE mysql',
    'SHOW PROCESSLIST',
    'SHOW GRANTS FOR root',
    'SHOW ENGINE INNODB STATUS',
    'SET GLOBAL wait_timeout = 1',
    'SET sql_log_bin = 0',
    'SET @@global.read_only = 0',
    'SET GLOBAL TRANSACTION READ ONLY',
    "SELECT '\\'; DROP TABLE x; -- '",
    'SELECT 1 /*!50000 INTO OUTFILE "/tmp/x" */',
    'SELECT 1 /*M!100000 INTO OUTFILE "/tmp/x" */',
    "SELECT 'unfinished",
    'SELEC 1',
    'HANDLER shop.orders OPEN',
    'BACKUP STAGE START',
  ];
  for (const sql of refused) {
    it(`may not ${sql}`, () => {
      assert.throws(() => elsewhere(sql, world.services, reader), { kind: 'privilege_denied' });
    });
  }

  it('may nothing with USAGE alone, with SELECT on some of it, or in another catalog', async () => {
    const sql = 'SELECT 1';
    await world.run('REVOKE SELECT ON prod.*.* FROM reader');
    await world.run('GRANT SELECT ON prod.shop.* TO reader');
    assert.throws(() => elsewhere(sql, world.services, reader), { kind: 'privilege_denied' });
    await world.run('GRANT SELECT ON prod.*.* TO reader');
    assert.throws(() => elsewhere('SHOW TABLES FROM other.shop', world.services, reader), {
      kind: 'backup_access_denied',
    });
    await world.run('REVOKE USAGE ON CATALOG prod FROM USER reader');
    assert.throws(() => elsewhere(sql, world.services, reader), { kind: 'backup_access_denied' });
  });
});

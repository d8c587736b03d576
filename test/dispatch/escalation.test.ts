import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findAccount } from '../../src/auth/accounts.ts';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import type { LoginState } from '../../src/session/login-state.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { World } from './world.ts';

/** What an account tries that may do all in one database, and wants more. Each was tried by hand on a real server, too. */
const ofAnOwner: readonly string[] = [
  'GRANT ALL ON *.* TO ann',
  'GRANT SELECT ON hidden.* TO ann',
  'GRANT root TO ann',
  'GRANT worker TO ann',
  'SET ROLE root',
  'SET ROLE worker',
  'ALTER USER ann DEFAULT ROLE root',
  "ALTER USER root IDENTIFIED BY 'long enough 9'",
  "SET PASSWORD FOR root = 'long enough 9'",
  "CREATE USER root2 IDENTIFIED BY 'long enough 9'",
  'DROP USER root',
  'CREATE VIEW mine.v AS SELECT * FROM hidden.t',
  'CREATE TABLE mine.c AS SELECT * FROM hidden.t',
  'CREATE TABLE mine.c LIKE hidden.t',
  'INSERT INTO mine.t SELECT id FROM hidden.t',
  'UPDATE mine.t SET id = (SELECT MAX(id) FROM hidden.t)',
  'DELETE FROM mine.t WHERE id IN (SELECT id FROM hidden.t)',
  'ALTER TABLE hidden.t RENAME TO mine.stolen',
  'RENAME TABLE hidden.t TO mine.stolen',
  'CREATE MATERIALIZED VIEW mine.m REFRESH MANUAL AS SELECT * FROM hidden.t',
  'CREATE FUNCTION mine.f() RETURNS INT RETURN (SELECT MAX(id) FROM hidden.t)',
  'BACKUP SNAPSHOT mine.x TO r',
  'RESTORE SNAPSHOT hidden.x FROM r PROPERTIES ("backup_timestamp" = "2026-01-01-00-00-00-000")',
  'SHOW BACKUP FROM hidden',
  'CANCEL BACKUP FROM hidden',
  'DROP SNAPSHOT x ON r',
  'CREATE REPOSITORY own WITH BROKER ON LOCATION "file:///srv/own"',
  'CREATE EXTERNAL CATALOG c PROPERTIES ("type" = "mysql", "host" = "127.0.0.1", "user" = "root", "password" = "")',
  'SET GLOBAL wait_timeout = 1',
  'ADMIN SET FRONTEND CONFIG ("max_backup_restore_obj_num_per_catalog" = "1")',
  "PREPARE s FROM 'SELECT * FROM hidden.t'",
  'SHOW CREATE TABLE hidden.t',
  'EXPLAIN SELECT * FROM hidden.t',
];

/** What one tries that may also use repositories. */
const ofABackupOperator: readonly string[] = [
  'BACKUP SNAPSHOT hidden.x TO r',
  'BACKUP SNAPSHOT mine.x TO r ON (`../hidden/t`)',
  'RESTORE SNAPSHOT hidden.x FROM r PROPERTIES ("backup_timestamp" = "2026-01-01-00-00-00-000")',
  'CREATE REPOSITORY own WITH BROKER ON LOCATION "file:///srv/../etc"',
  'GRANT REPOSITORY ON SYSTEM TO USER ann',
];

/** `analysis` is for names that climb out of their place. */
const refusals: ReadonlySet<SqlErrorKind> = new Set([
  'privilege_denied',
  'table_access_denied',
  'backup_access_denied',
  'role_not_granted',
  'analysis',
]);

describe('an account that wants more than it was given', () => {
  let world: World;
  let folder: TemporaryFolder;
  const states = new Map<string, LoginState>();
  before(async () => {
    world = await World.open();
    folder = await temporaryFolder();
    const setUp = [
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${folder.path}/r"`,
      'CREATE DATABASE mine',
      'CREATE TABLE mine.t (id INT PRIMARY KEY)',
      'CREATE DATABASE hidden',
      'CREATE TABLE hidden.t (id INT PRIMARY KEY)',
      'INSERT INTO hidden.t VALUES (42)',
      'CREATE ROLE worker',
      "CREATE USER ann IDENTIFIED BY 'long enough 1'",
      "CREATE USER rob IDENTIFIED BY 'long enough 1'",
      'GRANT ALL ON mine.* TO ann',
      'CREATE DATABASE library',
      'CREATE TABLE library.t (id INT PRIMARY KEY)',
      'GRANT SELECT ON library.t TO ann',
      'GRANT ALL ON mine.* TO rob',
      'GRANT REPOSITORY ON SYSTEM TO USER rob',
    ];
    for (const sql of setUp) await world.run(sql);
    for (const user of ['ann', 'rob']) states.set(user, world.session(user));
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const attempts = [
    ...ofAnOwner.map((sql) => ['ann', sql] as const),
    ...ofABackupOperator.map((sql) => ['rob', sql] as const),
  ];
  for (const [user, sql] of attempts) {
    it(`${user} is refused: ${sql}`, async () => {
      await assert.rejects(world.run(sql, states.get(user)), (error) => {
        assert.ok(error instanceof SqlError, String(error));
        assert.ok(refusals.has(error.kind), `${error.kind}: ${error.message}`);
        return true;
      });
    });
  }

  it('ann changes nothing through a view of what she may only read', async () => {
    const ann = states.get('ann');
    await world.run('CREATE VIEW mine.books AS SELECT id FROM library.t', ann);
    for (const sql of [
      'INSERT INTO mine.books VALUES (1)',
      'UPDATE mine.books SET id = 2',
      'DELETE FROM mine.books',
    ]) {
      await assert.rejects(world.run(sql, ann), { kind: 'view_invalid' });
    }
    await world.run('GRANT INSERT ON library.t TO ann');
    await world.run('INSERT INTO mine.books VALUES (1)', ann);
    await world.run('DROP VIEW mine.books', ann);
  });

  it('has changed nothing', async () => {
    assert.deepEqual(await world.rows('SELECT * FROM hidden.t'), [['42']]);
    assert.deepEqual(await world.rows('SHOW TABLES FROM mine'), [['t']]);
    for (const user of ['ann', 'rob']) {
      const grants = (await world.rows(`SHOW GRANTS FOR ${user}`)).flat().join('\n');
      assert.doesNotMatch(grants, /hidden|worker|root`|ON \*\.\* TO (?!.*USAGE)[^\n]*GRANT OPTION/);
    }
    assert.equal(findAccount(world.services.metastore, 'root2'), undefined);
  });
});

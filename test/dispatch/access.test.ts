import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { classRules, dialectRules, showRules } from '../../src/dispatch/access-rules.ts';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import type { LoginState } from '../../src/session/login-state.ts';
import type { StatementClass } from '../../src/sql/classifier.ts';
import type { DdlStatement } from '../../src/sql/ddl/statement.ts';
import type { ShowForm } from '../../src/sql/show-forms.ts';
import type { Statement } from '../../src/sql/statement.ts';
import { World } from './world.ts';

/** A statement by an account without privileges, and how it is refused; `undefined`: everybody may run it. */
type Attempt = readonly [sql: string, kind: SqlErrorKind | undefined];

const table = 'table_access_denied';
const database = 'access_denied_database';
const system = 'privilege_denied';
const backup = 'backup_access_denied';
const place = '2026-01-01-00-00-00-000';

/** Every way to SELECT that could hide a table from the check. */
const reads: readonly string[] = [
  'SELECT * FROM shop.secret',
  'SELECT 1 FROM shop.secret LIMIT 0',
  'SELECT (SELECT MAX(id) FROM shop.secret)',
  'SELECT 1 WHERE EXISTS (SELECT 1 FROM shop.secret)',
  'SELECT 1 ORDER BY (SELECT MAX(id) FROM shop.secret)',
  'SELECT x.id FROM (SELECT id FROM (SELECT id FROM shop.secret) AS y) AS x',
  'SELECT o.id FROM shop.open o JOIN shop.secret s ON s.id = o.id',
  'SELECT o.id FROM shop.open o, shop.secret s',
  'SELECT id FROM shop.open UNION ALL SELECT id FROM shop.secret',
  'WITH secret AS (SELECT * FROM shop.secret) SELECT * FROM secret',
  'WITH open AS (SELECT 1 AS id) SELECT * FROM open, shop.secret',
  'WITH RECURSIVE r AS (SELECT id FROM shop.secret UNION ALL SELECT id + 1 FROM r WHERE id < 2) SELECT * FROM r',
  '(SELECT * FROM shop.secret)',
  'SELECT * FROM shop.secret_view',
  'SELECT * FROM shop.secret_mv',
  'SELECT * FROM shop.secret_rollup',
  'SELECT * FROM shop.invoked',
  'SELECT * FROM SHOP.`Secret`',
  'SELECT COUNT(*) OVER (PARTITION BY (SELECT MAX(id) FROM shop.secret))',
  'SELECT @a := (SELECT MAX(id) FROM shop.secret)',
  'SELECT MAX(id) INTO @a FROM shop.secret',
  'SELECT IF(1, (SELECT 1 FROM shop.secret LIMIT 1), 2)',
  'SELECT id FROM shop.open WHERE id IN (SELECT id FROM shop.secret)',
  'SELECT id FROM shop.open GROUP BY id HAVING id > (SELECT MAX(id) FROM shop.secret)',
  'SELECT SLEEP((SELECT 0 FROM shop.secret LIMIT 1))',
  'SELECT * FROM shop.parted PARTITION (p1)',
  'SELECT * FROM shop.missing',
  'SELECT * FROM hidden.t',
  'SELECT * FROM nowhere.t',
];

/** For each class of statement; those of `dialect`, `show` and `ddl` are below. */
const byClass: Readonly<Record<Exclude<StatementClass, 'dialect' | 'show' | 'ddl'>, readonly Attempt[]>> = {
  select: reads.filter((sql) => !/:=/.test(sql)).map((sql): Attempt => [sql, table]),
  explain: [
    ['EXPLAIN SELECT * FROM shop.secret', table],
    ['DESCRIBE SELECT * FROM shop.secret_view', table],
    ['EXPLAIN FORMAT=TREE SELECT 1 FROM shop.secret', table],
    ['EXPLAIN ANALYZE SELECT 1 FROM shop.secret', table],
    ['EXPLAIN INSERT INTO shop.secret VALUES (1)', table],
    ['EXPLAIN INSERT INTO shop.mine SELECT * FROM shop.secret', table],
    ['EXPLAIN REPLACE INTO shop.mine VALUES (1)', table],
    ['EXPLAIN INSERT INTO shop.mine VALUES (1) ON DUPLICATE KEY UPDATE id = 2', table],
    ['EXPLAIN UPDATE shop.open SET id = 1', table],
    ['EXPLAIN DELETE FROM shop.secret', table],
  ],
  dml: [
    ['INSERT INTO shop.secret VALUES (1)', table],
    ['INSERT INTO shop.open SELECT * FROM shop.secret', table],
    ['INSERT INTO shop.mine SELECT * FROM shop.secret', table],
    ['INSERT INTO shop.mine VALUES ((SELECT MAX(id) FROM shop.secret))', table],
    ['INSERT INTO shop.mine SET id = (SELECT MAX(id) FROM shop.secret)', table],
    ['INSERT INTO shop.mine VALUES (1) ON DUPLICATE KEY UPDATE id = 2', table],
    ['INSERT OVERWRITE shop.mine VALUES (1)', table],
    ['REPLACE INTO shop.mine VALUES (1)', table],
    ['REPLACE INTO shop.secret VALUES (1)', table],
    ['UPDATE shop.secret SET id = 1', table],
    ['UPDATE shop.open SET id = 1', table],
    ['UPDATE shop.open o JOIN shop.secret s ON s.id = o.id SET o.id = 1', table],
    ['UPDATE shop.missing SET id = 1', table],
    ['DELETE FROM shop.secret', table],
    ['DELETE FROM shop.open', table],
    ['DELETE o FROM shop.open o JOIN shop.secret s ON s.id = o.id', table],
    ['DELETE FROM shop.mine WHERE id IN (SELECT id FROM shop.secret)', table],
    ['WITH s AS (SELECT id FROM shop.secret) DELETE FROM shop.mine WHERE id IN (SELECT id FROM s)', table],
    ['INSERT INTO mysql.user (User) VALUES (1)', database],
  ],
  describe: [
    ['DESCRIBE shop.secret', table],
    ['DESC shop.secret_view', table],
    ['DESCRIBE shop.missing', table],
    ['DESC shop.secret_mv ALL', table],
  ],
  set: [
    ['SET @a = (SELECT MAX(id) FROM shop.secret)', table],
    ['SET GLOBAL wait_timeout = 1', system],
    ["SET @@GLOBAL.sql_mode = ''", system],
    ['SET @b = 1', undefined],
  ],
  use: [
    ['USE hidden', database],
    ['USE nowhere', database],
    ['USE information_schema', undefined],
  ],
  maintenance: [['CHECK TABLE shop.secret', table]],
  transaction: [
    ['BEGIN', undefined],
    ['ROLLBACK', undefined],
  ],
  account: [
    ["CREATE USER x IDENTIFIED BY 'long enough 1'", system],
    ["ALTER USER root IDENTIFIED BY 'long enough 1'", system],
    ['ALTER USER nobody ACCOUNT UNLOCK', system],
    ['ALTER USER nobody DEFAULT ROLE root', system],
    ['DROP USER root', system],
    ["SET PASSWORD FOR root = 'long enough 1'", system],
    ['CREATE ROLE r', system],
    ['DROP ROLE reader', system],
    ['GRANT reader TO nobody', system],
    ['GRANT root TO USER nobody', system],
    ['REVOKE reader FROM nobody', system],
    ['SET ROLE reader', 'role_not_granted'],
    ['SET ROLE root', 'role_not_granted'],
    ['SET DEFAULT ROLE root TO nobody', 'role_not_granted'],
    ['SET DEFAULT ROLE ALL TO root', system],
    ['GRANT ALL ON *.* TO nobody', system],
    ['GRANT SELECT ON shop.secret TO nobody', system],
    ['GRANT SELECT ON shop.open TO nobody', system],
    ['GRANT USAGE ON *.* TO nobody', system],
    ['GRANT ADMIN ON SYSTEM TO ROLE reader', system],
    ['REVOKE SELECT ON shop.open FROM nobody', system],
    ['REVOKE ALL PRIVILEGES, GRANT OPTION FROM root', system],
  ],
  prepare: [
    ["PREPARE s FROM 'SELECT * FROM shop.secret'", table],
    ["PREPARE s FROM 'DROP DATABASE shop'", undefined],
    ['EXECUTE s', database],
  ],
  kill: [['KILL 4711', undefined]], // the test world's connections refuse nobody; session/sessions.test.ts does
  flush: [['FLUSH PRIVILEGES', undefined]],
  reset: [['RESET PERSIST', system]],
  resource_group: [['SET RESOURCE GROUP USR_default', system]],
  load: [["LOAD DATA LOCAL INFILE 'x' INTO TABLE shop.secret", 'loading_local_data_disabled']],
  call: [['CALL shop.p()', 'does_not_exist']],
  do: [['DO (SELECT MAX(id) FROM shop.secret)', table]],
  help: [["HELP 'x'", undefined]],
  comment_only: [['/* nothing */', undefined]],
  unknown: [['FLY', 'syntax']],
};

const byDefinition: Readonly<Record<DdlStatement['kind'], readonly Attempt[]>> = {
  create_database: [
    ['CREATE DATABASE d', database],
    ['CREATE DATABASE IF NOT EXISTS shop', database],
  ],
  drop_database: [
    ['DROP DATABASE shop', database],
    ['DROP DATABASE IF EXISTS nowhere', database],
  ],
  alter_database: [['ALTER DATABASE shop COLLATE utf8mb4_bin', database]],
  create_table: [
    ['CREATE TABLE shop.t (id INT)', table],
    ['CREATE TABLE shop.t LIKE shop.secret', table],
    ['CREATE TABLE own.t LIKE shop.secret', table],
    ['CREATE TABLE own.t AS SELECT * FROM shop.secret', table],
    ['CREATE TABLE IF NOT EXISTS shop.secret (id INT)', table],
    ['CREATE TABLE own.t (id INT, x INT DEFAULT ((SELECT MAX(id) FROM shop.secret)))', 'not_supported'],
    ['CREATE TABLE own.t (id INT, x INT DEFAULT (shop.peek()))', 'not_supported'],
    ['CREATE TABLE own.t (id INT, x INT AS ((SELECT MAX(id) FROM shop.secret)))', table],
    ['CREATE TABLE own.t (id INT, CHECK (id > (SELECT MAX(id) FROM shop.secret)))', table],
    ['CREATE TABLE own.t (id INT, FOREIGN KEY (id) REFERENCES shop.secret (id))', table],
  ],
  drop_table: [
    ['DROP TABLE shop.secret', table],
    ['DROP TABLE own.given, shop.secret', table],
    ['DROP TABLE IF EXISTS shop.open', table],
  ],
  truncate_table: [
    ['TRUNCATE TABLE shop.secret', table],
    ['TRUNCATE shop.open', table],
  ],
  rename_table: [
    ['RENAME TABLE shop.secret TO own.t', table],
    ['RENAME TABLE shop.altered TO own.t', table],
    ['RENAME TABLE own.given TO shop.t', table],
  ],
  alter_table: [
    ['ALTER TABLE shop.secret ADD COLUMN c INT', table],
    ['ALTER TABLE shop.altered RENAME TO own.t', table],
    ['ALTER TABLE shop.altered SWAP WITH open', table],
    ['ALTER TABLE own.given ADD COLUMN y INT DEFAULT ((SELECT MAX(id) FROM shop.secret))', 'not_supported'],
    ['ALTER TABLE own.given ADD FOREIGN KEY (id) REFERENCES shop.secret (id)', table],
    ['ALTER TABLE shop.altered TRUNCATE PARTITION p1', table],
    ['ALTER TABLE shop.altered DROP PARTITION p1', table],
    ['ALTER TABLE shop.altered EXCHANGE PARTITION p1 WITH TABLE shop.secret', table],
  ],
  create_index: [['CREATE INDEX i ON shop.secret (id)', table]],
  drop_index: [['DROP INDEX i ON shop.secret', table]],
  create_view: [
    ['CREATE VIEW shop.v AS SELECT 1', table],
    ['CREATE VIEW own.v AS SELECT * FROM shop.secret', table],
    ['CREATE VIEW own.v AS SELECT * FROM shop.secret_view', table],
    ['CREATE OR REPLACE VIEW shop.secret_view AS SELECT 1', table],
    ['ALTER VIEW shop.secret_view AS SELECT 1', table],
  ],
  drop_view: [['DROP VIEW shop.secret_view', table]],
  create_materialized_view: [
    ['CREATE MATERIALIZED VIEW shop.m REFRESH MANUAL AS SELECT id FROM shop.open', table],
    ['CREATE MATERIALIZED VIEW own.m REFRESH MANUAL AS SELECT id FROM shop.secret', table],
    ['CREATE MATERIALIZED VIEW own.m AS SELECT id, COUNT(*) FROM shop.secret GROUP BY id', table],
  ],
  alter_materialized_view: [['ALTER MATERIALIZED VIEW shop.secret_mv INACTIVE', table]],
  refresh_materialized_view: [['REFRESH MATERIALIZED VIEW shop.secret_mv', table]],
  cancel_refresh_materialized_view: [['CANCEL REFRESH MATERIALIZED VIEW shop.secret_mv', table]],
  drop_materialized_view: [
    ['DROP MATERIALIZED VIEW shop.secret_mv', table],
    ['DROP MATERIALIZED VIEW shop.secret_rollup', table],
  ],
  create_function: [
    ['CREATE FUNCTION shop.g(a INT) RETURNS INT RETURN a', table],
    ['CREATE FUNCTION own.g(a INT) RETURNS INT RETURN (SELECT MAX(id) FROM shop.secret)', table],
  ],
  drop_function: [['DROP FUNCTION shop.peek', 'routine_access_denied']],
  create_routine: [['CREATE PROCEDURE shop.p() BEGIN END', table]],
  alter_routine: [['ALTER PROCEDURE shop.p COMMENT "x"', table]],
  drop_routine: [['DROP PROCEDURE shop.p', table]],
};

const byDialect: Readonly<Record<Statement['kind'], readonly Attempt[]>> = {
  create_repository: [
    ["CREATE REPOSITORY r2 WITH BROKER ON LOCATION 'file:///tmp/x' PROPERTIES ('a'='b')", backup],
  ],
  alter_repository: [["ALTER REPOSITORY r PROPERTIES ('a'='b')", backup]],
  drop_repository: [['DROP REPOSITORY r', backup]],
  check_repository: [['CHECK REPOSITORY r', backup]],
  clean_repository: [['CLEAN REPOSITORY r', backup]],
  show_repositories: [['SHOW REPOSITORIES', undefined]],
  show_create_repository: [['SHOW CREATE REPOSITORY r', backup]],
  show_broker: [['SHOW BROKER', backup]],
  show_frontends: [['SHOW FRONTENDS', system]],
  backup: [
    ['BACKUP SNAPSHOT shop.a TO r', backup],
    ['BACKUP ALL EXTERNAL CATALOGS SNAPSHOT a TO r', backup],
  ],
  restore: [[`RESTORE SNAPSHOT shop.a FROM r PROPERTIES ("backup_timestamp"="${place}")`, backup]],
  backup_global: [['BACKUP GLOBAL SNAPSHOT a TO r', backup]],
  restore_global: [['RESTORE GLOBAL SNAPSHOT a FROM r', backup]],
  explain_restore: [
    [`EXPLAIN RESTORE SNAPSHOT shop.a FROM r PROPERTIES ("backup_timestamp"="${place}")`, backup],
  ],
  verify_snapshot: [['VERIFY SNAPSHOT a ON r', backup]],
  drop_snapshot: [['DROP SNAPSHOT a ON r', backup]],
  show_snapshot: [['SHOW SNAPSHOT ON r', backup]],
  show_backup: [
    ['SHOW BACKUP', backup],
    ['SHOW BACKUP FROM shop', backup],
  ],
  show_restore: [['SHOW RESTORE', backup]],
  cancel: [
    ['CANCEL BACKUP FROM shop', backup],
    ['CANCEL RESTORE FROM shop', backup],
  ],
  create_catalog: [["CREATE EXTERNAL CATALOG c PROPERTIES ('type'='mysql')", system]],
  alter_catalog: [["ALTER CATALOG c SET ('host'='x')", backup]],
  drop_catalog: [
    ['DROP CATALOG c', backup],
    ['DROP CATALOG IF EXISTS c', backup],
  ],
  show_catalogs: [['SHOW CATALOGS', undefined]],
  show_create_catalog: [['SHOW CREATE CATALOG c', backup]],
  set_catalog: [
    ['SET CATALOG default_catalog', undefined],
    ['SET CATALOG nowhere', 'unknown_catalog'],
  ],
  admin_show_config: [['ADMIN SHOW FRONTEND CONFIG', system]],
  admin_set_config: [['ADMIN SET FRONTEND CONFIG ("upload_worker_count" = "2")', system]],
  backup_metadata: [["BACKUP METADATA TO 'x'", system]],
  restore_metadata: [["RESTORE METADATA FROM 'x'", system]],
  rollback_metadata: [["ROLLBACK METADATA TO TIMESTAMP '2026-01-01 00:00:00'", system]],
  verify_metadata: [["VERIFY METADATA FROM 'x'", system]],
  list_metadata: [["LIST METADATA '/'", system]],
  cat_metadata: [["CAT METADATA '/x'", system]],
  show_metadata: [['SHOW METADATA STORES', system]],
  set_maintenance: [["SET METADATA MAINTENANCE ON REASON 'x'", system]],
  cancel_metadata: [['CANCEL METADATA JOB 1', system]],
  create_metadata_store: [["CREATE METADATA STORE s URL 'x'", system]],
  drop_metadata_store: [['DROP METADATA STORE s', system]],
};

/** Forms that answer everybody alike, or of one's own. */
const openShows: readonly ShowForm[] = (Object.keys(showRules) as ShowForm[]).filter(
  (form) => showRules[form] === 'everybody',
);
const byShow: Readonly<Partial<Record<ShowForm, readonly Attempt[]>>> = {
  databases: [['SHOW DATABASES', undefined]],
  tables: [
    ['SHOW TABLES FROM hidden', database],
    ['SHOW TABLES FROM nowhere', database],
  ],
  table_status: [['SHOW TABLE STATUS FROM hidden', database]],
  columns: [
    ['SHOW COLUMNS FROM shop.secret', table],
    ['SHOW FULL COLUMNS FROM secret_view FROM shop', table],
  ],
  index: [['SHOW INDEX FROM shop.secret', table]],
  partitions: [['SHOW PARTITIONS FROM shop.parted', table]],
  temporary_partitions: [['SHOW TEMPORARY PARTITIONS FROM shop.parted', table]],
  dynamic_partition_tables: [['SHOW DYNAMIC PARTITION TABLES FROM hidden', database]],
  materialized_views: [['SHOW MATERIALIZED VIEWS FROM hidden', database]],
  alter_materialized_view: [['SHOW ALTER MATERIALIZED VIEW FROM hidden', database]],
  functions: [['SHOW FUNCTIONS FROM hidden', database]],
  create_table: [
    ['SHOW CREATE TABLE shop.secret', table],
    ['SHOW CREATE TABLE shop.missing', table],
  ],
  create_view: [['SHOW CREATE VIEW shop.secret_view', table]],
  create_materialized_view: [['SHOW CREATE MATERIALIZED VIEW shop.secret_mv', table]],
  create_database: [['SHOW CREATE DATABASE hidden', database]],
  create_function: [['SHOW CREATE FUNCTION hidden.peek', database]],
  function_status: [['SHOW FUNCTION STATUS', undefined]],
  create_user: [
    ['SHOW CREATE USER root', system],
    ['SHOW CREATE USER CURRENT_USER', undefined],
  ],
  grants: [
    ['SHOW GRANTS FOR root', system],
    ['SHOW GRANTS FOR ROLE reader', system],
    ['SHOW GRANTS', undefined],
  ],
  processlist: [['SHOW PROCESSLIST', undefined]],
  warnings: [['SHOW WARNINGS', undefined]],
  errors: [['SHOW ERRORS', undefined]],
  count_warnings: [['SHOW COUNT(*) WARNINGS', undefined]],
  count_errors: [['SHOW COUNT(*) ERRORS', undefined]],
  profiles: [['SHOW PROFILES', undefined]],
  profile: [['SHOW PROFILE', undefined]],
  users: [['SHOW USERS', system]],
  roles: [['SHOW ROLES', system]],
};

/** What there is to protect, and what nobody has: an open table, one to insert into, one to alter, a database of its own. */
const setting = [
  'CREATE DATABASE shop',
  'CREATE DATABASE hidden',
  'CREATE DATABASE own',
  'CREATE TABLE shop.secret (id INT)',
  'INSERT INTO shop.secret VALUES (42)',
  'CREATE TABLE shop.open (id INT)',
  'CREATE TABLE shop.mine (id INT)',
  'CREATE TABLE shop.altered (id INT) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (10))',
  'CREATE TABLE shop.parted (id INT) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (10))',
  'CREATE TABLE own.given (id INT)',
  'CREATE VIEW shop.secret_view AS SELECT id FROM shop.secret',
  'CREATE SQL SECURITY INVOKER VIEW shop.invoked AS SELECT id FROM shop.secret',
  'CREATE MATERIALIZED VIEW shop.secret_mv REFRESH MANUAL AS SELECT id FROM shop.secret',
  'CREATE MATERIALIZED VIEW shop.secret_rollup AS SELECT id, COUNT(*) AS n FROM shop.secret GROUP BY id',
  'CREATE FUNCTION shop.peek() RETURNS INT RETURN (SELECT MAX(id) FROM shop.secret)',
  'CREATE FUNCTION shop.twice(a INT) RETURNS INT RETURN a * 2',
  'CREATE ROLE reader',
];
const held = [
  'GRANT SELECT ON shop.open TO nobody',
  'GRANT SELECT ON shop.invoked TO nobody',
  'GRANT INSERT, SELECT ON shop.mine TO nobody',
  'GRANT ALTER ON shop.altered TO nobody',
  'GRANT CREATE TABLE, CREATE VIEW, CREATE MATERIALIZED VIEW, CREATE FUNCTION ON DATABASE own TO USER nobody',
  'GRANT DROP, INSERT, ALTER ON own.given TO nobody',
  'GRANT USAGE ON ALL FUNCTIONS IN DATABASE shop TO USER nobody',
];

describe('an account that tries what it may not', () => {
  let world: World;
  let nobody: LoginState;
  before(async () => {
    world = await World.open();
    for (const sql of setting) await world.run(sql);
    nobody = await world.stranger('nobody');
    for (const sql of held) await world.run(sql);
  });
  after(() => world[Symbol.asyncDispose]());

  const attempt = (of: string, [sql, kind]: Attempt): void => {
    it(`${of}: ${kind === undefined ? 'may' : 'may not'} ${sql}`, async () => {
      if (kind === undefined) await runLeniently(world, sql, nobody);
      else await world.refuses(sql, kind, /./, nobody);
    });
  };
  for (const group of [byClass, byDefinition, byDialect, byShow]) {
    for (const [of, attempts] of Object.entries(group)) {
      for (const one of attempts) attempt(of, one);
    }
  }

  it('is tried with every kind of statement that there is', () => {
    assert.deepEqual(Object.keys(byClass).concat('ddl').sort(), Object.keys(classRules).sort());
    assert.deepEqual(Object.keys(byDialect).sort(), Object.keys(dialectRules).sort());
    const shown = new Set<string>([...Object.keys(byShow), ...openShows]);
    assert.deepEqual(
      Object.keys(showRules).filter((form) => !shown.has(form)),
      [],
    );
    const empty = Object.entries({ ...byClass, ...byDefinition, ...byDialect, ...byShow });
    assert.deepEqual(
      empty.filter(([, attempts]) => attempts.length === 0),
      [],
    );
  });

  for (const sql of reads.filter((text) => !/:=|INTO @|PARTITION \(p1\)/.test(text))) {
    it(`may not prepare ${sql}`, async () => {
      const described = world.dispatcher.describe(sql, nobody, new AbortController().signal);
      await assert.rejects(described, { kind: table });
    });
  }

  it('reads nothing through a function that it may call', async () => {
    assert.deepEqual(await world.rows('SELECT shop.twice(4)', nobody), [['8']]);
    await world.refuses('SELECT shop.peek()', table, /for table 'secret'/, nobody);
    for (const state of [nobody, world.root]) {
      await world.refuses('SHOW VARIABLES WHERE shop.peek() > 0', 'not_supported', /WHERE of SHOW/, state);
    }
    await world.run('REVOKE USAGE ON ALL FUNCTIONS IN DATABASE shop FROM USER nobody');
    await world.refuses('SELECT shop.twice(4)', 'routine_access_denied', /^execute command denied/, nobody);
  });

  it('leaves everything as it was', async () => {
    assert.deepEqual(await world.rows('SELECT id FROM shop.secret'), [['42']]);
    assert.deepEqual(await world.rows('SHOW TABLES FROM own'), [['given']]);
    const tables = (await world.rows('SHOW TABLES FROM shop')).flat();
    for (const name of [
      'altered',
      'invoked',
      'mine',
      'open',
      'parted',
      'secret',
      'secret_mv',
      'secret_view',
    ]) {
      assert.ok(tables.includes(name), name);
    }
  });

  it('is told whom it is denied to, in MySQL’s words', async () => {
    const told = /^SELECT command denied to user 'nobody'@'127\.0\.0\.1' for table 'secret'$/;
    await world.refuses('SELECT * FROM shop.secret', table, told, nobody);
    await world.refuses(
      'DROP DATABASE shop',
      database,
      /^Access denied for user 'nobody'@'127\.0\.0\.1' to database 'shop'$/,
      nobody,
    );
    await world.refuses(
      'SHOW USERS',
      system,
      /^Access denied; you need \(at least one of\) the GRANT privilege\(s\)/,
      nobody,
    );
    await world.refuses('SHOW BACKUP', backup, /the REPOSITORY privilege\(s\) on SYSTEM/, nobody);
  });
});

/** What is everybody's may still fail for another reason than a privilege: a form that is not there yet. */
async function runLeniently(world: World, sql: string, state: LoginState): Promise<void> {
  try {
    await world.run(sql, state);
  } catch (error) {
    assert.ok(error instanceof SqlError, String(error));
    assert.match(error.kind, /^(?:not_supported|does_not_exist|unknown_\w+)$/, `${sql}: ${error.message}`);
  }
}

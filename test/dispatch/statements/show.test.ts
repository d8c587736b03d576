import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { World } from '../world.ts';

describe('SHOW and DESCRIBE', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    const statements = [
      'CREATE DATABASE d',
      'USE d',
      'CREATE TABLE item (id INT PRIMARY KEY, item_name VARCHAR(40))',
      'CREATE VIEW names AS SELECT item_name FROM item',
    ];
    for (const statement of statements) await world.run(statement);
  });
  after(() => world[Symbol.asyncDispose]());

  const first: readonly (readonly [string, readonly string[]])[] = [
    ['SHOW DATABASES', ['d', 'information_schema', 'mysql', 'performance_schema', 'sys']],
    ["SHOW SCHEMAS LIKE 'D%'", ['d']],
    ['SHOW TABLES', ['item', 'names']],
    ['SHOW TABLES FROM d', ['item', 'names']],
    ['SHOW TABLES FROM default_catalog.d', ['item', 'names']],
    ["SHOW TABLES LIKE 'n%'", ['names']],
    ["SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'", ['item']],
    ["SHOW TABLES FROM d WHERE Tables_in_d LIKE '%e_'", ['item', 'names']],
    ['SHOW COLUMNS FROM item', ['id', 'item_name']],
    ['SHOW FULL FIELDS FROM item FROM d', ['id', 'item_name']],
    ["SHOW COLUMNS FROM item LIKE 'item%'", ['item_name']],
    ["SHOW COLUMNS FROM item WHERE `Key` = 'PRI'", ['id']],
    ['DESCRIBE d.item', ['id', 'item_name']],
    ['DESC item item_name', ['item_name']],
    ["EXPLAIN item '%d'", ['id']],
    ['SHOW INDEX FROM item', ['item']],
    ["SHOW KEYS FROM item WHERE Key_name = 'none'", []],
    ['SHOW CREATE TABLE item', ['item']],
    ['SHOW CREATE TABLE names', ['names']],
    ['SHOW CREATE VIEW names', ['names']],
    ['SHOW CREATE DATABASE d', ['d']],
    ["SHOW TABLE STATUS LIKE 'item'", ['item']],
    ['SHOW PARTITIONS FROM item', ['1']],
    ["SHOW VARIABLES LIKE 'autocommit'", ['autocommit']],
    ["SHOW SESSION VARIABLES WHERE Variable_name IN ('port', 'socket')", ['port', 'socket']],
    ["SHOW GLOBAL STATUS LIKE 'Threads_c%'", ['Threads_connected']],
    ["SHOW COLLATION WHERE Charset = 'ascii'", ['ascii_bin', 'ascii_general_ci']],
    ["SHOW CHARACTER SET LIKE 'utf8mb4'", ['utf8mb4']],
    ['SHOW STORAGE ENGINES', ['InnoDB', 'OLAP']],
    ['SHOW PROCESSLIST', ['1']],
    ['SHOW USERS', ["'root'@'%'"]],
    ['SHOW TRIGGERS', []],
    ["SHOW PROCEDURE STATUS WHERE Db = 'd'", []],
    ['SHOW EVENTS FROM d', []],
    ['SHOW MASTER STATUS', []],
    ['SHOW BINARY LOG STATUS', []],
    ['SHOW WARNINGS LIMIT 5', []],
    ['SHOW COUNT(*) WARNINGS', ['0']],
  ];
  for (const [sql, expected] of first) {
    it(`${sql} lists ${expected.join(', ') || 'nothing'}`, async () => {
      const rows = await world.rows(sql);
      assert.deepEqual(
        rows.map((row) => row[0]),
        expected,
      );
    });
  }

  it('shows the grants of the session and of others', async () => {
    const all = ['GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION'];
    assert.deepEqual(await world.rows('SHOW GRANTS'), [all]);
    assert.deepEqual(await world.rows('SHOW GRANTS FOR CURRENT_USER()'), [all]);
    assert.deepEqual(await world.rows("SHOW GRANTS FOR 'root'@'%'"), [all]);
  });

  it('leaves the warnings of the last statement as they are', async () => {
    await world.run('SET pipeline_dop = 1');
    for (let look = 0; look < 2; look++) {
      assert.deepEqual(await world.rows('SHOW WARNINGS'), [
        ['Warning', '1193', "Unknown system variable 'pipeline_dop' was ignored"],
      ]);
    }
    assert.deepEqual(await world.rows('SHOW ERRORS'), []);
  });

  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    ['SHOW TABLES FROM ghost', 'unknown_database', /Unknown database 'ghost'/],
    ['SHOW CREATE DATABASE ghost', 'unknown_database', /Unknown database 'ghost'/],
    ['SHOW COLUMNS FROM ghost', 'unknown_table', /Table 'd\.ghost' doesn't exist/],
    ['SHOW CREATE VIEW item', 'wrong_object', /'d\.item' is not VIEW/],
    ['DESCRIBE ghost', 'unknown_table', /Table 'd\.ghost' doesn't exist/],
    ['SHOW TABLES WHERE Ghost = 1', 'unknown_column', /Ghost/],
    ['SHOW NOTHING', 'syntax', /./],
  ];
  for (const [sql, kind, message] of refusals)
    it(`${sql} is refused`, () => world.refuses(sql, kind, message));

  it('needs a database', async () => {
    const state = world.session('root');
    for (const sql of ['SHOW TABLES', 'SHOW COLUMNS FROM item', 'DESCRIBE item', 'SHOW TABLE STATUS']) {
      await world.refuses(sql, 'no_database_selected', /No database selected/, state);
    }
  });

  it('SHOW ENGINE knows its engines', async () => {
    assert.deepEqual(await world.rows('SHOW ENGINE innodb STATUS'), []);
    await world.refuses('SHOW ENGINE foo STATUS', 'unknown_storage_engine', /Unknown storage engine 'foo'/);
  });
});

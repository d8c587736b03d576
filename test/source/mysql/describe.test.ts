import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FrozenObject } from '../../../src/source/frozen.ts';
import type { ObjectKind } from '../../../src/source/objects.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';

const calm = new AbortController().signal;

describe('what a MariaDB database consists of', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  async function frozen(fixture: MysqlFixture, kind: ObjectKind, name: string): Promise<FrozenObject> {
    await using taken = await fixture.source.freeze({ database: 'shop', objects: [{ kind, name }] }, calm);
    const [object] = taken.objects;
    assert.ok(object);
    return object;
  }

  it('tells of a table its text, its key, its counter and its triggers in their order', async () => {
    await using fixture = await MysqlFixture.open(server);
    await fixture.run(
      "CREATE TABLE t (a INT AUTO_INCREMENT, b VARCHAR(10) INVISIBLE DEFAULT '', c INT AS (a + 1) VIRTUAL, PRIMARY KEY (a, b)) COMMENT 'x';" +
        "INSERT INTO t (a, b) VALUES (41, 'x');" +
        "SET sql_mode = 'ANSI_QUOTES'; CREATE TRIGGER second BEFORE INSERT ON t FOR EACH ROW SET NEW.b = 'é';" +
        "SET sql_mode = ''; CREATE TRIGGER first BEFORE INSERT ON t FOR EACH ROW PRECEDES second SET NEW.b = 'x'",
    );
    const table = await frozen(fixture, 'TABLE', 't');
    assert.ok(table.kind === 'TABLE');
    const [row] = await fixture.rows('SHOW CREATE TABLE t');
    assert.equal(table.ddl, row?.[1]);
    assert.deepEqual(table.key, ['a', 'b']);
    assert.equal(table.autoIncrement, '42');
    assert.deepEqual(
      table.columns.map(({ name, sourceType, parquetType }) => [name, sourceType, parquetType]),
      [
        ['a', 'int(11)', 'INTEGER'],
        ['b', 'varchar(10)', 'VARCHAR'],
        ['c', 'int(11)', 'INTEGER'],
      ],
    );
    assert.deepEqual(
      table.triggers?.map(({ name, settings }) => [
        name,
        settings['sql_mode'],
        settings['character_set_client'],
      ]),
      [
        ['first', '', 'utf8mb4'],
        ['second', 'ANSI_QUOTES', 'utf8mb4'],
      ],
    );
    assert.match(table.triggers?.[1]?.ddl ?? '', /^CREATE DEFINER=.*SET NEW\.b = 'é'$/);
    assert.equal(table.definition?.columns.length, 3);
  });

  it('has the text alone of a table with a history, whose rows only its own kind of server can tell apart', async () => {
    await using fixture = await MysqlFixture.open(server);
    await fixture.run('CREATE TABLE v (a INT) WITH SYSTEM VERSIONING');
    const objects = [{ kind: 'TABLE' as const, name: 'v' }];
    await using taken = await fixture.source.freeze({ database: 'shop', objects }, calm);
    const [table] = taken.objects;
    assert.match(table?.ddl ?? '', /WITH SYSTEM VERSIONING/);
    assert.equal(table?.kind === 'TABLE' && table.definition, undefined);
    assert.deepEqual(taken.warnings, []);
  });

  it('knows what a view reads', async () => {
    await using fixture = await MysqlFixture.open(server);
    await fixture.run(
      'CREATE TABLE t (t2 INT); CREATE TABLE t2 (x INT); CREATE FUNCTION f(a INT) RETURNS INT RETURN a;' +
        'CREATE VIEW v AS SELECT f(t2) AS y FROM t; CREATE VIEW w AS SELECT y FROM v',
    );
    const v = await frozen(fixture, 'VIEW', 'v');
    const w = await frozen(fixture, 'VIEW', 'w');
    assert.deepEqual('dependsOn' in v && v.dependsOn.toSorted(), ['f', 't']);
    assert.deepEqual('dependsOn' in w && w.dependsOn, ['v']);
    assert.equal('settings' in v && v.settings?.['character_set_client'], 'utf8mb4');
  });

  it('has programs with the settings that they run under, and sequences where they stand', async () => {
    await using fixture = await MysqlFixture.open(server);
    await fixture.run(
      "SET time_zone = '+05:30'; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1; CREATE PROCEDURE p() SELECT 'ü';" +
        'CREATE SEQUENCE s START WITH 5 CACHE 10; SELECT nextval(s)',
    );
    const event = await frozen(fixture, 'EVENT', 'e');
    assert.equal('settings' in event && event.settings?.['time_zone'], '+05:30');
    const procedure = await frozen(fixture, 'PROCEDURE', 'p');
    assert.match(procedure.ddl, /SELECT 'ü'$/);
    assert.deepEqual('settings' in procedure && Object.keys(procedure.settings ?? {}).toSorted(), [
      'character_set_client',
      'collation_connection',
      'database_collation',
      'sql_mode',
    ]);
    const sequence = await frozen(fixture, 'SEQUENCE', 's');
    assert.deepEqual('settings' in sequence && sequence.settings, { next_not_cached_value: '15' });
  });

  it('says missing for what is not there, and whose definition the account may not see', async () => {
    await using fixture = await MysqlFixture.open(server);
    await fixture.run(
      'CREATE PROCEDURE p() SELECT 1; CREATE OR REPLACE USER watcher; GRANT SELECT, EXECUTE ON shop.* TO watcher',
    );
    await assert.rejects(frozen(fixture, 'VIEW', 'nothing'), { kind: 'missing' });
    await using watcher = await MysqlFixture.open(server, { user: 'watcher' }, false);
    await assert.rejects(frozen(watcher, 'PROCEDURE', 'p'), /may not see the definition of procedure 'p'/);
  });
});

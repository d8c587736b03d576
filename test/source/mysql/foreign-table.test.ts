import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EmbeddedSource } from '../../../src/source/duckdb/source.ts';
import type { FrozenObject } from '../../../src/source/frozen.ts';
import type { RestorePlan } from '../../../src/source/restoring.ts';
import { assertFails, calm } from '../../conformance/source/support.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { EngineFixture } from '../duckdb/engine-fixture.ts';
import { MysqlFixture } from './mysql-fixture.ts';
import { copyWhole } from './whole-database.ts';

const tables =
  'CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(20), b DECIMAL(10,3), c DATETIME(6), d TIME, e BIGINT UNSIGNED,' +
  " f ENUM('x','y'), g VARBINARY(9), h DOUBLE, i BIT(8), j YEAR, k DATE, l TEXT, m FLOAT, KEY a (a));" +
  "INSERT INTO t VALUES (1, 'Grüße', -1.5, '2024-01-02 03:04:05.000006', '-838:59:59', 18446744073709551615, 'y', x'00ff', 0.1, b'101', 1999, '2024-02-29', '\\\\N', 3.4028234663852886e38)," +
  " (7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (8, '', 0, '1000-01-01', '23:59:59', 0, 'x', '', -0.0, b'0', 2155, '9999-12-31', 'NULL', 0)";

describe('a table between engines', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  it('goes from MariaDB into the embedded engine and back with every value', async () => {
    await using subject = await MysqlFixture.open(server);
    await using engine = await EngineFixture.open();
    await subject.run(tables);
    const [before] = await subject.rows('CHECKSUM TABLE t');
    // The engine reads no files but those in its staging folder.
    const copy = await copyWhole(subject, 'shop', engine.engine.stagingFolder);
    const embedded = new EmbeddedSource(engine.embedded);
    await using there = await embedded.openRestore('1', 'shop', calm);
    await there.prepare(copy.plan, calm);
    for (const file of copy.files) await there.load(file.target, file.partition, file.path, file.path, calm);
    const paths = copy.files.map((file) => file.path);
    assert.deepEqual(await there.checksum('t', '', calm), await there.checksumOfFiles('t', paths, calm));
    await there.commit(calm);

    await using frozen = await embedded.freeze(
      { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
      calm,
    );
    const [object] = frozen.objects;
    assert.ok(object?.kind === 'TABLE');
    const [range] = await frozen.plan('t', undefined, [], calm);
    assert.ok(range);
    const path = `${engine.engine.stagingFolder}/back.parquet`;
    await frozen.extract('t', undefined, range, path, calm);
    await using back = await subject.source.openRestore('2', 'back', calm);
    await back.prepare(planOf(object, 'back'), calm);
    await back.load('t', undefined, 'only', path, calm);
    await back.seal('t', calm);
    assert.deepEqual(await back.checksum('t', '', calm), await back.checksumOfFiles('t', [path], calm));
    await back.commit(calm);
    const [afterwards] = await subject.rows('CHECKSUM TABLE back.t');
    assert.equal(afterwards?.[1], before?.[1]);
    const [shown] = await subject.rows('SHOW CREATE TABLE back.t');
    assert.match(String(shown?.[1]), /KEY `a` \(`a`\)/);
  });

  it('written in StarRocks’ SQL becomes one of MySQL, with the key of its model', async () => {
    await using subject = await MysqlFixture.open(server);
    await using engine = await EngineFixture.open();
    await engine.run(
      "CREATE TABLE s (id BIGINT NOT NULL, big LARGEINT, t STRING, ok BOOLEAN) PRIMARY KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 2 PROPERTIES ('replication_num' = '1')",
    );
    await engine.run("INSERT INTO s VALUES (1, 170141183460469231731687303715884105727, 'x', true)");
    const embedded = new EmbeddedSource(engine.embedded);
    await using frozen = await embedded.freeze(
      { database: 'shop', objects: [{ kind: 'TABLE', name: 's' }] },
      calm,
    );
    const [object] = frozen.objects;
    assert.ok(object?.kind === 'TABLE');
    const path = `${engine.engine.stagingFolder}/starrocks.parquet`;
    await frozen.extract('s', undefined, { kind: 'all' }, path, calm);
    await using restoring = await subject.source.openRestore('3', 'shop', calm);
    await restoring.prepare(planOf(object, 'shop'), calm);
    await restoring.load('s', undefined, 'only', path, calm);
    await restoring.seal('s', calm);
    await restoring.commit(calm);
    assert.deepEqual(await subject.rows('SELECT id, CAST(big AS CHAR), t, ok FROM s'), [
      ['1', '170141183460469231731687303715884105727', 'x', 1],
    ]);
    await assert.rejects(subject.run('INSERT INTO s (id) VALUES (1)'), /Duplicate entry/);
  });

  it('that the other engine cannot take is named, with all others, before anything is written', async () => {
    await using subject = await MysqlFixture.open(server);
    await using engine = await EngineFixture.open();
    await subject.run(
      'CREATE TABLE t (id INT); CREATE PROCEDURE p() SELECT 1; CREATE VIEW v AS SELECT 1 AS one; CREATE SEQUENCE q;' +
        'CREATE TABLE h (id INT) WITH SYSTEM VERSIONING; CREATE TRIGGER up BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1',
    );
    const copy = await copyWhole(subject);
    const embedded = new EmbeddedSource(engine.embedded);
    await using there = await embedded.openRestore('1', 'shop', calm);
    const failure = await assertFails('failed', there.prepare(copy.plan, calm));
    for (const name of ["procedure 'p'", "view 'v'", "sequence 'q'", "table 'h' (it is system-versioned)"])
      assert.ok(failure.message.includes(name), failure.message);
    const tables = copy.plan.tables.filter(({ name }) => name === 't');
    await there.prepare({ ...copy.plan, tables, others: [] }, calm);
    assert.deepEqual(await there.remarks?.(calm), [
      { target: 't', text: "trigger 'up' of table t was not restored: the embedded engine has none" },
    ]);
    await there.rollback(calm);

    await engine.run('CREATE TABLE n (id INT, list ARRAY<INT>)');
    await using frozen = await embedded.freeze(
      { database: 'shop', objects: [{ kind: 'TABLE', name: 'n' }] },
      calm,
    );
    const [object] = frozen.objects;
    assert.ok(object?.kind === 'TABLE');
    await using back = await subject.source.openRestore('2', 'shop', calm);
    const refused = await assertFails('failed', back.prepare(planOf(object, 'shop'), calm));
    assert.match(refused.message, /table 'n' \(column 'list' is ARRAY\)/);
  });
});

function planOf(object: Extract<FrozenObject, { kind: 'TABLE' }>, database: string): RestorePlan {
  return {
    database,
    originalDatabase: 'shop',
    createDatabase: true,
    origin: { kind: 'duckdb', version: '1' },
    tables: [{ ...object, target: object.name }],
    others: [],
  };
}

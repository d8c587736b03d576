import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { mysqlOptionsOf } from '../../../src/source/mysql/options.ts';
import { MysqlSource } from '../../../src/source/mysql/source.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';

const calm = new AbortController().signal;

describe('the objects of a MariaDB server', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  let source: MysqlSource;
  before(async () => {
    server = await MariadbServer.start();
    source = new MysqlSource(mysqlOptionsOf(server.properties()), systemClock, 'test');
    const connection = await server.connect({ multipleStatements: true });
    await connection.query(
      "CREATE DATABASE `sh'op`; USE `sh'op`; CREATE TABLE t (id INT); CREATE TABLE `größe``.x` (id INT); " +
        'CREATE VIEW v AS SELECT id FROM t; CREATE SEQUENCE s; CREATE TABLE versioned (id INT) WITH SYSTEM VERSIONING; ' +
        'CREATE PROCEDURE p() SELECT 1; CREATE FUNCTION f() RETURNS INT RETURN 1; ' +
        'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1; ' +
        'CREATE TABLE parts (id INT, d DATE) PARTITION BY RANGE (id) SUBPARTITION BY HASH (to_days(d)) SUBPARTITIONS 2 ' +
        '(PARTITION low VALUES LESS THAN (10), PARTITION `hi``gh` VALUES LESS THAN MAXVALUE)',
    );
    await connection.end();
  });
  after(() => server[Symbol.asyncDispose]());

  it('are listed by kind, without the databases of the server', async () => {
    assert.deepEqual(await source.listDatabases(calm), ["sh'op"]);
    assert.deepEqual(await source.listObjects("sh'op", calm), [
      { kind: 'TABLE', name: 'größe`.x' },
      { kind: 'TABLE', name: 'parts' },
      { kind: 'SEQUENCE', name: 's' },
      { kind: 'TABLE', name: 't' },
      { kind: 'VIEW', name: 'v' },
      { kind: 'TABLE', name: 'versioned' },
      { kind: 'EVENT', name: 'e' },
      { kind: 'FUNCTION', name: 'f' },
      { kind: 'PROCEDURE', name: 'p' },
    ]);
    assert.equal(await source.listObjects('nowhere', calm), undefined);
  });

  it('have partitions in their order, without subpartitions', async () => {
    assert.deepEqual(await source.listPartitions("sh'op", 'parts', calm), ['low', 'hi`gh']);
    assert.deepEqual(await source.listPartitions("sh'op", 't', calm), []);
    assert.deepEqual(await source.listPartitions("sh'op", 'nothing', calm), []);
  });

  it('tell the version and what the server can once it was asked', async () => {
    assert.match(source.version, /MariaDB/);
    assert.equal(source.capabilities.sequences, true);
    assert.equal((await source.check(calm)).vendor, 'mariadb');
  });
});

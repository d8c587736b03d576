import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { tableChecksum } from '../../../src/source/mysql/table-checksum.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';

const calm = new AbortController().signal;

describe('the checksum of a MariaDB table', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  it('is that of a backup of the same rows, in whatever order and table', async () => {
    await using fixture = await MysqlFixture.open(server);
    await fixture.run(
      "CREATE TABLE t (id INT PRIMARY KEY, e ENUM('', 'a'), v TEXT CHARACTER SET sjis, x INT AS (id * 2)); " +
        "SET sql_mode = ''; INSERT INTO t (id, e, v) VALUES (1, 'a', 'あ'), (2, '', NULL), (3, 'wrong', '');" +
        "CREATE TABLE `co``py` (id INT, e ENUM('', 'a'), v TEXT CHARACTER SET sjis, x INT AS (id * 2)); " +
        'INSERT INTO `co``py` (id, e, v) SELECT id, e, v FROM t ORDER BY id DESC',
    );
    await using frozen = await fixture.source.freeze(
      { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
      calm,
    );
    const backup = await frozen.checksum('t', undefined, calm);
    const { options } = fixture.source;
    assert.deepEqual(await tableChecksum(options, { database: 'shop', table: 'co`py' }, calm), backup);
    await fixture.run("UPDATE `co``py` SET e = '' WHERE id = 3");
    const changed = await tableChecksum(options, { database: 'shop', table: 'co`py' }, calm);
    assert.equal(changed.rows, 3);
    assert.notEqual(changed.value, backup.value);
    await assert.rejects(tableChecksum(options, { database: 'shop', table: 'none' }, calm), {
      kind: 'missing',
    });
  });

  it('of partitions adds up to that of the table', async () => {
    await using fixture = await MysqlFixture.open(server);
    await fixture.run(
      'CREATE TABLE p (id INT) PARTITION BY HASH (id) PARTITIONS 3; INSERT INTO p SELECT seq FROM seq_1_to_100',
    );
    const sums = await Promise.all(
      [['p0'], ['p1', 'p2'], undefined].map((partitions) =>
        tableChecksum(
          fixture.source.options,
          { database: 'shop', table: 'p', ...(partitions !== undefined && { partitions }) },
          calm,
        ),
      ),
    );
    const [first, others, all] = sums.map((sum) => BigInt(sum.value));
    assert.equal((first ?? 0n) + (others ?? 0n), all);
    assert.equal(sums[2]?.rows, 100);
  });
});

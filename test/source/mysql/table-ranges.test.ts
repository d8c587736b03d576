import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ChunkRange } from '../../../src/source/frozen.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';

const calm = new AbortController().signal;
const rows = 750_000;

type Keyed = Readonly<{ column: string; type: string; value: string }>;

/** Tables of the same rows under different keys; `seq` numbers them. */
const tables: Readonly<Record<string, Keyed>> = {
  integer: { column: 'k', type: 'BIGINT', value: 'seq * 1000003 - 5000' },
  unsigned: { column: 'k', type: 'BIGINT UNSIGNED', value: '18446744073709551615 - seq' },
  date_time: { column: 'k', type: 'DATETIME(6)', value: "'1999-12-31 23:59:59' + INTERVAL seq MICROSECOND" },
  text: { column: 'k', type: 'VARCHAR(20) COLLATE utf8mb4_bin', value: "concat('ü', lpad(seq, 9, '0'))" },
  binary: { column: 'k', type: 'VARBINARY(20)', value: "concat(unhex('ff00'), lpad(seq, 9, '0'))" },
};

describe('the chunks of a MariaDB table', { skip: mariadbSkipReason(), concurrency: 1 }, () => {
  let server: MariadbServer;
  let fixture: MysqlFixture;
  before(async () => {
    server = await MariadbServer.start();
    fixture = await MysqlFixture.open(server);
    for (const [name, { column, type, value }] of Object.entries(tables)) {
      await fixture.run(
        `CREATE TABLE \`${name}\` (${column} ${type} PRIMARY KEY, n INT); ` +
          `INSERT INTO \`${name}\` SELECT ${value}, seq FROM seq_1_to_${rows}; ANALYZE TABLE \`${name}\``,
      );
    }
  });
  after(async () => {
    await fixture[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  for (const name of Object.keys(tables)) {
    it(`of a key of ${name} are ranges of it that share no row, and are used again`, async () => {
      await using frozen = await fixture.source.freeze(
        { database: 'shop', objects: [{ kind: 'TABLE', name }] },
        calm,
      );
      const plan = await frozen.plan(name, undefined, [], calm);
      assert.ok(plan.length >= 2 && plan.length <= 6, JSON.stringify(plan));
      assert.deepEqual(await frozen.plan(name, undefined, plan, calm), plan);
      const chunks = await Promise.all(
        plan.map((range, at) =>
          frozen.extract(name, undefined, range, `${fixture.folder}/${name}-${at}.parquet`, calm),
        ),
      );
      assert.equal(
        chunks.reduce((sum, chunk) => sum + chunk.rows, 0),
        rows,
      );
      const sum = await frozen.checksum(name, undefined, calm);
      await using whole = await fixture.source.freeze(
        { database: 'shop', objects: [{ kind: 'TABLE', name }] },
        calm,
      );
      assert.deepEqual(await whole.checksum(name, undefined, calm), sum);
    });
  }

  it('takes no border of a manifest for SQL', async () => {
    await using frozen = await fixture.source.freeze(
      { database: 'shop', objects: [{ kind: 'TABLE', name: 'integer' }] },
      calm,
    );
    const evil: ChunkRange = { kind: 'key', column: 'k', lower: '1 OR 1=1', upper: null };
    await assert.rejects(
      frozen.extract('integer', undefined, evil, `${fixture.folder}/evil.parquet`, calm),
      RangeError,
    );
    const plan = await frozen.plan('integer', undefined, [evil], calm);
    assert.doesNotMatch(JSON.stringify(plan), /OR/);
  });
});

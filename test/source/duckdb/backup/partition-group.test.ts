import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { SmallPartitions } from '../../../../src/source/frozen.ts';
import { EmbeddedSource } from '../../../../src/source/duckdb/source.ts';
import { present } from '../../../../src/base/assert.ts';
import { assertFails, calm, sha256OfFile } from '../../../conformance/source/support.ts';
import { EngineFixture } from '../engine-fixture.ts';

const selection = { database: 'shop', objects: [{ kind: 'TABLE' as const, name: 't' }] };
const rangeTable =
  'CREATE TABLE t (d DATE, n INT, v VARCHAR(20)) PARTITION BY RANGE (d) ' +
  '(START ("2024-01-01") END ("2024-03-01") EVERY (INTERVAL 1 DAY))';

/** Rows of all partitions mixed, a few of which are changed and deleted afterwards. */
async function fill(fixture: EngineFixture, create: string, day: (i: string) => string): Promise<void> {
  await fixture.run(create);
  using connection = await fixture.engine.connect();
  await connection.run(`INSERT INTO "db:shop".t SELECT ${day('i')}, i, 'row ' || i FROM range(3000) AS r(i)`);
  await fixture.run("UPDATE t SET v = 'changed' WHERE n % 1000 = 7");
  await fixture.run('DELETE FROM t WHERE n % 500 = 9');
}

const tables: readonly Readonly<{ name: string; create: string; day: (i: string) => string }>[] = [
  { name: 'ranges', create: rangeTable, day: (i) => `DATE '2024-01-01' + CAST(${i} * 7 % 60 AS INTEGER)` },
  {
    name: 'ranges with one open below',
    create:
      'CREATE TABLE t (d DATE, n INT, v VARCHAR(20)) PARTITION BY RANGE COLUMNS (d) (' +
      "PARTITION a VALUES LESS THAN ('2024-01-15'), PARTITION b VALUES LESS THAN ('2024-02-01'), " +
      'PARTITION c VALUES LESS THAN (MAXVALUE))',
    day: (i) => `CASE WHEN ${i} % 11 > 0 THEN DATE '2024-01-01' + CAST(${i} * 7 % 60 AS INTEGER) END`,
  },
  {
    name: 'lists',
    create:
      'CREATE TABLE t (d VARCHAR(10), n INT, v VARCHAR(20)) PARTITION BY LIST COLUMNS (d) (' +
      "PARTITION a VALUES IN ('x0', 'x3'), PARTITION b VALUES IN ('x1'), PARTITION c VALUES IN ('x2', NULL))",
    day: (i) => `CASE WHEN ${i} % 11 > 0 THEN 'x' || (${i} % 4) END`,
  },
  {
    name: 'hashes',
    create: 'CREATE TABLE t (d INT, n INT, v VARCHAR(20)) PARTITION BY HASH (d) PARTITIONS 5',
    day: (i) => `${i} * 7 % 60`,
  },
];

describe('small partitions read together', () => {
  for (const { name, create, day } of tables) {
    it(`give the files and sums that each gives alone: ${name}`, async () => {
      await using fixture = await EngineFixture.open();
      await fill(fixture, create, day);
      const source = new EmbeddedSource(fixture.embedded);
      const partitions = await source.listPartitions('shop', 't', calm);
      await using frozen = await source.freeze(selection, calm);
      const small: SmallPartitions = present(
        frozen.smallPartitions,
        'small partitions of the embedded engine',
      );
      const groups = await small.groups('t', partitions, calm);
      assert.deepEqual(groups.flat(), partitions);
      // A partition that is backed up alone is a group of one.
      for (const group of [...groups, partitions.slice(1, 2)]) {
        const folder = mkdtempSync(path.join(fixture.engine.stagingFolder, 'group-'));
        const files = group.map((partition) => ({
          partition,
          path: path.join(folder, `${partition}.parquet`),
        }));
        const together = await small.extract('t', files, calm);
        for (const [index, { partition, path: file }] of files.entries()) {
          const alone = `${folder}/${partition}.alone.parquet`;
          const chunk = await frozen.extract('t', partition, { kind: 'all' }, alone, calm);
          const checksum = await frozen.checksum('t', [partition], calm);
          assert.deepEqual(together[index], { ...chunk, checksum });
          assert.equal(await sha256OfFile(file), await sha256OfFile(alone), `files of ${partition}`);
        }
      }
    });
  }

  for (const { name, create, day } of tables) {
    it(`are counted alike when some are saved and when all are: ${name}`, async () => {
      await using fixture = await EngineFixture.open();
      await fill(fixture, create, day);
      const source = new EmbeddedSource(fixture.embedded);
      const partitions = await source.listPartitions('shop', 't', calm);
      await using all = await source.freeze(selection, calm);
      for (const partition of partitions) {
        const only = [{ kind: 'TABLE' as const, name: 't', partitions: [partition] }];
        await using one = await source.freeze({ database: 'shop', objects: only }, calm);
        const [alone, among] = await Promise.all([
          one.plan('t', partition, [], calm),
          all.plan('t', partition, [], calm),
        ]);
        assert.deepEqual(alone, among, partition);
        const files = [
          { partition, path: path.join(fixture.engine.stagingFolder, `${partition}.one.parquet`) },
        ];
        if (alone.length === 0) continue;
        const [read] = (await one.smallPartitions?.extract('t', files, calm)) ?? [];
        assert.equal(read?.rows, (await all.checksum('t', [partition], calm)).rows);
      }
    });
  }

  it('are none where a column hides the order of the rows', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(rangeTable.replace('n INT', 'rowid INT'));
    await fixture.run("INSERT INTO t VALUES ('2024-01-01', 1, 'v'), ('2024-01-02', 1, 'v')");
    const source = new EmbeddedSource(fixture.embedded);
    await using frozen = await source.freeze(selection, calm);
    const groups = await frozen.smallPartitions?.groups('t', ['p20240101', 'p20240102'], calm);
    assert.deepEqual(groups, []);
  });

  it('leave no file when one of them cannot be written', async () => {
    await using fixture = await EngineFixture.open();
    await fill(fixture, rangeTable, (i) => `DATE '2024-01-01' + CAST(${i} % 60 AS INTEGER)`);
    const source = new EmbeddedSource(fixture.embedded);
    await using frozen = await source.freeze(selection, calm);
    const first = `${fixture.engine.stagingFolder}/first.parquet`;
    const files = [
      { partition: 'p20240101', path: first },
      { partition: 'p20240102', path: `${fixture.engine.stagingFolder}/missing/second.parquet` },
    ];
    await assertFails(
      'failed',
      present(frozen.smallPartitions, 'small partitions').extract('t', files, calm),
    );
    assert.equal(existsSync(first), false);
  });
});

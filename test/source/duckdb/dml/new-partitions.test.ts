import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

function partitionsOf(fixture: EngineFixture, table: string): readonly string[] {
  const found = fixture.engine.dictionary.table('shop', table);
  return (found?.definition.partitioning?.partitions ?? []).map(({ name }) => name);
}

const cases: readonly Readonly<{ by: string; rows: string; names: readonly string[]; first: string }>[] = [
  {
    by: "date_trunc('month', d)",
    rows: "('2024-02-05 10:00:00', 'x'), ('2024-01-31', 'y'), ('2024-01-01', 'z')",
    names: ['p202401', 'p202402'],
    first: 'y|z',
  },
  {
    by: "date_trunc('day', d)",
    rows: "('2024-02-05 10:00:00', 'x'), ('2024-01-31', 'y')",
    names: ['p20240131', 'p20240205'],
    first: 'y',
  },
  {
    by: "date_trunc('hour', d)",
    rows: "('2024-02-05 10:59:00', 'x'), ('2024-02-05 09:00:00', 'y')",
    names: ['p2024020509', 'p2024020510'],
    first: 'y',
  },
  {
    by: "date_trunc('year', d)",
    rows: "('2024-02-05', 'x'), (NULL, 'y')",
    names: ['p0000', 'p2024'],
    first: 'y',
  },
  {
    by: "RANGE (date_trunc('month', d)) ()",
    rows: "('2024-02-05', 'x')",
    names: ['p202402'],
    first: 'x',
  },
  {
    by: 'time_slice(d, INTERVAL 7 DAY)',
    rows: "('2024-01-05', 'x'), ('2024-01-01', 'y'), ('2024-01-08', 'z')",
    names: ['p20240101', 'p20240108'],
    first: 'x|y',
  },
  {
    by: '(c)',
    rows: "('2024-02-05', 'New York'), (NULL, NULL), ('2024-02-05', '杭州'), ('2024-02-05', 'NEW YORK')",
    names: ['pNULL', 'pNewYork', 'p676d5dde'],
    first: 'null',
  },
  {
    by: "c, date_trunc('month', d)",
    rows: "('2024-02-05', 'x'), ('2024-02-06', 'x'), ('2024-03-06', 'x')",
    names: ['px_20240201000000', 'px_20240301000000'],
    first: 'x|x',
  },
];

describe('withNewPartitions', () => {
  for (const { by, rows, names, first } of cases) {
    it(`makes the partitions of PARTITION BY ${by} that rows need`, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.run(
        `CREATE TABLE t (d DATETIME, c VARCHAR(20)) DUPLICATE KEY(d) PARTITION BY ${by} DISTRIBUTED BY RANDOM`,
      );
      await fixture.run(`INSERT INTO t VALUES ${rows}`);
      assert.deepEqual(partitionsOf(fixture, 't'), names);
      const found = await fixture.lines(`SELECT c FROM t PARTITION (${names[0]}) ORDER BY c`);
      assert.equal(found.join('|'), first);
      await fixture.run(`INSERT INTO t VALUES ${rows}`);
      assert.deepEqual(partitionsOf(fixture, 't'), names, 'nothing is made twice');
      await fixture.reopen();
      assert.deepEqual(partitionsOf(fixture, 't'), names, 'they are kept');
    });
  }

  const table =
    "CREATE TABLE t (d DATE, v INT CHECK (v > 0)) DUPLICATE KEY(d) PARTITION BY date_trunc('month', d) DISTRIBUTED BY RANDOM";

  it('leaves no partition of a statement that fails', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(table);
    assert.match(await fixture.error("INSERT INTO t VALUES ('2024-01-01', -1)"), /^check_violated/);
    assert.deepEqual(partitionsOf(fixture, 't'), []);
  });

  it('makes partitions for an open transaction, and keeps them when it is rolled back', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(table);
    await fixture.session.begin();
    await fixture.run("INSERT INTO t VALUES ('2024-01-01', 1)");
    await fixture.run("INSERT INTO t VALUES ('2024-01-02', 1)");
    assert.deepEqual(await fixture.lines('SELECT count(*) FROM t PARTITION (p202401)'), ['2']);
    await fixture.session.rollback();
    assert.deepEqual(partitionsOf(fixture, 't'), ['p202401']);
    assert.deepEqual(await fixture.lines('SELECT count(*) FROM t'), ['0']);
  });

  it('fills a table that is made from a SELECT', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      "CREATE TABLE t PARTITION BY date_trunc('month', d) AS SELECT CAST('2024-05-01' AS DATE) AS d, 1 AS v",
    );
    assert.deepEqual(partitionsOf(fixture, 't'), ['p202405']);
    assert.deepEqual(await fixture.lines('SELECT v FROM t PARTITION (p202405)'), ['1']);
  });

  it('lets two sessions make partitions of one table at once', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(table);
    const other = fixture.other();
    await Promise.all([
      fixture.run("INSERT INTO t VALUES ('2024-01-01', 1), ('2024-02-01', 1)"),
      other.run("INSERT INTO t VALUES ('2024-02-02', 1), ('2024-03-01', 1)"),
    ]);
    assert.deepEqual(partitionsOf(fixture, 't'), ['p202401', 'p202402', 'p202403']);
    assert.deepEqual(await fixture.lines('SELECT count(*) FROM t PARTITION (p202402)'), ['2']);
    await other.session[Symbol.asyncDispose]();
  });

  it('replaces rows with INSERT OVERWRITE, of partitions or of the table', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(table);
    await fixture.run("INSERT INTO t VALUES ('2024-01-01', 1), ('2024-02-01', 2)");
    await fixture.run("INSERT OVERWRITE t PARTITION (p202401) VALUES ('2024-01-09', 3)");
    assert.deepEqual(await fixture.lines('SELECT v FROM t ORDER BY v'), ['2', '3']);
    assert.match(
      await fixture.error("INSERT OVERWRITE t PARTITION (p202401) VALUES ('2024-02-09', 3)"),
      /^no_partition_for_value/,
    );
    await fixture.run("INSERT OVERWRITE t VALUES ('2024-03-09', 4)");
    assert.deepEqual(await fixture.lines('SELECT v FROM t ORDER BY v'), ['4']);
  });
});

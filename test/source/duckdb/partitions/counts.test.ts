import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFacts } from '../../../../src/source/duckdb/engine-facts.ts';
import { EngineFixture } from '../engine-fixture.ts';

const signal = new AbortController().signal;

/** More ranges than a CASE takes. */
const many = Array.from({ length: 200 }, (_, index) => index);

const cases: readonly Readonly<{ name: string; clause: string; rows: string; counts: readonly number[] }>[] =
  [
    {
      name: 'of hundreds of ranges, NULL in the first',
      clause: `RANGE (a) (${many.map((at) => `PARTITION p${at} VALUES LESS THAN (${(at + 1) * 10})`).join(', ')})`,
      rows: '(NULL, 1), (-5, 1), (9, 1), (10, 1), (1999, 1)',
      counts: [3, 1, ...many.slice(3).map(() => 0), 1],
    },
    {
      name: 'of hundreds of ranges with an end that is open',
      clause: `RANGE (a) (${many.map((at) => `PARTITION p${at} VALUES LESS THAN (${(at + 1) * 10})`).join(', ')}, PARTITION rest VALUES LESS THAN MAXVALUE)`,
      rows: '(0, 1), (2000, 1), (30000, 1)',
      counts: [1, ...many.slice(1).map(() => 0), 2],
    },
    {
      name: 'of hundreds of lists of two columns',
      clause: `LIST COLUMNS (a, b) (${many.map((at) => `PARTITION p${at} VALUES IN ((${at}, 1), (${at}, NULL))`).join(', ')})`,
      rows: '(0, 1), (0, NULL), (199, NULL)',
      counts: [2, ...many.slice(2).map(() => 0), 1],
    },
    {
      name: 'of hundreds of hashes',
      clause: 'HASH (a) PARTITIONS 200',
      rows: '(0, 1), (200, 1), (399, 1)',
      counts: [2, ...many.slice(2).map(() => 0), 1],
    },
  ];

describe('countPartitions', () => {
  for (const { name, clause, rows, counts } of cases) {
    it(`counts the rows ${name}`, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.run(`CREATE TABLE t (a INT, b INT) PARTITION BY ${clause}`);
      await fixture.run(`INSERT INTO t VALUES ${rows}`);
      assert.deepEqual(await new EngineFacts(fixture.embedded).partitionRows('shop', 't', signal), counts);
    });
  }

  it('finds no row of a gap, and none of a partition that is not there', async () => {
    await using fixture = await EngineFixture.open();
    const ranges = many
      .filter((at) => at % 2 === 0)
      .map((at) => `PARTITION p${at} VALUES [(${at}), (${at + 1}))`);
    await fixture.run(
      `CREATE TABLE t (a INT) PARTITION BY RANGE (a) (${ranges.join(', ')}) DISTRIBUTED BY RANDOM`,
    );
    assert.match(await fixture.error('INSERT INTO t VALUES (2), (3)'), /^no_partition_for_value/);
    assert.match(await fixture.error('INSERT INTO t VALUES (NULL)'), /^no_partition_for_value/);
    await fixture.run('INSERT INTO t VALUES (2), (2), (198)');
    const counts = await new EngineFacts(fixture.embedded).partitionRows('shop', 't', signal);
    assert.deepEqual([counts[0], counts[1], counts.at(-1)], [0, 2, 1]);
  });
});

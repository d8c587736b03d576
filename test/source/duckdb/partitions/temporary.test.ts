import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFacts } from '../../../../src/source/duckdb/engine-facts.ts';
import { EngineFixture } from '../engine-fixture.ts';

const signal = new AbortController().signal;

async function opened(): Promise<EngineFixture> {
  const fixture = await EngineFixture.open();
  await fixture.all(
    `CREATE TABLE t (k INT, v INT) DUPLICATE KEY(k) PARTITION BY RANGE (k) (
       PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (20), PARTITION p3 VALUES LESS THAN (30)
     ) DISTRIBUTED BY RANDOM`,
    'INSERT INTO t VALUES (5, 1), (15, 1), (25, 1)',
  );
  return fixture;
}

function names(fixture: EngineFixture): readonly (readonly string[])[] {
  const { partitions = [], temporary = [] } =
    fixture.engine.dictionary.table('shop', 't')?.definition.partitioning ?? {};
  return [partitions, temporary].map((list) => list.map(({ name }) => name));
}

describe('temporary partitions', () => {
  it('hold rows of their own, beside those of the table', async () => {
    await using fixture = await opened();
    await fixture.run('ALTER TABLE t ADD TEMPORARY PARTITION tp VALUES [("10"), ("20"))');
    await fixture.run('INSERT INTO t TEMPORARY PARTITION (tp) VALUES (11, 2), (12, 2)');
    assert.match(
      await fixture.error('INSERT INTO t TEMPORARY PARTITION (tp) VALUES (25, 2)'),
      /^no_partition_for_value/,
    );
    assert.deepEqual(await fixture.lines('SELECT v FROM t ORDER BY k'), ['1', '1', '1']);
    assert.deepEqual(await fixture.lines('SELECT k FROM t TEMPORARY PARTITION (tp) ORDER BY k'), [
      '11',
      '12',
    ]);
    const facts = new EngineFacts(fixture.embedded);
    assert.deepEqual(await facts.temporaryPartitionRows('shop', 't', signal), [2]);
    await fixture.reopen();
    assert.deepEqual(names(fixture), [['p1', 'p2', 'p3'], ['tp']]);
  });

  it('take the place of a partition under its name', async () => {
    await using fixture = await opened();
    await fixture.all(
      'ALTER TABLE t ADD TEMPORARY PARTITION tp VALUES [("10"), ("20"))',
      'INSERT INTO t TEMPORARY PARTITION (tp) VALUES (11, 2)',
      'ALTER TABLE t REPLACE PARTITION (p2) WITH TEMPORARY PARTITION (tp)',
    );
    assert.deepEqual(names(fixture), [['p1', 'p2', 'p3'], []]);
    assert.deepEqual(await fixture.lines('SELECT k FROM t ORDER BY k'), ['5', '11', '25']);
    await fixture.run('ALTER TABLE t ADD COLUMN c INT');
  });

  it('take the place of several as one, with their own name', async () => {
    await using fixture = await opened();
    await fixture.all(
      'ALTER TABLE t ADD TEMPORARY PARTITION tp VALUES [("10"), ("30"))',
      'INSERT INTO t TEMPORARY PARTITION (tp) VALUES (29, 2)',
      'ALTER TABLE t REPLACE PARTITION (p2, p3) WITH TEMPORARY PARTITION (tp) PROPERTIES ("use_temp_partition_name" = "true")',
    );
    assert.deepEqual(names(fixture), [['p1', 'tp'], []]);
    assert.deepEqual(await fixture.lines('SELECT k FROM t ORDER BY k'), ['5', '29']);
  });

  it('of another range take a place only when they may', async () => {
    await using fixture = await opened();
    await fixture.run('ALTER TABLE t ADD TEMPORARY PARTITION tp VALUES [("20"), ("40"))');
    const replace = 'ALTER TABLE t REPLACE PARTITION (p3) WITH TEMPORARY PARTITION (tp)';
    assert.match(await fixture.error(replace), /ranges of the temp partitions/);
    assert.match(
      await fixture.error(replace.replace('p3', 'p1') + ' PROPERTIES ("strict_range" = "false")'),
      /^partition_range_not_increasing/,
    );
    await fixture.run(`${replace} PROPERTIES ("strict_range" = "false")`);
    await fixture.run('INSERT INTO t VALUES (39, 3)');
  });

  it('are dropped one by one, with the table and by TRUNCATE', async () => {
    await using fixture = await opened();
    await fixture.all(
      'ALTER TABLE t ADD TEMPORARY PARTITION a VALUES LESS THAN ("10")',
      'ALTER TABLE t ADD TEMPORARY PARTITION b VALUES LESS THAN ("20")',
      'INSERT INTO t TEMPORARY PARTITION (a, b) VALUES (1, 2), (11, 2)',
      'ALTER TABLE t DROP TEMPORARY PARTITION a',
    );
    assert.deepEqual(await fixture.lines('SELECT k FROM t TEMPORARY PARTITION (b)'), ['11']);
    assert.match(await fixture.error('ALTER TABLE t DROP TEMPORARY PARTITION a'), /^unknown_partition/);
    await fixture.run('TRUNCATE TABLE t');
    assert.deepEqual(names(fixture)[1], []);
    await fixture.all('ALTER TABLE t ADD TEMPORARY PARTITION a VALUES LESS THAN ("10")', 'DROP TABLE t');
    await fixture.run('CREATE TABLE t (k INT)');
  });

  it('keep the columns of their table as they are', async () => {
    await using fixture = await opened();
    await fixture.run('ALTER TABLE t ADD TEMPORARY PARTITION a VALUES LESS THAN ("10")');
    for (const sql of ['ALTER TABLE t ADD COLUMN c INT', 'RENAME TABLE t TO u', 'ALTER TABLE t RENAME u']) {
      assert.match(await fixture.error(sql), /Can not alter table when there are temp partitions/, sql);
    }
    assert.match(
      await fixture.error('ALTER TABLE t ADD TEMPORARY PARTITION p1 VALUES LESS THAN ("5")'),
      /^duplicate_partition/,
    );
  });
});

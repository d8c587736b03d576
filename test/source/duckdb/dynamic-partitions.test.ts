import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../../src/base/log.ts';
import { showDynamicPartitionTables } from '../../../src/catalog/show/dynamic-partitions.ts';
import { EngineFacts } from '../../../src/source/duckdb/engine-facts.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { EngineFixture } from './engine-fixture.ts';

const dayMs = 86_400_000;

const create = `CREATE TABLE t (d DATE, v INT) DUPLICATE KEY(d) PARTITION BY RANGE (d) () DISTRIBUTED BY RANDOM
  PROPERTIES ("dynamic_partition.enable" = "true", "dynamic_partition.time_unit" = "DAY",
    "dynamic_partition.time_zone" = "UTC", "dynamic_partition.start" = "-1", "dynamic_partition.end" = "2",
    "dynamic_partition.prefix" = "p", "dynamic_partition.buckets" = "8")`;

function names(fixture: EngineFixture): readonly string[] {
  const { partitioning } = fixture.engine.dictionary.table('shop', 't')?.definition ?? {};
  return (partitioning?.partitions ?? []).map(({ name }) => name);
}

describe('DynamicPartitions', () => {
  it('are made at CREATE, and kept up as days go by, old rows included', async () => {
    const clock = new ManualClock(Date.UTC(2024, 0, 1, 12));
    await using fixture = await EngineFixture.open({ clock });
    await fixture.run(create);
    assert.deepEqual(names(fixture), ['p20240101', 'p20240102', 'p20240103']);
    await fixture.run("INSERT INTO t VALUES ('2024-01-01', 1), ('2024-01-03', 3)");
    await fixture.embedded.dynamicPartitions.start(silentLog, () => dayMs);
    clock.advance(2 * dayMs);
    await fixture.embedded.dynamicPartitions.look(silentLog);
    assert.deepEqual(names(fixture), ['p20240102', 'p20240103', 'p20240104', 'p20240105']);
    assert.deepEqual(await fixture.lines('SELECT v FROM t'), ['3']);
    const shown = showDynamicPartitionTables(new EngineFacts(fixture.embedded), 'shop');
    const row = Object.fromEntries(shown.columns.map(({ name }, at) => [name, shown.rows[0]?.[at]]));
    assert.equal(row['TableName'], 't');
    assert.equal(row['State'], 'NORMAL');
    assert.equal(row['Buckets'], '8');
    assert.notEqual(row['LastSchedulerTime'], null);
  });

  it('begin and end with ALTER TABLE SET', async () => {
    const clock = new ManualClock(Date.UTC(2024, 0, 1, 12));
    await using fixture = await EngineFixture.open({ clock });
    await fixture.run(create);
    await fixture.run('ALTER TABLE t SET ("dynamic_partition.end" = "3")');
    assert.deepEqual(names(fixture), ['p20240101', 'p20240102', 'p20240103', 'p20240104']);
    assert.match(
      await fixture.error('ALTER TABLE t SET ("dynamic_partition.end" = "-3")'),
      /Dynamic partition end must greater than 0/,
    );
    await fixture.run('ALTER TABLE t SET ("dynamic_partition.enable" = "false")');
    clock.advance(5 * dayMs);
    await fixture.embedded.dynamicPartitions.look(silentLog);
    assert.equal(names(fixture).length, 4);
    await fixture.run('ALTER TABLE t SET ("dynamic_partition.enable" = "true")');
    assert.deepEqual(names(fixture), ['p20240106', 'p20240107', 'p20240108', 'p20240109']);
  });

  it('tell of a look at this very table, and of none at an earlier one of its name', async () => {
    const clock = new ManualClock(Date.UTC(2024, 0, 1, 12));
    await using fixture = await EngineFixture.open({ clock });
    const { dynamicPartitions } = fixture.embedded;
    await fixture.run(create);
    await dynamicPartitions.look(silentLog);
    assert.deepEqual(dynamicPartitions.lastRun('shop', 't'), { at: clock.now() });
    clock.advance(1_000);
    await fixture.all('DROP TABLE t', create);
    assert.equal(dynamicPartitions.lastRun('shop', 't'), undefined);
    await dynamicPartitions.look(silentLog);
    assert.deepEqual(dynamicPartitions.lastRun('shop', 't'), { at: clock.now() });
    await fixture.run('DROP TABLE t');
    assert.equal(dynamicPartitions.lastRun('shop', 't'), undefined);
  });

  it('need ranges of one column', async () => {
    await using fixture = await EngineFixture.open();
    assert.match(
      await fixture.error(create.replace('PARTITION BY RANGE (d) ()', 'PARTITION BY (d)')),
      /only support single-column range partition/,
    );
  });
});

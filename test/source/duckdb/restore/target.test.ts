import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EmbeddedSource } from '../../../../src/source/duckdb/source.ts';
import { assertFails, calm, copyOf, planFor } from '../../../conformance/source/support.ts';
import { EngineFixture } from '../engine-fixture.ts';

/** A table of the snapshot with three ranges, and what is done to it before the restore. */
const ranges =
  'CREATE TABLE p (d INT) PARTITION BY RANGE (d) ' +
  '(PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (20), PARTITION p3 VALUES LESS THAN (30))';
const lists =
  'CREATE TABLE p (d INT) PARTITION BY LIST (d) (PARTITION p1 VALUES IN (1), PARTITION p2 VALUES IN (2), PARTITION p3 VALUES IN (3))';

const cases = [
  {
    name: 'adds a range behind the last one',
    table: ranges,
    change: 'DROP PARTITION p3',
    restored: ['p3'],
    expected: ['p1', 'p2', 'p3'],
  },
  {
    name: 'puts a range back in the middle that was dropped',
    table: ranges,
    change: 'DROP PARTITION p2',
    restored: ['p2'],
    expected: ['p1', 'p2', 'p3'],
  },
  {
    name: 'puts several ranges back at the beginning',
    table: ranges,
    change: 'DROP PARTITION p1, p2',
    restored: ['p1', 'p2'],
    expected: ['p1', 'p2', 'p3'],
  },
  {
    name: 'refuses a range in the middle where there are rows meanwhile',
    table: ranges,
    change: 'DROP PARTITION p2',
    rows: [15],
    restored: ['p2'],
    expected: 'conflict',
  },
  {
    name: 'puts it back all the same where the rows go, too',
    table: ranges,
    change: 'DROP PARTITION p2',
    rows: [15],
    restored: ['p2', 'p3'],
    expected: ['p1', 'p2', 'p3'],
  },
  {
    name: 'refuses a range that would begin earlier than it did',
    table: ranges,
    change: 'DROP PARTITION p1, p2',
    restored: ['p2'],
    expected: 'conflict',
  },
  {
    name: 'puts ranges with both ends back where they were, in whatever order they are named',
    table:
      'CREATE TABLE p (d INT) DUPLICATE KEY (d) PARTITION BY RANGE (d) (START ("0") END ("6") EVERY (1)) ' +
      'DISTRIBUTED BY HASH (d)',
    change: 'DROP PARTITIONS IF EXISTS START ("1") END ("5") EVERY (1)',
    restored: ['p4', 'p1', 'p3'],
    expected: ['p0', 'p1', 'p3', 'p4', 'p5'],
  },
  {
    name: 'refuses a new list',
    table: lists,
    change: 'DROP PARTITION p3',
    restored: ['p3'],
    expected: 'conflict',
  },
  {
    name: 'replaces a list that is there',
    table: lists,
    change: 'DROP PARTITION p3',
    restored: ['p2'],
    expected: ['p1', 'p2'],
  },
] as const satisfies readonly Readonly<{
  name: string;
  table: string;
  change: string;
  rows?: readonly number[];
  restored: readonly string[];
  expected: 'conflict' | readonly string[];
}>[];

describe('a restore of partitions into a table that is there', () => {
  for (const { name, table, change, restored, expected, ...more } of cases) {
    it(name, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.run(table);
      const source = new EmbeddedSource(fixture.embedded);
      const subject = {
        source,
        folder: fixture.engine.stagingFolder,
        run: (sql: string) => fixture.run(sql),
        rows: (sql: string) => fixture.rows(sql),
        [Symbol.asyncDispose]: async () => undefined,
      };
      const copy = await copyOf(subject, ['p']);
      await fixture.run(`ALTER TABLE p ${change}`);
      for (const day of 'rows' in more ? more.rows : []) await fixture.run(`INSERT INTO p VALUES (${day})`);
      await using restoring = await source.openRestore('1', 'shop', calm);
      const preparing = restoring.prepare(planFor(copy, { database: 'shop', partitions: restored }), calm);
      if (expected === 'conflict') {
        await assertFails('conflict', preparing);
        return;
      }
      await preparing;
      await restoring.commit(calm);
      assert.deepEqual(await source.listPartitions('shop', 'p', calm), expected);
    });
  }
});

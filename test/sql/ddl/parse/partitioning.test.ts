import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Partitioning } from '../../../../src/sql/ddl/definition.ts';
import { failsWith, tableOf } from '../support.ts';

function partitioningOf(text: string): Partitioning {
  const found = tableOf(`CREATE TABLE t (id INT, d DATE, dt DATETIME, s VARCHAR(9)) ${text}`).partitioning;
  assert.ok(found);
  return found;
}

/** Names with bounds as text, one line per partition. */
function shown(text: string): string {
  return partitioningOf(text)
    .partitions.map(({ name, bounds }) => `${name} ${JSON.stringify(bounds).replaceAll('"', '')}`)
    .join('\n');
}

function dayPartition(lower: string, upper: string): string {
  return `p20240101 {kind:fixed,lower:[{kind:literal,text:'${lower}'}],upper:[{kind:literal,text:'${upper}'}]}`;
}

describe('parsePartitioning', () => {
  it('reads MySQL’s forms', () => {
    const forms: readonly (readonly [string, Partial<Partitioning>])[] = [
      [
        'HASH (year(d)) PARTITIONS 4',
        { kind: 'HASH', spelling: 'HASH', columns: [], expression: { text: 'year(d)' }, count: 4 },
      ],
      [
        'LINEAR HASH (id)',
        { kind: 'HASH', spelling: 'LINEAR HASH', columns: [], expression: { text: 'id' }, count: 1 },
      ],
      ['KEY (id, s) PARTITIONS 2', { kind: 'KEY', spelling: 'KEY', columns: ['id', 's'], count: 2 }],
      ['LINEAR KEY ALGORITHM=2 (id)', { kind: 'KEY', spelling: 'LINEAR KEY', columns: ['id'], count: 1 }],
      ['KEY ()', { kind: 'KEY', spelling: 'KEY', columns: [], count: 1 }],
    ];
    for (const [text, expected] of forms) {
      assert.deepEqual(partitioningOf(`PARTITION BY ${text}`), { partitions: [], ...expected });
    }
  });

  it('keeps the column of RANGE and LIST as an expression in a MySQL table, as columns in StarRocks’', () => {
    const range = 'PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (5))';
    assert.deepEqual(partitioningOf(range).expression, { text: '`id`' });
    assert.deepEqual(partitioningOf(range).columns, []);
    assert.deepEqual(partitioningOf(`${range} DISTRIBUTED BY HASH (id)`).columns, ['id']);
    assert.deepEqual(
      partitioningOf('PARTITION BY LIST COLUMNS (id, s) (PARTITION p VALUES IN ((1, "a")))').columns,
      ['id', 's'],
    );
  });

  it('reads bounds of every form', () => {
    assert.equal(
      shown(
        "PARTITION BY RANGE (to_days(d)) (PARTITION a VALUES LESS THAN (to_days('2024-01-01')) ENGINE = InnoDB, " +
          "PARTITION b VALUES LESS THAN MAXVALUE COMMENT = 'rest')",
      ),
      "a {kind:less_than,values:[{kind:literal,text:to_days('2024-01-01')}]}\nb {kind:less_than,values:[{kind:max}]}",
    );
    assert.equal(
      shown('PARTITION BY LIST (id) (PARTITION a VALUES IN (1, -2, NULL))'),
      'a {kind:in,rows:[[{kind:literal,text:1}],[{kind:literal,text:-2}],[{kind:null}]]}',
    );
    assert.equal(
      shown('PARTITION BY RANGE (d) (PARTITION a VALUES [("2024-01-01"), (MAXVALUE)))'),
      "a {kind:fixed,lower:[{kind:literal,text:'2024-01-01'}],upper:[{kind:max}]}",
    );
  });

  it('expands START … END … EVERY by the type of the column', () => {
    const steps = '(START ("2024-01-01") END ("2024-01-02") EVERY (INTERVAL 1 DAY))';
    assert.equal(shown(`PARTITION BY RANGE (d) ${steps}`), dayPartition('2024-01-01', '2024-01-02'));
    assert.equal(
      shown(`PARTITION BY RANGE (dt) ${steps}`),
      dayPartition('2024-01-01 00:00:00', '2024-01-02 00:00:00'),
    );
    assert.deepEqual(
      partitioningOf('PARTITION BY RANGE (id) (START ("1") END ("7") EVERY (3))').partitions.map(
        ({ name }) => name,
      ),
      ['p1', 'p4'],
    );
  });

  it('reads StarRocks’ expression partitioning', () => {
    const forms: readonly (readonly [string, readonly string[], string | undefined])[] = [
      ["date_trunc('month', dt)", [], "date_trunc('month', dt)"],
      ['(id, s)', ['id', 's'], undefined],
      ['id, s', ['id', 's'], undefined],
      ["(date_trunc('day', dt), s)", [], "date_trunc('day', dt), s"],
    ];
    for (const [text, columns, expression] of forms) {
      const found = partitioningOf(`PARTITION BY ${text}`);
      assert.deepEqual(
        [found.kind, found.columns, found.expression?.text],
        ['EXPRESSION', columns, expression],
      );
    }
  });

  it('reads properties of a partition', () => {
    const [partition] = partitioningOf(
      'PARTITION BY RANGE (d) (PARTITION p VALUES LESS THAN ("2024-01-01") ("replication_num" = "1")) DISTRIBUTED BY RANDOM',
    ).partitions;
    assert.deepEqual(partition?.properties, [['replication_num', '1']]);
  });

  it('refuses bounds that are cut short', () => {
    for (const text of [
      '(PARTITION)',
      '(PARTITION p VALUES)',
      '(PARTITION p VALUES LESS (1))',
      '(PARTITION p VALUES [(1), (2)])',
    ]) {
      failsWith(`CREATE TABLE t (id INT) PARTITION BY RANGE (id) ${text}`, 'syntax');
    }
  });
});

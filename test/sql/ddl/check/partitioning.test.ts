import { describe, it } from 'node:test';
import type { SqlErrorKind } from '../../../../src/base/sql-error.ts';
import { failsWith, tableOf } from '../support.ts';

const refused: readonly (readonly [clause: string, kind: SqlErrorKind, message: string])[] = [
  [
    'RANGE (a) (PARTITION p VALUES LESS THAN (1), PARTITION P VALUES LESS THAN (2))',
    'duplicate_partition',
    'Duplicate partition name P',
  ],
  [
    'RANGE (a) (PARTITION p VALUES LESS THAN (10), PARTITION q VALUES LESS THAN (9))',
    'partition_range_not_increasing',
    'VALUES LESS THAN value must be strictly increasing for each partition',
  ],
  [
    "RANGE COLUMNS (d, a) (PARTITION p VALUES LESS THAN ('2024-01-01', 5), PARTITION q VALUES LESS THAN ('2024-01-01', 5))",
    'partition_range_not_increasing',
    'VALUES LESS THAN value must be strictly increasing for each partition',
  ],
  [
    'RANGE (a) (PARTITION p VALUES LESS THAN MAXVALUE, PARTITION q VALUES LESS THAN (9))',
    'partition_maxvalue',
    'MAXVALUE can only be used in last partition definition',
  ],
  [
    'RANGE (d) (PARTITION p VALUES [("2024-01-01"), ("2024-02-01")), PARTITION q VALUES [("2024-01-15"), ("2024-03-01")))',
    'partition_range_not_increasing',
    "Range of partition 'q' intersects with range of partition 'p'",
  ],
  [
    'RANGE (d) (PARTITION p VALUES [("2024-02-01"), ("2024-01-01")))',
    'partition_range_not_increasing',
    "Range of partition 'p' is empty or reversed",
  ],
  [
    'RANGE (d) (PARTITION p VALUES [("2024-01-01"), ("2024-02-01")), PARTITION q VALUES LESS THAN ("2024-01-15"))',
    'partition_range_not_increasing',
    'VALUES LESS THAN value must be strictly increasing for each partition',
  ],
  [
    'RANGE (d) (PARTITION q VALUES LESS THAN ("2024-01-15"), PARTITION p VALUES [("2024-01-01"), ("2024-02-01")))',
    'partition_range_not_increasing',
    "Range of partition 'p' intersects with range of partition 'q'",
  ],
  [
    `date_trunc('month', d) (PARTITION p VALUES [("2024-01-01"), ("2024-02-01")), PARTITION q VALUES [("2024-01-15"), ("2024-01-20")))`,
    'partition_range_not_increasing',
    "Range of partition 'q' intersects with range of partition 'p'",
  ],
  ['RANGE (a)', 'partitions_required', 'For RANGE partitions each partition must be defined'],
  [
    'LIST (a) (PARTITION p)',
    'partition_requires_values',
    'Syntax error: LIST PARTITIONING requires definition of VALUES IN for each partition',
  ],
  [
    'LIST (a) (PARTITION p VALUES LESS THAN (1))',
    'partition_wrong_values',
    'Only RANGE PARTITIONING can use VALUES LESS THAN in partition definition',
  ],
  [
    'LIST (a) (PARTITION p VALUES IN (1), PARTITION q VALUES IN (2, 1))',
    'duplicate_list_value',
    'Multiple definition of same constant in list partitioning',
  ],
  [
    'KEY (nope)',
    'unknown_partition_column',
    'Field in list of fields for partition function not found in table',
  ],
];

describe('checkPartitioning', () => {
  for (const [clause, kind, message] of refused) {
    it(`refuses ${clause}`, () =>
      failsWith(`CREATE TABLE t (a INT, d DATE) PARTITION BY ${clause}`, kind, message));
  }

  it('wants every unique key of a MySQL table to hold the partition columns', () => {
    failsWith(
      'CREATE TABLE t (a INT KEY, d DATE) PARTITION BY HASH (year(`d`))',
      'partition_unique_key',
      "A PRIMARY KEY must include all columns in the table's partitioning function",
    );
    failsWith(
      'CREATE TABLE t (a INT, d DATE, UNIQUE (a)) PARTITION BY KEY (d)',
      'partition_unique_key',
      /^A UNIQUE INDEX/,
    );
    tableOf('CREATE TABLE t (a INT, d DATE, PRIMARY KEY (a, d)) PARTITION BY HASH (year(`d`))');
  });

  it('lets fixed ranges leave gaps and stand in any order', () => {
    tableOf(
      'CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p VALUES [(10), (20)), PARTITION q VALUES [(1), (9)))',
    );
  });

  it('leaves bounds that are expressions to the engine', () => {
    tableOf(
      "CREATE TABLE t (d DATE) PARTITION BY RANGE (to_days(d)) (PARTITION p VALUES LESS THAN (to_days('2024-01-01')), " +
        "PARTITION q VALUES LESS THAN (to_days('2023-01-01')))",
    );
  });

  it('lets StarRocks’ tables begin without partitions', () => {
    tableOf('CREATE TABLE t (d DATE) PARTITION BY RANGE (d) () DISTRIBUTED BY RANDOM');
  });
});

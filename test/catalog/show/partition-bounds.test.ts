import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showPartitions } from '../../../src/catalog/show/partitions.ts';
import { viewOf } from '../support.ts';

const calm = new AbortController().signal;

const cases: readonly (readonly [table: string, clause: string, bounds: readonly string[]])[] = [
  [
    'd DATE',
    "RANGE COLUMNS (d) (PARTITION p VALUES LESS THAN ('2024-01-01'), PARTITION q VALUES LESS THAN (MAXVALUE))",
    [
      '[types: [DATE]; keys: [0000-01-01]; ..types: [DATE]; keys: [2024-01-01]; )',
      '[types: [DATE]; keys: [2024-01-01]; ..types: [DATE]; keys: [MAXVALUE]; )',
    ],
  ],
  [
    'd DATETIME',
    'RANGE (d) (START ("2024-01-01") END ("2024-02-01") EVERY (INTERVAL 1 MONTH)) DISTRIBUTED BY RANDOM',
    ['[types: [DATETIME]; keys: [2024-01-01 00:00:00]; ..types: [DATETIME]; keys: [2024-02-01 00:00:00]; )'],
  ],
  [
    'a INT, d DATE',
    'RANGE (a, d) (PARTITION p VALUES [("1", "2024-01-01"), ("2", "2024-01-01"))) DISTRIBUTED BY RANDOM',
    ['[types: [INT, DATE]; keys: [1, 2024-01-01]; ..types: [INT, DATE]; keys: [2, 2024-01-01]; )'],
  ],
  [
    'a INT',
    'LIST (a) (PARTITION p VALUES IN ("1", "2"), PARTITION q VALUES IN (NULL)) DISTRIBUTED BY RANDOM',
    ["('1', '2')", '(NULL)'],
  ],
  [
    'c VARCHAR(9), d DATE',
    'LIST (c, d) (PARTITION p VALUES IN (("a", "2024-01-01"), ("b", "2024-1-2"))) DISTRIBUTED BY RANDOM',
    ["(('a', '2024-01-01'), ('b', '2024-01-02'))"],
  ],
];

describe('bounds in SHOW PARTITIONS', () => {
  for (const [columns, clause, expected] of cases) {
    it(`of ${clause.slice(0, 60)}`, async () => {
      const view = viewOf([`CREATE TABLE t (${columns}) PARTITION BY ${clause}`]);
      const shown = await showPartitions(view, { database: 'shop', table: 't' }, calm);
      assert.equal(shown.columns[7]?.name, clause.startsWith('LIST') ? 'List' : 'Range');
      assert.deepEqual(
        shown.rows.map((row) => row[7]),
        expected,
      );
    });
  }
});

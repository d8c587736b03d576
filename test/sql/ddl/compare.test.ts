import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TableDefinition } from '../../../src/sql/ddl/definition.ts';
import { firstDifference } from '../../../src/sql/ddl/compare.ts';
import { tableOf } from './support.ts';

const prefix = 'Table t already exist but with different schema';

const cases: readonly (readonly [
  what: string,
  existing: string,
  snapshot: string,
  expected: string | undefined,
])[] = [
  ['equal tables', '(a INT, KEY k (a))', '(a INT, KEY k (a))', undefined],
  [
    'names, comments and options',
    "(a INT COMMENT 'x') ENGINE=y COMMENT 'z'",
    '(A INT CHECK (a > 1)) AUTO_INCREMENT=7',
    undefined,
  ],
  [
    'the order of keys',
    '(a INT, b INT, KEY i (a), KEY j (b))',
    '(a INT, b INT, KEY j (b), KEY i (a))',
    undefined,
  ],
  ['the number of columns', '(a INT)', '(a INT, b INT)', `${prefix}, errMsg: column count is inconsistent`],
  [
    'a column',
    '(a INT, b INT)',
    '(a INT, c INT)',
    `${prefix}, column: b in existed table is different from the column in backup snapshot, column: c`,
  ],
  [
    'a type',
    '(a INT)',
    '(a BIGINT)',
    `${prefix}, column: a in existed table is different from the column in backup snapshot, column: a`,
  ],
  [
    'nullability',
    '(a INT)',
    '(a INT NOT NULL)',
    `${prefix}, column: a in existed table is different from the column in backup snapshot, column: a`,
  ],
  ['a key', '(a INT, KEY k (a))', '(a INT, UNIQUE k (a))', `${prefix}, errMsg: indexName is inconsistent`],
  [
    'the kind of partitions',
    '(a INT)',
    '(a INT) PARTITION BY HASH (a)',
    "Table's partition type is different",
  ],
  [
    'the columns of partitions',
    '(a INT, b INT) PARTITION BY HASH (a)',
    '(a INT, b INT) PARTITION BY HASH (b)',
    `${prefix}, errMsg: partition columns is inconsistent`,
  ],
  [
    'the key model',
    '(a INT) DUPLICATE KEY (a)',
    '(a INT) UNIQUE KEY (a)',
    'Table t already exist but with different key type',
  ],
  [
    'no key model and DUPLICATE KEY',
    '(a INT) DISTRIBUTED BY HASH (a)',
    '(a INT) DUPLICATE KEY (a) DISTRIBUTED BY HASH (a)',
    undefined,
  ],
  [
    'the key model before all else',
    '(a INT, b INT) UNIQUE KEY (a)',
    '(a INT, c INT SUM) AGGREGATE KEY (a) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN ("1"))',
    'Table t already exist but with different key type',
  ],
  [
    'the columns of a key model',
    '(a INT NOT NULL, b INT NOT NULL) UNIQUE KEY (a)',
    '(a INT NOT NULL, b INT NOT NULL) UNIQUE KEY (a, b)',
    `${prefix}, errMsg: short key column count is inconsistent`,
  ],
  [
    'an aggregate',
    '(a INT, b INT SUM) AGGREGATE KEY (a)',
    '(a INT, b INT MAX) AGGREGATE KEY (a)',
    `${prefix}, column: b in existed table is different from the column in backup snapshot, column: b`,
  ],
  [
    'a bitmap index',
    '(a INT, INDEX i (a) USING BITMAP) DUPLICATE KEY (a)',
    '(a INT) DUPLICATE KEY (a)',
    `${prefix}, errMsg: indexName is inconsistent`,
  ],
  [
    'bloom filters',
    '(a INT, b INT) DUPLICATE KEY (a) PROPERTIES ("bloom_filter_columns" = "a,b")',
    '(a INT, b INT) DUPLICATE KEY (a) PROPERTIES ("bloom_filter_columns" = "b")',
    `${prefix}, errMsg: bloom filter is inconsistent`,
  ],
  [
    'other properties, and the order of bloom filters',
    '(a INT, b INT) DUPLICATE KEY (a) PROPERTIES ("bloom_filter_columns" = "a, B", "replication_num" = "1")',
    '(a INT, b INT) DUPLICATE KEY (a) PROPERTIES ("bloom_filter_columns" = "b,a", "colocate_with" = "g", "compression" = "ZSTD")',
    undefined,
  ],
  [
    'the distribution',
    '(a INT, b INT) DISTRIBUTED BY HASH (a)',
    '(a INT, b INT) DISTRIBUTED BY HASH (b)',
    `${prefix}, errMsg: partition distribution col hash is inconsistent`,
  ],
  [
    'the buckets',
    '(a INT) DISTRIBUTED BY HASH (a) BUCKETS 1',
    '(a INT) DISTRIBUTED BY HASH (a) BUCKETS 2',
    `${prefix}, errMsg: bucket num is inconsistent`,
  ],
];

const ranges = (text: string) => `(a INT) PARTITION BY RANGE (a) (${text})`;
const below = (name: string, bound: string) => `PARTITION ${name} VALUES LESS THAN (${bound})`;

const partitions: readonly (readonly [
  what: string,
  existing: string,
  snapshot: string,
  expected: string | undefined,
])[] = [
  [
    'a changed range',
    `${below('p', '10')}, ${below('q', '20')}`,
    `${below('p', '9')}, ${below('q', '20')}`,
    'Partition p in table t has different range with partition in repository',
  ],
  [
    'partitions of the snapshot beyond those there',
    below('p', '10'),
    `${below('p', '10')}, ${below('q', '20')}`,
    undefined,
  ],
  [
    'partitions that the snapshot lacks',
    `${below('p', '10')}, ${below('q', '20')}`,
    below('p', '10'),
    undefined,
  ],
  [
    'a range that meets another',
    below('p', '10'),
    below('q', '5'),
    'Partition q in table t has conflict range with existing ranges',
  ],
];

function listTable(name: string): TableDefinition {
  return tableOf(`CREATE TABLE t (a INT) PARTITION BY LIST (a) (PARTITION ${name} VALUES IN (1))`);
}

describe('firstDifference', () => {
  for (const [what, existing, snapshot, expected] of cases) {
    it(`finds ${what}`, () => {
      const tables = [tableOf(`CREATE TABLE t ${existing}`), tableOf(`CREATE TABLE u ${snapshot}`)] as const;
      assert.equal(firstDifference(...tables, { table: 't' }), expected);
    });
  }

  for (const [what, existing, snapshot, expected] of partitions) {
    it(`finds ${what}`, () => {
      const tables = [
        tableOf(`CREATE TABLE t ${ranges(existing)}`),
        tableOf(`CREATE TABLE t ${ranges(snapshot)}`),
      ] as const;
      assert.equal(firstDifference(...tables, { table: 't' }), expected);
    });
  }

  it('looks at no partition but those to be restored', () => {
    const tables = [
      tableOf(`CREATE TABLE t ${ranges(below('p', '10'))}`),
      tableOf(`CREATE TABLE t ${ranges(`${below('p', '10')}, ${below('q', '20')}`)}`),
    ] as const;
    assert.equal(firstDifference(...tables, { table: 't', partitions: ['P'] }), undefined);
  });

  it('refuses a LIST partition that is not there, as StarRocks does', () => {
    assert.equal(
      firstDifference(listTable('p'), listTable('q'), { table: 't' }),
      'No partition exist in single partitioned table t',
    );
  });
});

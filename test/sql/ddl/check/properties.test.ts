import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { bloomFilterNames } from '../../../../src/sql/ddl/check/properties.ts';
import { parse } from '../support.ts';

function refusal(properties: string): string {
  const table = '(k INT, c VARCHAR(9) REPLACE, d TINYINT REPLACE) AGGREGATE KEY (k) DISTRIBUTED BY HASH (k)';
  try {
    parse(`CREATE TABLE t ${table} PROPERTIES (${properties})`);
  } catch (error) {
    assert.ok(error instanceof SqlError);
    return error.message.replace('Getting analyzing error. Detail message: ', '');
  }
  return 'accepted';
}

describe('the properties of a table', () => {
  const filterOnly =
    'Bloom filter index only used in columns of DUP_KEYS/PRIMARY table or key columns of UNIQUE_KEYS/AGG_KEYS table. invalid column: c';
  const cases: readonly (readonly [properties: string, message: string])[] = [
    ['"replication_num" = "0"', 'Replication num should larger than 0. (suggested 3)'],
    ['"replication_num" = "x"', 'Replication num should larger than 0. (suggested 3)'],
    [
      '"bloom_filter_columns" = "k, nope"',
      'Bloom filter column does not exist in table. invalid column: nope',
    ],
    ['"bloom_filter_columns" = "d"', "Invalid bloom filter column 'd': unsupported type TINYINT"],
    ['"bloom_filter_columns" = "k,K"', "Duplicate bloom filter column 'k'"],
    ['"bloom_filter_columns" = "c"', filterOnly],
    ['"bloom_filter_fpp" = "0.5"', 'Bloom filter fpp should in [1.0E-4, 0.05]'],
    ['"storage_medium" = "TAPE"', 'Invalid storage medium: TAPE'],
    ['"compression" = "RAR"', 'unknown compression type: RAR'],
    [
      '"enable_persistent_index" = "yes"',
      'Invalid enable_persistent_index value: yes. It must be true or false',
    ],
    ['"replication_nun" = "1"', 'Unknown properties: {replication_nun=1}'],
    [
      '"replication_num" = "3", "bloom_filter_columns" = "k", "bloom_filter_fpp" = "0.05", "storage_medium" = "ssd", ' +
        '"compression" = "zstd(3)", "enable_persistent_index" = "TRUE", "colocate_with" = "g", "in_memory" = "false", ' +
        '"dynamic_partition.enable" = "true", "storage_cooldown_time" = "2030-01-01 00:00:00"',
      'accepted',
    ],
  ];
  for (const [properties, message] of cases) {
    it(`are answered with '${message}' for ${properties}`, () => assert.equal(refusal(properties), message));
  }

  it('name the columns of bloom filters', () => {
    assert.deepEqual(bloomFilterNames(' A,b , '), ['a', 'b']);
  });
});

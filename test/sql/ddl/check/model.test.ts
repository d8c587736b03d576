import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { parse, tableOf } from '../support.ts';

function refusal(sql: string): string {
  try {
    parse(sql);
  } catch (error) {
    assert.ok(error instanceof SqlError);
    return error.message.replace('Getting analyzing error. Detail message: ', '');
  }
  return 'accepted';
}

describe('the key model of a table', () => {
  const refused: readonly (readonly [table: string, message: string])[] = [
    [
      '(a INT, b INT, c INT) DUPLICATE KEY (a, c)',
      'Key columns should be a ordered prefix of the schema. KeyColumns[1] (starts from zero) is c, but corresponding column is b in the previous columns declaration.',
    ],
    ['(a INT SUM, b INT) AGGREGATE KEY (a)', 'Key column[a] should not specify aggregate type.'],
    [
      '(a INT, b INT) AGGREGATE KEY (a)',
      'AGG_KEYS table should specify aggregate type for non-key column[b]',
    ],
    [
      '(a INT, b INT SUM) DUPLICATE KEY (a)',
      'DUP_KEYS table should not specify aggregate type for non-key column[b]',
    ],
    [
      '(a INT, b INT MAX) UNIQUE KEY (a)',
      'UNIQUE_KEYS table should not specify aggregate type for non-key column[b]',
    ],
    [
      '(a INT, b INT MIN) PRIMARY KEY (a)',
      'PRIMARY_KEYS table should not specify aggregate type for non-key column[b]',
    ],
    ['(a INT NULL, b INT) PRIMARY KEY (a)', 'primary key column[a] cannot be nullable'],
    ['(a INT AUTO_INCREMENT, b INT) PRIMARY KEY (a)', 'The AUTO_INCREMENT column must be BIGINT'],
    [
      '(a BIGINT AUTO_INCREMENT, b BIGINT AUTO_INCREMENT) PRIMARY KEY (a)',
      'More than one AUTO_INCREMENT column defined in CREATE TABLE Statement.',
    ],
    ['(a DOUBLE, b INT) DUPLICATE KEY (a)', 'Float or double can not used as a key, use decimal instead.'],
    ['(a DECIMAL(9,2), b INT) PRIMARY KEY (a)', 'primary key column[a] type not supported: DECIMAL'],
    ['(a JSON, b INT) UNIQUE KEY (a)', "Invalid data type of key column 'a': 'JSON'"],
    ['(a INT, b VARCHAR(9) SUM) AGGREGATE KEY (a)', "Invalid aggregate function 'SUM' for 'b'"],
    ['(a INT, b JSON MAX) AGGREGATE KEY (a)', "Invalid aggregate function 'MAX' for 'b'"],
    ['(a INT PRIMARY KEY, b INT) UNIQUE KEY (a)', 'Multiple primary key defined'],
    ['(a INT, b INT) UNIQUE KEY (a) DISTRIBUTED BY HASH (b)', 'Distribution column[b] is not key column'],
    ['(a INT, b INT) PRIMARY KEY (a) DISTRIBUTED BY RANDOM', 'PRIMARY KEY must use hash distribution'],
    [
      '(a INT, b INT REPLACE) AGGREGATE KEY (a) DISTRIBUTED BY RANDOM',
      'AGGREGATE KEY with replace must use hash distribution',
    ],
    [
      '(a INT, b DATE) UNIQUE KEY (a) PARTITION BY RANGE (b) (PARTITION p VALUES LESS THAN ("2024-01-01")) DISTRIBUTED BY HASH (a)',
      "The partition column could not be aggregated column and unique table's partition column must be key column",
    ],
  ];
  for (const [table, message] of refused) {
    it(`is refused in ${table}`, () => assert.equal(refusal(`CREATE TABLE t ${table}`), message));
  }

  for (const table of [
    '(a INT, b DOUBLE, c INT) DUPLICATE KEY (a) DISTRIBUTED BY RANDOM',
    '(a INT, b DATE, c INT SUM) AGGREGATE KEY (a, b) DISTRIBUTED BY RANDOM',
    '(a INT, b INT REPLACE) UNIQUE KEY (a) DISTRIBUTED BY HASH (a)',
    '(a VARCHAR(9), b DATETIME, c INT) PRIMARY KEY (a, b) ORDER BY (c)',
    '(a INT, b HLL HLL_UNION, c BITMAP BITMAP_UNION) AGGREGATE KEY (a)',
    '(a INT, b INT) PRIMARY KEY (A)',
  ]) {
    it(`is accepted in ${table}`, () => assert.equal(refusal(`CREATE TABLE t ${table}`), 'accepted'));
  }

  it('is AGGREGATE KEY of the columns before the first aggregate, where none is named', () => {
    assert.deepEqual(
      tableOf('CREATE TABLE t (a INT, b INT, c INT SUM, d INT MAX) DISTRIBUTED BY HASH (a)').model,
      {
        kind: 'AGGREGATE',
        columns: ['a', 'b'],
      },
    );
    assert.equal(tableOf('CREATE TABLE t (a INT, b INT) DISTRIBUTED BY HASH (a)').model, undefined);
  });
});

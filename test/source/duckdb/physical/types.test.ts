import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import type { DataType } from '../../../../src/sql/ddl/definition.ts';
import { duckdbType, enumMembers, isBinaryText } from '../../../../src/source/duckdb/physical/types.ts';
import { type } from '../definitions.ts';

const cases: readonly (readonly [DataType, string])[] = [
  [type('TINYINT', [1]), 'TINYINT'],
  [type('TINYINT', [], { unsigned: true }), 'UTINYINT'],
  [type('MEDIUMINT'), 'INTEGER'],
  [type('BIGINT', [], { unsigned: true }), 'UBIGINT'],
  [type('LARGEINT'), 'HUGEINT'],
  [type('BOOLEAN'), 'BOOLEAN'],
  [type('DECIMAL'), 'DECIMAL(10, 0)'],
  [type('DECIMAL', [38, 10]), 'DECIMAL(38, 10)'],
  [type('FLOAT'), 'FLOAT'],
  [type('FLOAT', [53]), 'DOUBLE'],
  [type('DATETIME', [3]), 'TIMESTAMP'],
  [type('TIMESTAMP'), 'TIMESTAMP'],
  [type('TIME'), 'INTERVAL'],
  [type('YEAR'), 'SMALLINT'],
  [type('BIT', [8]), 'UBIGINT'],
  [type('VARCHAR', [20]), 'VARCHAR'],
  [type('VARCHAR', [20], { collation: 'utf8mb4_bin' }), 'VARCHAR COLLATE "binary"'],
  [type('LONGBLOB'), 'BLOB'],
  [type('POINT'), 'BLOB'],
  [type('ENUM', [], { values: ["o'k", 'no'] }), "ENUM('', 'o''k', 'no')"],
  [type('SET', [], { values: ['a', 'b'] }), 'VARCHAR'],
  [type('JSON'), 'JSON'],
  [type('ARRAY', [], { elements: [type('INT')] }), 'INTEGER[]'],
  [type('MAP', [], { elements: [type('VARCHAR', [5]), type('DATE')] }), 'MAP(VARCHAR, DATE)'],
  [
    type('STRUCT', [], { elements: [type('INT'), type('DATE')], fieldNames: ['a', 'b c'] }),
    'STRUCT("a" INTEGER, "b c" DATE)',
  ],
];

describe('the DuckDB type of a column', () => {
  for (const [given, expected] of cases) {
    it(`is ${expected} for ${given.name}(${given.arguments.join(',')})`, () => {
      assert.equal(duckdbType(given), expected);
    });
  }

  for (const given of [type('DECIMAL', [65, 30]), type('HLL'), type('BITMAP')]) {
    it(`does not exist for ${given.name}(${given.arguments.join(',')})`, () => {
      assert.throws(
        () => duckdbType(given),
        (error) => error instanceof SqlError && error.kind === 'not_supported',
      );
    });
  }

  it('has the error value of an ENUM once', () => {
    assert.deepEqual(enumMembers(type('ENUM', [], { values: ['a', ''] })), ['a', '']);
  });

  it('compares bytes for _bin and _cs collations', () => {
    assert.ok(isBinaryText(type('VARCHAR', [1], { collation: 'utf8mb4_0900_as_cs' })));
    assert.ok(isBinaryText(type('VARCHAR', [1], { collation: 'utf8mb4_ja_0900_as_cs_ks' })));
    assert.ok(!isBinaryText(type('VARCHAR', [1], { collation: 'utf8mb4_general_ci' })));
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printColumnType } from '../../../../src/sql/ddl/print.ts';
import { failsWith, typeOf } from '../support.ts';
import { nestingMax } from '../../../../src/sql/token-reader.ts';

/** As written, and as information_schema shows it. */
const spellings: readonly (readonly [written: string, shown: string])[] = [
  ['INT', 'int'],
  ['INTEGER(11)', 'int'],
  ['INT4 UNSIGNED', 'int unsigned'],
  ['INT(4) ZEROFILL', 'int(4) unsigned zerofill'],
  ['INT ZEROFILL', 'int(10) unsigned zerofill'],
  ['TINYINT(1)', 'tinyint(1)'],
  ['TINYINT(1) UNSIGNED', 'tinyint unsigned'],
  ['TINYINT(4)', 'tinyint'],
  ['BOOL', 'tinyint(1)'],
  ['BOOLEAN', 'tinyint(1)'],
  ['MIDDLEINT', 'mediumint'],
  ['INT8', 'bigint'],
  ['DEC', 'decimal(10,0)'],
  ['NUMERIC(10,2)', 'decimal(10,2)'],
  ['FIXED(5) UNSIGNED', 'decimal(5,0) unsigned'],
  ['FLOAT', 'float'],
  ['FLOAT(24)', 'float'],
  ['FLOAT(25)', 'double'],
  ['FLOAT(7,4)', 'float(7,4)'],
  ['DOUBLE PRECISION', 'double'],
  ['REAL', 'double'],
  ['BIT', 'bit(1)'],
  ['BIT(8)', 'bit(8)'],
  ['DATETIME(0)', 'datetime'],
  ['DATETIME(6)', 'datetime(6)'],
  ['YEAR(4)', 'year'],
  ['CHAR', 'char(1)'],
  ['CHARACTER VARYING(10)', 'varchar(10)'],
  ['CHAR BYTE', 'binary(1)'],
  ['BINARY', 'binary(1)'],
  ['VARBINARY(3)', 'varbinary(3)'],
  ['LONG', 'mediumtext'],
  ['LONG VARCHAR', 'mediumtext'],
  ['LONG VARBINARY', 'mediumblob'],
  ['TEXT(10)', 'tinytext'],
  ['TEXT(100)', 'text'],
  ['BLOB(70000)', 'mediumblob'],
  ["ENUM('a','it''s','b ')", "enum('a','it''s','b')"],
  ["SET('x','y')", "set('x','y')"],
  ['JSON', 'json'],
  ['GEOMETRYCOLLECTION', 'geomcollection'],
  ['LARGEINT', 'largeint'],
  ['STRING', 'string'],
  ['VARCHAR(*)', 'varchar(65533)'],
  ['DECIMAL64(18,2)', 'decimal64(18,2)'],
  ['ARRAY<INT>', 'array<int>'],
  ['MAP<VARCHAR(10),ARRAY<INT>>', 'map<varchar(10),array<int>>'],
  ['STRUCT<a INT, b: ARRAY<ARRAY<ARRAY<BOOLEAN>>>>', 'struct<a int,b array<array<array<boolean>>>>'],
  ['HLL', 'hll'],
];

function characters(text: string): readonly (string | undefined)[] {
  const { characterSet, collation } = typeOf(text);
  return [characterSet, collation];
}

describe('parseDataType', () => {
  for (const [written, shown] of spellings) {
    it(`reads ${written} as ${shown}`, () => assert.equal(printColumnType(typeOf(written)), shown));
  }

  it('reads character sets and collations, also their old words', () => {
    assert.deepEqual(characters('VARCHAR(5)'), [undefined, undefined]);
    assert.deepEqual(characters('VARCHAR(5) CHARSET latin1'), ['latin1', undefined]);
    assert.deepEqual(characters('TEXT CHARACTER SET utf8 COLLATE utf8_bin'), ['utf8mb3', 'utf8mb3_bin']);
    assert.deepEqual(characters('TEXT COLLATE latin1_german1_ci'), ['latin1', 'latin1_german1_ci']);
    assert.deepEqual(characters('VARCHAR(5) BINARY'), ['utf8mb4', 'utf8mb4_bin']);
    assert.deepEqual(characters('VARCHAR(5) ASCII'), ['latin1', undefined]);
    assert.deepEqual(characters('NVARCHAR(5)'), ['utf8mb3', undefined]);
    assert.deepEqual(characters('NATIONAL CHARACTER VARYING(5)'), ['utf8mb3', undefined]);
    assert.deepEqual(characters("ENUM('a') CHARACTER SET utf8mb4"), ['utf8mb4', 'utf8mb4_0900_ai_ci']);
  });

  it('makes a binary type of a text type with the binary character set', () => {
    assert.equal(printColumnType(typeOf('VARCHAR(5) CHARACTER SET binary')), 'varbinary(5)');
    assert.equal(printColumnType(typeOf('TEXT CHARSET binary')), 'blob');
  });

  it('refuses words that are no types and types without their parts', () => {
    for (const type of [
      'WRONG',
      '5',
      "'INT'",
      'ENUM',
      'ENUM()',
      'ARRAY',
      'ARRAY<INT',
      'MAP<INT>',
      'NATIONAL INT',
    ]) {
      failsWith(`CREATE TABLE t (c ${type})`, 'syntax');
    }
  });

  it('bounds how deep types may nest', () => {
    const deep = `${'ARRAY<'.repeat(nestingMax)}INT${'>'.repeat(nestingMax)}`;
    failsWith(`CREATE TABLE t (c ${deep})`, 'resource_limit');
  });
});

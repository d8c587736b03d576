import { describe, it } from 'node:test';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { failsWith, tableOf } from './support.ts';

const refused: readonly (readonly [columns: string, kind: SqlErrorKind, message: string])[] = [
  ['a INT, A INT', 'duplicate_column', "Duplicate column name 'A'"],
  ['a INT, PRIMARY KEY (b)', 'unknown_key_column', "Key column 'b' doesn't exist in table"],
  ['a INT, KEY (a, A)', 'duplicate_column', "Duplicate column name 'A'"],
  ['a INT, KEY k (a), UNIQUE K (a)', 'duplicate_key_name', "Duplicate key name 'k'"],
  ['a INT, KEY `PRIMARY` (a)', 'bad_key_name', "Incorrect index name 'PRIMARY'"],
  [
    'a TEXT, KEY (a)',
    'key_without_length',
    "BLOB/TEXT column 'a' used in key specification without a key length",
  ],
  [
    'a INT AUTO_INCREMENT',
    'wrong_auto_column',
    'Incorrect table definition; there can be only one auto column and it must be defined as a key',
  ],
  [
    'a INT AUTO_INCREMENT KEY, b INT AUTO_INCREMENT UNIQUE',
    'wrong_auto_column',
    'Incorrect table definition; there can be only one auto column and it must be defined as a key',
  ],
  ['a INT, FOREIGN KEY (b) REFERENCES o (i)', 'unknown_key_column', "Key column 'b' doesn't exist in table"],
  [
    'a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES o (i, j)',
    'foreign_key_columns',
    "Incorrect foreign key definition for 'f': Key reference and table reference don't match",
  ],
  [
    'a INT, CONSTRAINT c CHECK (a > 1), CONSTRAINT C CHECK (a > 2)',
    'duplicate_constraint',
    "Duplicate check constraint name 'C'.",
  ],
  [`\`${'x'.repeat(65)}\` INT`, 'identifier_too_long', `Identifier name '${'x'.repeat(65)}' is too long`],
];

describe('checkDefinition', () => {
  for (const [columns, kind, message] of refused) {
    it(`refuses ${columns.slice(0, 70)}`, () => failsWith(`CREATE TABLE t (${columns})`, kind, message));
  }

  it('refuses StarRocks’ clauses on unknown columns', () => {
    failsWith('CREATE TABLE t (a INT) DUPLICATE KEY (b)', 'unknown_key_column');
    failsWith('CREATE TABLE t (a INT) DISTRIBUTED BY HASH (b)', 'analysis');
    failsWith('CREATE TABLE t (a INT) DUPLICATE KEY (a) ORDER BY (b)', 'unknown_key_column');
  });

  it('lets StarRocks’ tables have what MySQL’s may not', () => {
    tableOf(
      'CREATE TABLE t (a BIGINT AUTO_INCREMENT, b STRING DEFAULT "x", c VARCHAR(100000)) DUPLICATE KEY (a)',
    );
  });

  it('refuses unknown character sets of the table', () => {
    failsWith('CREATE TABLE t (a INT) CHARSET nonsense', 'unknown_character_set');
    failsWith('CREATE TABLE t (a INT) COLLATE nonsense_ci', 'unknown_collation');
  });

  it('leaves the keys of CREATE TABLE … SELECT to whoever knows its columns', () => {
    tableOf('CREATE TABLE t (PRIMARY KEY (a)) SELECT 1 a');
  });
});

import { describe, it } from 'node:test';
import type { SqlErrorKind } from '../../../../src/base/sql-error.ts';
import { failsWith, tableOf } from '../support.ts';

const refused: readonly (readonly [column: string, kind: SqlErrorKind, message: string])[] = [
  ['DECIMAL(66,2)', 'precision_too_big', "Too-big precision 66 specified for 'c'. Maximum is 65."],
  ['DECIMAL(60,31)', 'scale_too_big', "Too big scale 31 specified for column 'c'. Maximum is 30."],
  [
    'DECIMAL(2,3)',
    'scale_over_precision',
    "For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column 'c').",
  ],
  ['DATETIME(7)', 'precision_too_big', "Too-big precision 7 specified for 'c'. Maximum is 6."],
  ['BIT(65)', 'display_width_too_big', "Display width out of range for column 'c' (max = 64)"],
  [
    'CHAR(256)',
    'column_length_too_big',
    "Column length too big for column 'c' (max = 255); use BLOB or TEXT instead",
  ],
  [
    'VARCHAR(16384)',
    'column_length_too_big',
    "Column length too big for column 'c' (max = 16383); use BLOB or TEXT instead",
  ],
  ["ENUM('a','A')", 'duplicate_member', "Column 'c' has duplicated value 'A' in ENUM"],
  [
    `SET(${Array.from({ length: 65 }, (_, i) => `'${i}'`).join()})`,
    'too_many_members',
    'Too many strings for column c and SET',
  ],
  ['VARCHAR(5) CHARACTER SET nonsense', 'unknown_character_set', "Unknown character set: 'nonsense'"],
  ['VARCHAR(5) COLLATE nonsense_ci', 'unknown_collation', "Unknown collation: 'nonsense_ci'"],
  [
    "TEXT DEFAULT 'x'",
    'default_not_allowed',
    "BLOB, TEXT, GEOMETRY or JSON column 'c' can't have a default value",
  ],
  ['INT ON UPDATE CURRENT_TIMESTAMP', 'invalid_on_update', "Invalid ON UPDATE clause for 'c' column"],
  ['INT DEFAULT 5 AS (a)', 'wrong_usage', 'Incorrect usage of DEFAULT and generated column'],
];

describe('checkColumn', () => {
  for (const [column, kind, message] of refused) {
    it(`refuses ${column.slice(0, 60)}`, () =>
      failsWith(`CREATE TABLE t (a INT, c ${column})`, kind, message));
  }

  it('counts the bytes of the character set', () => {
    tableOf('CREATE TABLE t (c VARCHAR(65535)) CHARSET latin1');
    tableOf('CREATE TABLE t (c VARCHAR(16383))');
    tableOf("CREATE TABLE t (c ENUM('a','A') COLLATE utf8mb4_bin)");
    tableOf('CREATE TABLE t (c JSON DEFAULT (JSON_ARRAY()))');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeColumnType } from '../../../src/sql/ddl/type-facts.ts';
import { typeOf } from './support.ts';

/** type, length, octets, precision, scale, fraction, character set, collation: as MySQL 8.0 shows them. */
const cases: readonly (readonly [type: string, facts: string])[] = [
  ['TINYINT', '- - 3 0 - - -'],
  ['INT UNSIGNED', '- - 10 0 - - -'],
  ['BIGINT', '- - 19 0 - - -'],
  ['BIGINT UNSIGNED', '- - 20 0 - - -'],
  ['DECIMAL(12,3)', '- - 12 3 - - -'],
  ['FLOAT', '- - 12 - - - -'],
  ['DOUBLE', '- - 22 - - - -'],
  ['BIT(8)', '- - 8 - - - -'],
  ['DATE', '- - - - - - -'],
  ['DATETIME(6)', '- - - - 6 - -'],
  ['TIMESTAMP', '- - - - 0 - -'],
  ['YEAR', '- - - - - - -'],
  ['VARCHAR(20)', '20 80 - - - utf8mb4 utf8mb4_0900_ai_ci'],
  ['CHAR(3) CHARACTER SET latin1', '3 3 - - - latin1 latin1_swedish_ci'],
  ['VARCHAR(5) COLLATE utf8mb4_bin', '5 20 - - - utf8mb4 utf8mb4_bin'],
  ['TEXT', '65535 65535 - - - utf8mb4 utf8mb4_0900_ai_ci'],
  ['LONGTEXT', '4294967295 4294967295 - - - utf8mb4 utf8mb4_0900_ai_ci'],
  ["ENUM('a','bcd')", '3 12 - - - utf8mb4 utf8mb4_0900_ai_ci'],
  ["SET('a','bcd')", '5 20 - - - utf8mb4 utf8mb4_0900_ai_ci'],
  ['VARBINARY(7)', '7 7 - - - - -'],
  ['BLOB', '65535 65535 - - - - -'],
  ['JSON', '- - - - - - -'],
  ['ARRAY<INT>', '- - - - - - -'],
];

describe('describeColumnType', () => {
  for (const [type, expected] of cases) {
    it(`knows ${type}`, () => {
      const facts = describeColumnType(typeOf(type));
      const shown = [
        facts.characterMaximumLength,
        facts.characterOctetLength,
        facts.numericPrecision,
        facts.numericScale,
        facts.datetimePrecision,
        facts.characterSetName,
        facts.collationName,
      ];
      assert.equal(shown.map((value) => value ?? '-').join(' '), expected);
    });
  }

  it('takes character set and collation from the table where the column names none', () => {
    const facts = describeColumnType(typeOf('VARCHAR(5)'), {
      characterSet: 'latin1',
      collation: 'latin1_bin',
    });
    assert.deepEqual([facts.collationName, facts.characterOctetLength], ['latin1_bin', 5n]);
    const named = describeColumnType(typeOf('VARCHAR(5) CHARSET ascii'), { collation: 'latin1_bin' });
    assert.equal(named.collationName, 'ascii_general_ci');
  });
});

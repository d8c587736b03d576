import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnOf, failsWith } from '../support.ts';

const defaults: readonly (readonly [column: string, text: string | undefined])[] = [
  ['INT DEFAULT 5', "'5'"],
  ['INT DEFAULT -5', "'-5'"],
  ['INT DEFAULT +5', "'5'"],
  ['INT DEFAULT NULL', undefined],
  ['INT DEFAULT TRUE', "'1'"],
  ['DECIMAL(4,2) DEFAULT 3', "'3.00'"],
  ['DECIMAL(4,2) DEFAULT -.5', "'-0.50'"],
  ['DECIMAL(5,0) DEFAULT 03', "'3'"],
  ['DOUBLE DEFAULT 1e3', "'1e3'"],
  ['BIT(4) DEFAULT 5', "b'101'"],
  ["BIT(4) DEFAULT b'101'", "b'101'"],
  ['BINARY(2) DEFAULT 0xfF00', '0xFF00'],
  ["BINARY(2) DEFAULT x'ff00'", '0xFF00'],
  ["VARCHAR(9) DEFAULT 'it\\'s'", "'it''s'"],
  ['VARCHAR(9) DEFAULT "a""b"', `'a"b'`],
  ["VARCHAR(9) DEFAULT _utf8mb4'x'", "'x'"],
  ["VARCHAR(9) DEFAULT 'a' 'b'", "'ab'"],
  ["VARCHAR(9) DEFAULT 'NULL'", "'NULL'"],
  ['VARCHAR(36) DEFAULT (uuid())', '(uuid())'],
  ['VARCHAR(36) DEFAULT uuid()', '(uuid())'],
  ['JSON DEFAULT (JSON_ARRAY(1, 2))', '(JSON_ARRAY(1, 2))'],
  ['TIMESTAMP DEFAULT CURRENT_TIMESTAMP()', 'CURRENT_TIMESTAMP'],
  ['TIMESTAMP(6) DEFAULT now(6)', 'CURRENT_TIMESTAMP(6)'],
];

describe('parseDefault', () => {
  for (const [text, expected] of defaults) {
    it(`keeps ${text} as ${expected}`, () => assert.equal(columnOf(`c ${text}`).default?.text, expected));
  }

  it('refuses NULL for a column that cannot be NULL', () => {
    failsWith(
      'CREATE TABLE t (c INT NOT NULL DEFAULT NULL)',
      'invalid_default',
      "Invalid default value for 'c'",
    );
    failsWith('CREATE TABLE t (c INT DEFAULT NULL PRIMARY KEY)', 'invalid_default');
  });
});

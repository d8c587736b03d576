import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import type { DataType } from '../../../../src/sql/ddl/definition.ts';
import { adjustNull, adjustValue, implicitDefault } from '../../../../src/source/duckdb/dml/bad-values.ts';
import { column, type } from '../definitions.ts';

/** type, value, what it becomes outside of strict mode, the error of strict mode (none: it is taken as it is). */
const cases: readonly (readonly [DataType, string, string | null, string?])[] = [
  [type('INT'), 'abc', '0', "incorrect_value: Incorrect integer value: 'abc' for column 'c' at row 3"],
  [type('INT'), '12abc', '12', "data_truncated: Data truncated for column 'c' at row 3"],
  [type('TINYINT'), '300', '127', "out_of_range: Out of range value for column 'c' at row 3"],
  [
    type('TINYINT', [], { unsigned: true }),
    '-1',
    '0',
    "out_of_range: Out of range value for column 'c' at row 3",
  ],
  [type('DECIMAL', [4, 2]), '1234', '99.99', "out_of_range: Out of range value for column 'c' at row 3"],
  [
    type('DECIMAL', [4, 2]),
    'x',
    '0',
    "incorrect_value: Incorrect decimal value: 'x' for column 'c' at row 3",
  ],
  [type('VARCHAR', [3]), 'abcd', 'abc', "data_too_long: Data too long for column 'c' at row 3"],
  [type('VARCHAR', [3]), 'abc  ', 'abc'],
  [
    type('TINYTEXT'),
    'é'.repeat(128),
    'é'.repeat(127),
    "data_too_long: Data too long for column 'c' at row 3",
  ],
  [
    type('DATE'),
    '2024-13-01',
    null,
    "truncated_value: Incorrect date value: '2024-13-01' for column 'c' at row 3",
  ],
  [type('DATETIME'), '20240105', '2024-01-05 00:00:00'],
  [type('DATE'), '24-1-5', '2024-01-05 00:00:00'],
  [type('DATETIME', [3]), '9999-12-31 23:59:59.9994', '9999-12-31 23:59:59.9994'],
  [
    type('DATETIME'),
    '9999-12-31 23:59:59.5',
    null,
    "truncated_value: Incorrect datetime value: '9999-12-31 23:59:59.5' for column 'c' at row 3",
  ],
  [
    type('TIME'),
    '-839:00:00',
    '-838:59:59',
    "truncated_value: Incorrect time value: '-839:00:00' for column 'c' at row 3",
  ],
  [type('BIT', [4]), '16', '15', "data_too_long: Data too long for column 'c' at row 3"],
  [type('FLOAT', [5, 2]), '-1000', '-999.99', "out_of_range: Out of range value for column 'c' at row 3"],
  [
    type('TIME'),
    '99:99',
    '00:00:00',
    "truncated_value: Incorrect time value: '99:99' for column 'c' at row 3",
  ],
  [type('YEAR'), '69', '2069'],
  [type('YEAR'), '70', '1970'],
  [type('YEAR'), '1900', null, "out_of_range: Out of range value for column 'c' at row 3"],
  [type('ENUM', [], { values: ['Red', 'green'] }), 'RED ', 'Red'],
  [type('ENUM', [], { values: ['Red', 'green'] }), '2', 'green'],
  [
    type('ENUM', [], { values: ['Red', 'green'] }),
    'blue',
    '',
    "data_truncated: Data truncated for column 'c' at row 3",
  ],
  [type('SET', [], { values: ['a', 'b', 'c'] }), 'C,a,C', 'a,c'],
  [type('SET', [], { values: ['a', 'b', 'c'] }), '5', 'a,c'],
  [
    type('SET', [], { values: ['a', 'b', 'c'] }),
    'a,x',
    'a',
    "data_truncated: Data truncated for column 'c' at row 3",
  ],
];

describe('a value that a column does not take as it is', () => {
  for (const [given, text, relaxed, strict] of cases) {
    const shown = text.slice(0, 12);
    it(`${given.name} '${shown}' becomes ${JSON.stringify(relaxed)?.slice(0, 30)} with IGNORE`, () => {
      const adjusted = adjustValue(text, column('c', given), 3, { isStrict: false });
      assert.equal(adjusted.value, relaxed);
      assert.equal(adjusted.warning !== undefined, strict !== undefined);
    });
    it(`${given.name} '${shown}' ${strict === undefined ? 'is taken' : 'fails'} in strict mode`, () => {
      assert.equal(
        attempt(() => adjustValue(text, column('c', given), 3, { isStrict: true })),
        strict ?? 'taken',
      );
    });
  }

  it('refuses what is no JSON with IGNORE too, as MySQL does', () => {
    for (const isStrict of [true, false]) {
      assert.equal(
        attempt(() => adjustValue('{bad', column('c', type('JSON')), 3, { isStrict })),
        `invalid_json_column: Invalid JSON text: "Missing a name for object member." at position 1 in value for column 'c'.`,
      );
    }
  });

  it('refuses NULL where there must be a value', () => {
    assert.throws(() => adjustNull(column('c'), { isStrict: true }), /Column 'c' cannot be null/);
    assert.equal(adjustNull(column('c'), { isStrict: false }).value, '0');
  });

  it('has MySQL’s zero for each kind of column', () => {
    assert.equal(implicitDefault(type('VARCHAR', [3])), '');
    assert.equal(implicitDefault(type('ENUM', [], { values: ['x'] })), 'x');
    assert.equal(implicitDefault(type('DATE')), null);
  });
});

function attempt(work: () => unknown): string {
  try {
    work();
    return 'taken';
  } catch (error) {
    assert.ok(error instanceof SqlError);
    return `${error.kind}: ${error.message}`;
  }
}

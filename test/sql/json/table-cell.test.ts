import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../src/base/sql-error.ts';
import { parseWritten } from '../../../src/sql/json/parse.ts';
import { cellText, type CellType } from '../../../src/sql/json/table-cell.ts';

const integer: CellType = { kind: 'integer', least: '-128', most: '127' };
const text: CellType = { kind: 'text', charactersMax: 4 };
const decimal: CellType = { kind: 'decimal', precision: 4, scale: 1 };

/** The kind of an error in the place of a text; as MySQL 9.7 has it. */
const cases: readonly (readonly [value: string, type: CellType, expected: string | null])[] = [
  ['5', integer, '5'],
  ['true', integer, '1'],
  ['2.5', integer, '2'],
  ['"12"', integer, '12'],
  ['"1.5"', integer, 'json_cast'],
  ['"x"', integer, 'json_cast'],
  ['200', integer, 'json_table_range'],
  ['[1]', integer, 'json_table_scalar'],
  ['null', integer, null],
  ['"long"', text, 'long'],
  ['"longer"', text, 'json_table_range'],
  ['12345', text, 'json_table_range'],
  ['1.25', decimal, '1.3'],
  ['-1.25', decimal, '-1.3'],
  ['"9.99"', decimal, '10.0'],
  ['999.95', decimal, 'json_table_range'],
  ['1e2', decimal, '100.0'],
  ['1e300', decimal, 'json_table_range'],
  ['[1, {"a": 2}]', { kind: 'json' }, '[1, {"a": 2}]'],
  ['"2024-01-02"', { kind: 'date' }, '2024-01-02'],
  ['"soon"', { kind: 'date' }, 'json_cast'],
  ['1', { kind: 'year' }, '2001'],
];

describe('a cell of JSON_TABLE', () => {
  for (const [value, type, expected] of cases) {
    it(`of ${type.kind} takes ${value} as ${expected}`, () => assert.equal(outcome(value, type), expected));
  }
});

function outcome(value: string, type: CellType): string | null {
  try {
    return cellText(parseWritten(value), type, 'c');
  } catch (error) {
    if (error instanceof SqlError) return error.kind;
    throw error;
  }
}

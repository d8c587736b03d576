import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DataType } from '../../../../src/sql/ddl/definition.ts';
import { Connection } from '../../../../src/source/duckdb/connection/connection.ts';
import { registerJsonFunction } from '../../../../src/source/duckdb/connection/json-function.ts';
import { conversionSql, type SourceKind } from '../../../../src/source/duckdb/dml/conversion-sql.ts';
import { installMacros } from '../../../../src/source/duckdb/macros/macros.ts';
import { Notes } from '../../../../src/source/duckdb/connection/notes.ts';
import { column, type } from '../definitions.ts';

const red = type('ENUM', [], { values: ['red', 'green'] });

/** Column type, kind and text of the source, and the value; null is left to be looked at. */
const cases: readonly (readonly [DataType, SourceKind, string, string | null])[] = [
  [type('INT'), 'text', "'12'", '12'],
  [type('INT'), 'text', "' 1.5 '", '2'],
  [type('INT'), 'text', "'1e3'", '1000'],
  [type('INT'), 'text', "'12abc'", null],
  [type('INT'), 'text', "'0x1f'", null],
  [type('INT'), 'text', "'1_000'", null],
  [type('INT'), 'text', "'true'", null],
  [type('INT'), 'number', '2.5', '3'],
  [type('INT'), 'number', '3000000000', null],
  [type('INT'), 'boolean', 'true', '1'],
  [type('MEDIUMINT'), 'text', "'8388608'", null],
  [type('BIGINT', [], { unsigned: true }), 'text', "'18446744073709551615'", '18446744073709551615'],
  [type('BOOLEAN'), 'text', "'7'", 'true'],
  [type('BIT', [4]), 'text', "'16'", null],
  [type('DECIMAL', [5, 2]), 'text', "'123.456'", '123.46'],
  [type('DECIMAL', [5, 2]), 'text', "'1234'", null],
  [type('DECIMAL', [5, 2], { unsigned: true }), 'text', "'-1'", null],
  [type('DOUBLE'), 'text', "'1e400'", null],
  [type('DOUBLE'), 'text', "'nan'", null],
  [type('FLOAT', [5, 1]), 'text', "'12.34'", '12.3'],
  [type('DATE'), 'text', "'24-1-2'", null],
  [type('DATE'), 'text', "'1-11-12'", null],
  [type('DATETIME'), 'text', "'9999-12-31 23:59:59.5'", null],
  [type('DATETIME', [3]), 'text', "'9999-12-31 23:59:59.9996'", null],
  [type('DATETIME', [3]), 'text', "'9999-12-31 23:59:59.9994'", '9999-12-31 23:59:59.999'],
  [type('YEAR'), 'text', "'2024'", '2024'],
  [type('YEAR'), 'text', "'24'", null],
  [type('VARCHAR', [3]), 'text', "'äöü'", 'äöü'],
  [type('VARCHAR', [3]), 'text', "'abcd'", null],
  [type('CHAR', [3]), 'text', "'ab   '", 'ab'],
  [type('VARCHAR', [9]), 'double', '1::DOUBLE', '1'],
  [type('VARCHAR', [30]), 'double', '0.1::FLOAT', '0.10000000149011612'],
  [type('VARCHAR', [9]), 'boolean', 'false', '0'],
  [type('VARCHAR', [9]), 'bytes', "'\\x41'::BLOB", 'A'],
  [type('BINARY', [3]), 'bytes', "'A'::BLOB", 'A\\x00\\x00'],
  [type('VARBINARY', [1]), 'bytes', "'AB'::BLOB", null],
  [type('DATE'), 'text', "'2024-02-29'", '2024-02-29'],
  [type('DATE'), 'text', "'2024-01-05 10:11:12'", '2024-01-05'],
  [type('DATE'), 'text', "'2023-02-29'", null],
  [type('DATE'), 'text', "'infinity'", null],
  [type('DATE'), 'text', "'10-01-01'", null],
  [type('DATETIME'), 'text', "'2024-01-01 00:00:00.5'", '2024-01-01 00:00:01'],
  [type('DATETIME', [3]), 'text', "'2024-01-01 00:00:00.1235'", '2024-01-01 00:00:00.124'],
  [type('DATETIME', [1]), 'text', "'1969-12-31 23:59:59.96'", '1970-01-01 00:00:00'],
  [type('DATETIME', [6]), 'same', "TIMESTAMP '2024-01-01 00:00:00.123456'", '2024-01-01 00:00:00.123456'],
  [type('TIME'), 'text', "'-838:59:59'", '-838:59:59'],
  [type('TIME'), 'text', "'839:00:00'", null],
  [type('TIME'), 'text', "'10:11'", null],
  [red, 'text', "'green'", 'green'],
  [red, 'text', "'GREEN'", null],
  [red, 'text', "''", ''],
  [type('SET', [], { values: ['a', 'b'] }), 'text', "'b'", 'b'],
  [type('SET', [], { values: ['a', 'b'] }), 'text', "'b,a'", null],
  [type('JSON'), 'text', `'{"b":  1, "a": 2.50}'`, '{"a": 2.5, "b": 1}'],
  [type('JSON'), 'text', "'{'", null],
  [type('ARRAY', [], { elements: [type('INT')] }), 'other', '[1, 2]', '[1, 2]'],
];

describe('the conversion of a whole column', () => {
  let instance: DuckDBInstance;
  let connection: Connection;
  before(async () => {
    instance = await DuckDBInstance.create(':memory:');
    await registerJsonFunction(instance, 0);
    await new Notes().register(instance);
    connection = await Connection.open(instance);
    await installMacros(async (sql) => {
      await connection.run(sql);
    });
  });
  after(() => {
    connection.close();
    instance.closeSync();
  });

  for (const [given, kind, source, expected] of cases) {
    it(`of ${source} (${kind}) to ${given.name}(${given.arguments.join(',')}) is ${expected}`, async () => {
      const sql = conversionSql('s', kind, column('c', given));
      const value = await connection.fact(`SELECT CAST(${sql} AS VARCHAR) FROM (SELECT ${source} AS s)`);
      assert.equal(value, expected);
    });
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { Connection } from '../../../../src/source/duckdb/connection/connection.ts';
import { extractRows } from '../../../../src/source/duckdb/backup/extract.ts';
import { parquetColumns } from '../../../../src/source/duckdb/files/parquet-columns.ts';
import { fileRows } from '../../../../src/source/duckdb/files/file-rows.ts';
import { rowChecksum } from '../../../../src/source/duckdb/files/row-checksum.ts';
import type { ColumnDefinition, DataType, TableDefinition } from '../../../../src/sql/ddl/definition.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function type(name: string, more: Partial<DataType> = {}): DataType {
  return { name, arguments: [], unsigned: false, zerofill: false, values: [], elements: [], ...more };
}

function table(columns: Readonly<Record<string, DataType>>): TableDefinition {
  const made = Object.entries(columns).map(([name, dataType]): ColumnDefinition => ({
    name,
    type: dataType,
    nullable: true,
    autoIncrement: false,
    isKey: false,
    invisible: false,
  }));
  return {
    name: 't',
    columns: made,
    keys: [],
    foreignKeys: [],
    checks: [],
    properties: [],
    options: { other: [] },
  };
}

const large = type('LARGEINT');
const time = type('TIME');
const choice = type('ENUM', { values: ['a', 'b'] });

describe('a column in a Parquet file', () => {
  it('has a type that other readers know, and a text column where that is not enough', () => {
    const columns = parquetColumns(
      table({ i: type('BIGINT', { unsigned: true }), l: large, t: time, t__RAW: type('INT'), e: choice }),
    );
    assert.deepEqual(
      columns.map(({ name, parquetType, raw }) => [name, parquetType, raw?.name]),
      [
        ['i', 'UBIGINT', undefined],
        ['l', 'DECIMAL(38,0)', 'l__raw'],
        ['t', 'TIME', 't__raw_'],
        ['t__RAW', 'INTEGER', undefined],
        ['e', 'VARCHAR', undefined],
      ],
    );
  });

  it('takes text inside of lists, maps and structures where Parquet would lose something', () => {
    const nested = table({
      a: type('ARRAY', { elements: [large] }),
      m: type('MAP', { elements: [type('INT'), time] }),
      s: type('STRUCT', { elements: [choice, type('ARRAY', { elements: [time] })], fieldNames: ['x', 'y'] }),
      n: type('ARRAY', { elements: [type('INT')] }),
    });
    assert.deepEqual(
      parquetColumns(nested).map(({ parquetType }) => parquetType),
      ['VARCHAR[]', 'MAP(INTEGER, VARCHAR)', 'STRUCT("x" VARCHAR, "y" VARCHAR[])', 'INTEGER[]'],
    );
  });

  const lossless = [
    [
      'LARGEINT',
      large,
      ['170141183460469231731687303715884105727', '-170141183460469231731687303715884105728', '0'],
    ],
    ['LARGEINT UNSIGNED', { ...large, unsigned: true }, ["'340282366920938463463374607431768211455'", '7']],
    ['TIME', time, ["INTERVAL '-838:59:59.999999'", "INTERVAL '24:00:00'", "INTERVAL '23:59:59.999999'"]],
    ['TIME kept as days', time, ["INTERVAL '2 days -3 seconds'", "INTERVAL '-1 month'"]],
    ['DOUBLE', type('DOUBLE'), ["'nan'", "'inf'", "'-inf'", '-0.0', '5e-324']],
    ['FLOAT', type('FLOAT'), ["'nan'", "'-inf'", '-0.0', '1e-45']],
    ['DATE', type('DATE'), ["'infinity'", "'-infinity'", "'0001-01-01'", "'5874897-12-31'"]],
    ['DATETIME', type('DATETIME'), ["'infinity'", "'0001-01-01'", "'290000-01-01 00:00:00.000001'"]],
    ['ENUM', choice, ["''", "'a'", "'b'"]],
    ['VARCHAR', type('VARCHAR'), ["''", "'NULL'", "'a' || chr(0) || 'b'", "' x '", "'😀'"]],
    ['BLOB', type('BLOB'), ["''::BLOB", "'\\x00\\xFF'::BLOB"]],
    [
      'ARRAY<LARGEINT>',
      type('ARRAY', { elements: [large] }),
      ['[]', '[NULL]', '[170141183460469231731687303715884105727, -1]'],
    ],
    [
      'MAP<VARCHAR, TIME>',
      type('MAP', { elements: [type('VARCHAR'), time] }),
      ["MAP {'': INTERVAL '-25:00:00', 'b': NULL}", 'MAP {}'],
    ],
    [
      'STRUCT',
      type('STRUCT', {
        elements: [
          choice,
          type('ARRAY', { elements: [type('STRUCT', { elements: [type('INT')], fieldNames: ['n'] })] }),
        ],
        fieldNames: ['e', 'a'],
      }),
      ["{'e': 'b', 'a': [{'n': 1}, NULL, {'n': NULL}]}", "{'e': NULL, 'a': []}"],
    ],
  ] as const;
  for (const [name, dataType, values] of lossless) {
    it(`gives back every value of ${name}`, async () => {
      await using folder = await temporaryFolder();
      const instance = await DuckDBInstance.create(':memory:');
      using connection = await Connection.open(instance);
      const columns = parquetColumns(table({ v: dataType }));
      const [column] = columns;
      await connection.run(`CREATE TABLE t (v ${column?.physicalType})`);
      for (const value of [...values, 'NULL']) await connection.run(`INSERT INTO t VALUES (${value})`);
      const file = `${folder.path}/t.parquet`;
      const { rows } = await extractRows(connection, columns, 't', file);
      assert.equal(rows, values.length + 1);
      const from = await fileRows(connection, columns, [file]);
      const texts = (source: string): Promise<unknown> =>
        connection.facts(`SELECT CAST(v AS VARCHAR), typeof(v) FROM ${source}`);
      assert.deepEqual(await texts(from), await texts('t'));
      assert.deepEqual(
        await rowChecksum(connection, columns, from),
        await rowChecksum(connection, columns, 't'),
      );
    });
  }
});

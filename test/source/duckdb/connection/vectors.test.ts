import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Cell } from '../../../../src/base/rows.ts';
import { Connection } from '../../../../src/source/duckdb/connection/connection.ts';
import { resultColumn } from '../../../../src/source/duckdb/select/result-columns.ts';
import { streamRows } from '../../../../src/source/duckdb/connection/result-stream.ts';
import { readRows } from '../engine-fixture.ts';

/** A DuckDB expression, the wire's type, and its text. */
const cases: readonly (readonly [string, string, Cell])[] = [
  ['true', 'LONGLONG', 1],
  ['(-7)::TINYINT', 'TINY', -7],
  ['200::UTINYINT', 'TINY', 200],
  ['(-300)::SMALLINT', 'SHORT', -300],
  ['60000::USMALLINT', 'SHORT', 60000],
  ['4000000000::UINTEGER', 'LONG', 4_000_000_000],
  ['(-5)::INTEGER', 'LONG', -5],
  ['9223372036854775807::BIGINT', 'LONGLONG', 9_223_372_036_854_775_807n],
  ['18446744073709551615::UBIGINT', 'LONGLONG', 18_446_744_073_709_551_615n],
  [
    '170141183460469231731687303715884105727::HUGEINT',
    'NEWDECIMAL',
    '170141183460469231731687303715884105727',
  ],
  [
    '(-170141183460469231731687303715884105728)::HUGEINT',
    'NEWDECIMAL',
    '-170141183460469231731687303715884105728',
  ],
  ['(-1.5)::DECIMAL(4, 1)', 'NEWDECIMAL', '-1.5'],
  ['123456.789::DECIMAL(9, 3)', 'NEWDECIMAL', '123456.789'],
  ['0.05::DECIMAL(18, 2)', 'NEWDECIMAL', '0.05'],
  ['(-0.0000000001)::DECIMAL(38, 10)', 'NEWDECIMAL', '-0.0000000001'],
  ['1.5::FLOAT', 'FLOAT', 1.5],
  ["'nan'::DOUBLE", 'DOUBLE', NaN],
  ["DATE '0001-01-01'", 'DATE', '0001-01-01'],
  ["TIMESTAMP '1969-12-31 23:59:59'", 'DATETIME', '1969-12-31 23:59:59'],
  ["INTERVAL '-838:59:59'", 'TIME', '-838:59:59'],
  ["INTERVAL '2 days 1 hour'", 'TIME', '49:00:00'],
  ["TIME '10:11:12'", 'TIME', '10:11:12'],
  ["'twelve bytes'", 'VAR_STRING', 'twelve bytes'],
  ["'thirteen byte'", 'VAR_STRING', 'thirteen byte'],
  ["''", 'VAR_STRING', ''],
  ["'häßlich, but long enough'", 'VAR_STRING', 'häßlich, but long enough'],
  ["'b'::ENUM('a', 'b')", 'STRING', 'b'],
  ['\'{"a": 1}\'::JSON', 'JSON', '{"a": 1}'],
  ['[1, NULL, 3]', 'JSON', '[1,null,3]'],
  ["{'a': 1, 'b': ['x']}", 'JSON', '{"a":1,"b":["x"]}'],
  ["MAP {'k': 1.5}", 'JSON', '{"k":1.5}'],
  ["'00000000-0000-0000-0000-000000000001'::UUID", 'VAR_STRING', '00000000-0000-0000-0000-000000000001'],
  ['NULL::VARCHAR', 'VAR_STRING', null],
  ['NULL', 'LONG', null],
];

describe('values on their way from DuckDB to the wire', () => {
  for (const [expression, wireType, expected] of cases) {
    it(`${expression} is ${wireType} ${String(expected)}`, async () => {
      const { types, rows } = await query(`SELECT ${expression} AS v`);
      assert.deepEqual(types, [wireType]);
      assert.deepEqual(rows, [[expected]]);
    });
  }

  it('keeps NULLs, short and long texts apart over many chunks', async () => {
    const { rows } = await query(
      "SELECT CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'v' || i ELSE repeat('long ', 5) || i END, i " +
        'FROM range(10000) t(i) ORDER BY i',
    );
    const expected = Array.from(
      { length: 10_000 },
      (_, i) => [null, '', `v${i}`, `${'long '.repeat(5)}${i}`][i % 4],
    );
    assert.deepEqual(
      rows.map((row) => row[0]),
      expected,
    );
  });

  it('reads texts that lie anywhere in memory', async () => {
    const { rows } = await query(
      "SELECT a.s FROM (SELECT i, 'a text of some length ' || (i * 7919 % 1000) AS s FROM range(3000) t(i)) a ORDER BY a.s, a.i",
    );
    const expected = Array.from(
      { length: 3000 },
      (_, i) => `a text of some length ${(i * 7919) % 1000}`,
    ).sort();
    assert.deepEqual(
      rows.map((row) => row[0]),
      expected,
    );
  });

  it('reads one text of many megabytes', async () => {
    const { rows } = await query("SELECT repeat('x', 20000000)");
    assert.equal(String(rows[0]?.[0]).length, 20_000_000);
  });

  it('reads an ENUM of more members than a byte counts', async () => {
    const members = Array.from({ length: 300 }, (_, i) => `'m${i}'`).join(', ');
    const { rows } = await query(`SELECT 'm299'::ENUM(${members})`);
    assert.deepEqual(rows, [['m299']]);
  });
});

async function query(
  sql: string,
): Promise<Readonly<{ types: readonly string[]; rows: readonly (readonly Cell[])[] }>> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    using connection = await Connection.open(instance);
    const result = await connection.stream(sql);
    const columns = result.columnTypes().map((type, i) => resultColumn(result.columnName(i), type, 0));
    const batches = streamRows(connection, result, {
      sql,
      signal: new AbortController().signal,
      release: async () => undefined,
    });
    return { types: columns.map((column) => column.type), rows: await readRows({ columns, batches }) };
  } finally {
    instance.closeSync();
  }
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { exactJson, mayBeInexact } from '../../../src/source/mysql/exact-json.ts';

/** Numbers as MySQL 9.7 prints them in JSON; `change` is what its reading of the text would lose. */
const cases: readonly Readonly<{ text: string; change?: string }>[] = [
  { text: '1.5' },
  { text: '1.0' },
  { text: '-0.0' },
  { text: '1e100' },
  { text: '1.2345678901234568e17' },
  { text: '0.0000001' },
  { text: '0.30000000000000004' },
  { text: '123456789012345.6' },
  { text: '18446744073709551615' },
  { text: '-9223372036854775808' },
  { text: '["1.50", "12345678901234567890123", "a\\"1.50"]' },
  { text: '{"1.50": "price 1.50", "n": null}' },
  { text: '1.50', change: `JSON_SET('1.50', '$', CAST('1.50' AS DECIMAL(3,2)))` },
  { text: '0.00', change: `JSON_SET('0.00', '$', CAST('0.00' AS DECIMAL(3,2)))` },
  {
    text: '-1.23456789012345678901',
    change: `JSON_SET('-1.23456789012345678901', '$', CAST('-1.23456789012345678901' AS DECIMAL(21,20)))`,
  },
  {
    text: '1234567890123456.5',
    change: `JSON_SET('1234567890123456.5', '$', CAST('1234567890123456.5' AS DECIMAL(17,1)))`,
  },
  {
    text: '18446744073709551616',
    change: `JSON_SET('18446744073709551616', '$', CAST('18446744073709551616' AS DECIMAL(20,0)))`,
  },
  {
    text: '{"a": [1, {"b,\\" c": 1.50}, 2.0, 7.10], "": {}}',
    change: String.raw`JSON_SET('{"a": [1, {"b,\\" c": 1.50}, 2.0, 7.10], "": {}}', '$."a"[1]."b,\\" c"', CAST('1.50' AS DECIMAL(3,2)), '$."a"[3]', CAST('7.10' AS DECIMAL(3,2)))`,
  },
  {
    text: '[[], [[1.10]], {"": 0.10}]',
    change: `JSON_SET('[[], [[1.10]], {"": 0.10}]', '$[1][0][0]', CAST('1.10' AS DECIMAL(3,2)), '$[2].""', CAST('0.10' AS DECIMAL(3,2)))`,
  },
];

describe('JSON to the last digit', () => {
  for (const { text, change } of cases) {
    it(`${change === undefined ? 'is the text itself' : 'has its decimals put back'}: ${text}`, () => {
      const plain = `'${text.replaceAll('\\', '\\\\')}'`;
      assert.equal(exactJson(text), change ?? plain);
    });
  }

  it('finds every text that may have to be changed in DuckDB, and none for its strings', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const sql = `SELECT ${mayBeInexact('$1')}`;
    for (const { text, change } of cases) {
      const found = (await connection.runAndReadAll(sql, [text])).getRows()[0]?.[0];
      if (change !== undefined || text.includes('"')) assert.equal(found, change !== undefined, text);
    }
    connection.closeSync();
    instance.closeSync();
  });
});

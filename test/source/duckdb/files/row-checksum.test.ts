import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { Connection } from '../../../../src/source/duckdb/connection/connection.ts';
import type { ParquetColumn } from '../../../../src/source/duckdb/files/parquet-columns.ts';
import { checksumAlgorithm, rowChecksum } from '../../../../src/source/duckdb/files/row-checksum.ts';

const column = (name: string, physicalType: string, parquetType = physicalType): ParquetColumn => ({
  name,
  physicalType,
  parquetType,
  encode: name,
});

describe(checksumAlgorithm, () => {
  /** Values of DuckDB's hash(). When one changes, old checksums cannot be compared: raise the algorithm's number. */
  const golden = [
    ['INTEGER', '1', '4717996019076358352'],
    ['BIGINT', '1', '4717996019076358352'],
    ['UBIGINT', '18446744073709551615', '4939931809569846361'],
    ['HUGEINT', '170141183460469231731687303715884105727', '17464040461585920464'],
    ['DOUBLE', '1.5', '1706605666616485939'],
    ['DECIMAL(38,2)', '1.5', '11259946367786091803'],
    ['VARCHAR', "''", '5104928228550385088'],
    ['VARCHAR', "'Grüße'", '15351526701598275945'],
    ['BLOB', "'\\x00\\xFF'::BLOB", '2428164213947723804'],
    ['DATE', "'2024-01-31'", '2183004377672426692'],
    ['TIMESTAMP', "'2024-01-31 10:20:30.000001'", '16192492827850306969'],
    ['INTERVAL', "'-838:59:59.999999'", '2225224442157301093'],
    ['BOOLEAN', 'true', '4717996019076358352'],
    ['INTEGER', 'NULL', '13787848793156543929'],
  ] as const;

  it('is what it was with every version of the engine so far', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    using connection = await Connection.open(instance);
    const actual: [string, string, string][] = [];
    for (const [type, value] of golden) {
      const from = `(SELECT CAST(${value} AS ${type}) AS v)`;
      actual.push([type, value, (await rowChecksum(connection, [column('v', type)], from)).value]);
    }
    assert.deepEqual(actual, golden);
  });

  it('takes an ENUM for its text, whatever its index', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    using connection = await Connection.open(instance);
    const sums: string[] = [];
    for (const type of [`ENUM('', 'a', 'b')`, `ENUM('b', '')`, 'VARCHAR']) {
      const from = `(SELECT CAST('b' AS ${type}) AS v, 7 AS n)`;
      const columns = [column('v', type, 'VARCHAR'), column('n', 'INTEGER')];
      sums.push((await rowChecksum(connection, columns, from)).value);
    }
    assert.equal(new Set(sums).size, 1);
  });

  it('adds up without wrapping', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    using connection = await Connection.open(instance);
    const from = '(SELECT 18446744073709551615::UBIGINT AS v FROM range(1000))';
    const { rows, value } = await rowChecksum(connection, [column('v', 'UBIGINT')], from);
    assert.equal(rows, 1000);
    assert.equal(BigInt(value), 1000n * 4939931809569846361n);
  });
});

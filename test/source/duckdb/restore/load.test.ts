import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileRows } from '../../../../src/source/duckdb/files/file-rows.ts';
import { parquetColumns } from '../../../../src/source/duckdb/files/parquet-columns.ts';
import { EngineFixture } from '../engine-fixture.ts';

/** A table with a date and a time, and a file as another database may have written it. */
async function load(select: string): Promise<readonly (readonly unknown[])[]> {
  await using fixture = await EngineFixture.open();
  await fixture.run('CREATE TABLE t (d DATE, c TIME)');
  const definition = fixture.engine.dictionary.table('shop', 't')?.definition;
  assert.ok(definition);
  using connection = await fixture.engine.connect();
  const file = path.join(fixture.engine.stagingFolder, 'foreign.parquet');
  await connection.run(`COPY (SELECT ${select}) TO '${file}' (FORMAT parquet)`);
  const rows = await fileRows(connection, parquetColumns(definition), [file]);
  return await connection.facts(`SELECT CAST(d AS VARCHAR), CAST(c AS VARCHAR) FROM ${rows}`);
}

describe('a file that another database has written', () => {
  it('is loaded with what stands beside a column where the engine can keep it', async () => {
    const select = "DATE '2024-02-29' AS d, CAST(NULL AS TIME) AS c, '-838:59:59' AS c__raw";
    assert.deepEqual(await load(select), [['2024-02-29', '-838:59:59']]);
  });

  it('is refused where it cannot, rather than loaded with NULL', async () => {
    const select = "CAST(NULL AS DATE) AS d, '0000-00-00' AS d__raw, CAST(NULL AS TIME) AS c";
    await assert.rejects(load(select), /column 'd' has values that the embedded engine cannot keep/);
  });
});

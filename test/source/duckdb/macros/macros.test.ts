import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { registerJsonFunction } from '../../../../src/source/duckdb/connection/json-function.ts';
import { engineSettings, installMacros, macroSchema } from '../../../../src/source/duckdb/macros/macros.ts';
import { Notes } from '../../../../src/source/duckdb/connection/notes.ts';

describe('the macros of the embedded engine', () => {
  it('are made once, and found the next time', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await new Notes().register(instance);
    await registerJsonFunction(instance, 0);
    const texts: string[] = [];
    const run = async (sql: string): Promise<void> => {
      texts.push(sql);
      await connection.run(sql);
    };
    await installMacros(run);
    assert.equal(texts.length, 2);
    await installMacros(run);
    assert.equal(texts.length, 3);
    const found = await connection.runAndReadAll(
      `SELECT count(DISTINCT function_name) > 100 FROM duckdb_functions() WHERE schema_name = '${macroSchema}'`,
    );
    assert.deepEqual(found.getRowsJson(), [[true]]);
    connection.closeSync();
  });

  it('fail when the engine fails', async () => {
    await assert.rejects(
      installMacros(() => Promise.reject(new Error('no engine'))),
      /no engine/,
    );
  });

  it('have settings that the engine takes', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const setting of engineSettings) await connection.run(setting);
    const result = await connection.runAndReadAll("SELECT 'É' = 'e', 1 / 0");
    assert.deepEqual(result.getRowsJson(), [[true, null]]);
    connection.closeSync();
  });
});

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Names in the staging folder of a server: one for each job that has something there. */
export function stagedJobs(data: string): readonly string[] {
  const folder = path.join(data, 'engine', 'staging');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What restores have left in the engine's file: shadow tables, and what is noted of them. Of a stopped server. */
export async function readRestoreTraces(data: string): Promise<readonly string[]> {
  const file = path.join(data, 'engine', 'holdfast.duckdb');
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT 'table ' || table_name FROM duckdb_tables() WHERE table_name LIKE '\\_\\_holdfast\\_shadow%' ESCAPE '\\'
       UNION ALL SELECT 'shadow of ' || restore_id || ': ' || target FROM __holdfast.shadows
       UNION ALL SELECT 'load of ' || restore_id || ': ' || blob FROM __holdfast.loads`,
    );
    connection.closeSync();
    return reader.getRows().map(([text]) => String(text));
  } finally {
    instance.closeSync();
  }
}

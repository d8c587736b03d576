import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connection, FieldPacket, ResultSetHeader } from 'mysql2/promise';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Talk } from './run-script.ts';
import type { Outcome } from './script.ts';

const lookEveryMs = 10;

/** A server process, asked by mysql2 through its socket. */
export async function socketTalk(): Promise<Talk> {
  const folder = await temporaryFolder();
  const server = await ServerProcess.start();
  const connection = await server.connect();
  const watcher = await server.connect();
  return {
    place: pathToFileURL(path.join(folder.path, 'scripts')).href,
    ask: (statement) => ask(connection, statement),
    settled: () => settled(watcher),
    [Symbol.asyncDispose]: async () => {
      await connection.end();
      await watcher.end();
      await server.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function ask(connection: Connection, sql: string): Promise<Outcome> {
  try {
    const typeCast = (field: { string: () => string | null }): string | null => field.string();
    const [answer, fields] = await connection.query({ sql, rowsAsArray: true, typeCast });
    if (!Array.isArray(answer)) return { kind: 'ok', affectedRows: (answer as ResultSetHeader).affectedRows };
    const columns = (fields as readonly FieldPacket[]).map(({ name }) => name);
    return { kind: 'rows', columns, rows: answer as unknown as (string | null)[][] };
  } catch (error) {
    const { errno, sqlState, message } = error as Error & { errno?: number; sqlState?: string };
    if (errno === undefined || sqlState === undefined) throw error;
    return { kind: 'error', number: errno, sqlState, message };
  }
}

/** Bounded by the time limit of the test. */
async function settled(connection: Connection): Promise<void> {
  for (;;) {
    const [backups] = await connection.query('SHOW BACKUP');
    const [restores] = await connection.query('SHOW RESTORE');
    const states = [backups, restores].flat().map((row) => String((row as Record<string, unknown>)['State']));
    if (states.every((state) => state === 'FINISHED' || state === 'CANCELLED')) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

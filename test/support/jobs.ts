import type { Connection, RowDataPacket } from 'mysql2/promise';

/** Longer than any job of a test takes on a slow machine. */
const settleTimeoutMs = 60_000;
const lookEveryMs = 15;

/** Asks SHOW BACKUP or SHOW RESTORE until the newest job of the database is settled; gives its row. */
export async function settledJob(
  connection: Connection,
  kind: 'BACKUP' | 'RESTORE',
  database: string,
): Promise<RowDataPacket> {
  const until = Date.now() + settleTimeoutMs;
  for (;;) {
    const [rows] = await connection.query<RowDataPacket[]>(`SHOW ${kind} FROM \`${database}\``);
    const newest = rows.sort((a, b) => Number(a['JobId']) - Number(b['JobId'])).at(-1);
    if (newest !== undefined && ['FINISHED', 'CANCELLED'].includes(String(newest['State']))) return newest;
    if (Date.now() > until) throw new Error(`the job is not settled: ${JSON.stringify(newest)}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** All rows of a query as plain objects. */
export async function rowsOf(connection: Connection, sql: string): Promise<RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return rows;
}

/** The timestamp under which a snapshot is listed. */
export async function timestampOf(
  connection: Connection,
  repository: string,
  label: string,
): Promise<string> {
  const rows = await rowsOf(connection, `SHOW SNAPSHOT ON ${repository} WHERE SNAPSHOT = '${label}'`);
  return String(rows[0]?.['Timestamp']);
}

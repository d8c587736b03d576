import type { Connection, RowDataPacket } from 'mysql2/promise';
import { until } from './until.ts';

/** Asks SHOW BACKUP or SHOW RESTORE until the newest job of the database is settled; gives its row. */
export async function settledJob(
  connection: Connection,
  kind: 'BACKUP' | 'RESTORE',
  database: string,
): Promise<RowDataPacket> {
  return until(`a settled ${kind} of ${database}`, async () => {
    const [rows] = await connection.query<RowDataPacket[]>(`SHOW ${kind} FROM \`${database}\``);
    const newest = rows.sort((a, b) => Number(a['JobId']) - Number(b['JobId'])).at(-1);
    return ['FINISHED', 'CANCELLED'].includes(String(newest?.['State'])) ? newest : undefined;
  });
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

import { setTimeout } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';

/** How often a running job is looked at: at most so much is measured too long. */
const lookEveryMs = 10;
/** Of a long job it may be this part of its time: hundreds of SHOWs would be part of what is measured. */
const lookEveryShare = 0.03;

/** Makes a repository in a new folder. */
export async function createRepository(connection: Connection, name: string, folder: string): Promise<void> {
  await connection.query(`CREATE REPOSITORY ${name} WITH BROKER ON LOCATION "file://${encodeURI(folder)}"`);
}

/** Runs a backup from its statement until SHOW BACKUP says FINISHED. */
export async function backup(connection: Connection, statement: string, database: string): Promise<void> {
  await connection.query(statement);
  await finished(connection, `SHOW BACKUP FROM ${database}`);
}

/** Runs a restore of the newest snapshot of a label until SHOW RESTORE says FINISHED. */
export async function restore(connection: Connection, from: RestoreFrom): Promise<void> {
  const { database, label, repository, timestamp } = from;
  await connection.query(
    `RESTORE SNAPSHOT ${database}.${label} FROM ${repository} PROPERTIES ("backup_timestamp" = "${timestamp}")`,
  );
  await finished(connection, `SHOW RESTORE FROM ${database}`);
}

export type RestoreFrom = Readonly<{
  database: string;
  label: string;
  repository: string;
  timestamp: string;
}>;

/** The timestamp of the only snapshot of a label. */
export async function snapshotTimestamp(
  connection: Connection,
  repository: string,
  label: string,
): Promise<string> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SHOW SNAPSHOT ON ${repository} WHERE SNAPSHOT = "${label}"`,
  );
  const timestamp: unknown = rows[0]?.['Timestamp'];
  if (typeof timestamp !== 'string') throw new Error(`repository ${repository} lists no snapshot ${label}`);
  return timestamp;
}

async function finished(connection: Connection, show: string): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const [rows] = await connection.query<RowDataPacket[]>(show);
    const state = String(rows[0]?.['State']);
    if (state === 'FINISHED') return;
    if (state === 'CANCELLED') throw new Error(`the job was cancelled: ${String(rows[0]?.['Status'])}`);
    await setTimeout(Math.max(lookEveryMs, (performance.now() - startedAt) * lookEveryShare));
  }
}

import path from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { benchFolder } from './folder.ts';
import { createRepository } from './jobs.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs } from './process-cpu.ts';
import { readMemory } from './process-memory.ts';
import { milliseconds, percentile, printTable, timed } from './report.ts';
import { Server } from './server.ts';

const sessions = 500;
const statementsEach = 20;
const databases = 50;
const rows = 20_000;

/** 500 sessions with mixed statements, then 50 databases that are backed up at once, with SHOW BACKUP beside it. */
export async function crowd(_options: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using server = await Server.start(path.join(folder.path, 'data'), [
    '--max-connections',
    // One host has four fifths of them.
    String(Math.ceil(sessions / 0.8) + 10),
  ]);
  const first = await server.connect();
  await createRepository(first, 'r', path.join(folder.path, 'repository'));
  for (let at = 0; at < databases; at++) await fill(first, `db_${at}`);
  const busy = await manySessions(server);
  const jobs = await manyJobs(first, server);
  await first.end();
  printTable(['crowd', 'p50', 'p99', 'most', 'failed'], [busy, ...jobs]);
  const memory = readMemory(server.pid);
  if (memory !== undefined)
    console.log(`memory: ${mebibytes(memory.now)} MiB, at most ${mebibytes(memory.peak)} MiB`);
}

async function fill(connection: Connection, database: string): Promise<void> {
  await connection.query(`CREATE DATABASE ${database}`);
  await connection.query(`CREATE TABLE ${database}.t (id INT PRIMARY KEY, name VARCHAR(80))`);
  await connection.query(
    `INSERT INTO ${database}.t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000),
       m (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM m WHERE i < ${rows / 1_000})
     SELECT m.i * 1000 + n.i, MD5(m.i * 1000 + n.i) FROM n, m`,
  );
}

const mixed: readonly string[] = [
  'SELECT 1',
  'SHOW DATABASES',
  'SHOW BACKUP FROM db_1',
  'SELECT count(*) FROM db_2.t WHERE id < 5000',
  'SHOW TABLES FROM db_3',
  'SELECT * FROM information_schema.backup_jobs',
  'SHOW REPOSITORIES',
];

async function manySessions(server: Server): Promise<readonly string[]> {
  const times: number[] = [];
  let failed = 0;
  const one = async (session: number): Promise<void> => {
    const connection = await server.connect();
    for (let at = 0; at < statementsEach; at++) {
      const sql = mixed[(session + at) % mixed.length] ?? '';
      times.push(await timed(() => connection.query(sql).catch(() => (failed += 1))));
    }
    await connection.end();
  };
  await Promise.all(Array.from({ length: sessions }, (_, session) => one(session)));
  return row(`${sessions} sessions, ${statementsEach} statements each`, times, failed);
}

async function manyJobs(connection: Connection, server: Server): Promise<readonly (readonly string[])[]> {
  const before = cpuMs(server.pid);
  const startedAt = performance.now();
  for (let at = 0; at < databases; at++)
    await connection.query(`BACKUP SNAPSHOT db_${at}.nightly_${at} TO r`);
  const shows: number[] = [];
  let settled = 0;
  while (settled < databases) {
    shows.push(await timed(() => connection.query('SHOW BACKUP FROM db_7')));
    const sql =
      "SELECT count(*) AS n FROM information_schema.backup_jobs WHERE state IN ('FINISHED', 'CANCELLED')";
    settled = Number((await connection.query<RowDataPacket[]>(sql))[0][0]?.['n']);
  }
  const tookMs = performance.now() - startedAt;
  const sql = "SELECT count(*) AS n FROM information_schema.backup_jobs WHERE state = 'CANCELLED'";
  const failed = Number((await connection.query<RowDataPacket[]>(sql))[0][0]?.['n']);
  return [
    row('SHOW BACKUP beside it', shows, 0),
    [`${databases} databases backed up at once, in all`, milliseconds(tookMs), '', '', String(failed)],
    ['  processor time', milliseconds(cpuMs(server.pid) - before), '', '', ''],
  ];
}

function row(name: string, times: readonly number[], failed: number): readonly string[] {
  return [name, ...[0.5, 0.99, 1].map((share) => milliseconds(percentile(times, share))), String(failed)];
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

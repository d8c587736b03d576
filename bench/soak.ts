import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { freePorts } from '../test/support/free-ports.ts';
import { benchFolder } from './folder.ts';
import { backup, createRepository, restore, snapshotTimestamp } from './jobs.ts';
import type { BenchOptions } from './options.ts';
import { mebibytes } from './report.ts';
import { Server } from './server.ts';

const minutes = 20;
const samples = 40;
const rows = 100_000;
/** Between two rounds of a worker: the load is that of a busy day, not all that the machine can do. */
const restMs = 100;

/** What users do all day, for twenty minutes times `--scale`: memory and descriptors must stay where they were after the first few. */
export async function soak({ scale }: BenchOptions): Promise<void> {
  using folder = benchFolder();
  const [metricsPort = 0] = await freePorts(1);
  await using server = await Server.start(path.join(folder.path, 'data'), [
    '--metrics',
    `127.0.0.1:${metricsPort}`,
  ]);
  await prepare(server, path.join(folder.path, 'repository'));
  const endAt = performance.now() + minutes * 60_000 * scale;
  const counts = { jobs: 0, cancels: 0, statements: 0, connections: 0 };
  const during = async (round: (at: number) => Promise<void>): Promise<void> => {
    for (let at = 0; performance.now() < endAt; at++) {
      await round(at);
      await setTimeout(restMs);
    }
  };
  const withOne = async (round: (connection: Connection, at: number) => Promise<void>): Promise<void> => {
    const connection = await server.connect();
    await during((at) => round(connection, at));
    await connection.end();
  };
  await Promise.all([
    withOne(async (connection, at) => {
      await jobsOfOneRound(connection, at);
      counts.jobs += 2;
    }),
    withOne(async (connection, at) => {
      await cancelOne(connection, at);
      counts.cancels += 1;
    }),
    withOne(async (connection, at) => {
      await connection.query(mixed[at % mixed.length] ?? '');
      counts.statements += 1;
    }),
    during(async () => {
      const connection = await server.connect('soak_a');
      await connection.execute('SELECT name FROM t WHERE id = ?', [counts.connections % rows]);
      await connection.end();
      counts.connections += 1;
    }),
    during(async () => {
      console.log(`${await sample(metricsPort)}  ${JSON.stringify(counts)}`);
      await setTimeout((minutes * 60_000 * scale) / samples);
    }),
  ]);
  console.log(`${await sample(metricsPort)}  ${JSON.stringify(counts)}`);
}

async function prepare(server: Server, repository: string): Promise<void> {
  const connection = await server.connect();
  await createRepository(connection, 'r', repository);
  for (const database of ['soak_a', 'soak_b']) {
    await connection.query(`CREATE DATABASE ${database}`);
    await connection.query(`CREATE TABLE ${database}.t (id INT PRIMARY KEY, name VARCHAR(80))`);
    await connection.query(
      `INSERT INTO ${database}.t WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999),
         m (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i < ${rows / 1_000 - 1})
       SELECT m.i * 1000 + n.i, MD5(m.i * 1000 + n.i) FROM n, m`,
    );
  }
  await connection.end();
}

async function jobsOfOneRound(connection: Connection, at: number): Promise<void> {
  await connection.query(`UPDATE soak_a.t SET name = MD5('${at}') WHERE id = ${at % rows}`);
  const label = `round_${at}`;
  await backup(connection, `BACKUP SNAPSHOT soak_a.${label} TO r`, 'soak_a');
  const timestamp = await snapshotTimestamp(connection, 'r', label);
  await restore(connection, { database: 'soak_a', label, repository: 'r', timestamp });
  await connection.query(`DROP SNAPSHOT ${label} ON r`);
}

/** A cancel comes when it comes: before the job has begun, in the middle, or too late. */
async function cancelOne(connection: Connection, at: number): Promise<void> {
  const label = `cancelled_${at}`;
  await connection.query(`BACKUP SNAPSHOT soak_b.${label} TO r`);
  await setTimeout(at % 50);
  await connection.query('CANCEL BACKUP FROM soak_b').catch(() => undefined);
  for (;;) {
    const [found] = await connection.query<RowDataPacket[]>('SHOW BACKUP FROM soak_b');
    const state = String(found[0]?.['State']);
    if (state === 'FINISHED') await connection.query(`DROP SNAPSHOT ${label} ON r`);
    if (state === 'FINISHED' || state === 'CANCELLED') return;
    await setTimeout(10);
  }
}

const mixed: readonly string[] = [
  'SELECT count(*), max(name) FROM soak_a.t',
  'SHOW DATABASES',
  'SHOW BACKUP FROM soak_a',
  'SHOW SNAPSHOT ON r',
  'SELECT * FROM information_schema.backup_jobs',
  'SELECT table_name FROM information_schema.tables',
  'INSERT INTO soak_b.t VALUES (1000000, NULL)',
  'DELETE FROM soak_b.t WHERE id = 1000000',
  'SHOW RESTORE FROM soak_a',
  'SHOW PROCESSLIST',
];

async function sample(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await answer.text();
  const value = (metric: string): number => Number(new RegExp(`^${metric} (\\S+)$`, 'm').exec(text)?.[1]);
  const seconds = Math.round(Date.now() / 1_000 - value('process_start_time_seconds'));
  const parts = [
    `rss ${mebibytes(value('process_resident_memory_bytes'))}`,
    `heap ${mebibytes(value('nodejs_heap_used_bytes'))} of ${mebibytes(value('nodejs_heap_size_bytes'))}`,
    `external ${mebibytes(value('nodejs_external_memory_bytes'))}`,
    `descriptors ${value('process_open_fds')}`,
    `processor ${Math.round(value('process_cpu_seconds_total'))} s`,
  ];
  return `${String(seconds).padStart(5)} s  ${parts.join('  ')}`;
}

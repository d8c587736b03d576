import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { fill, lineitem } from './data.ts';
import { benchFolder } from './folder.ts';
import { backup, createRepository, restore, snapshotTimestamp } from './jobs.ts';
import type { BenchOptions } from './options.ts';
import { readMemory, resetPeak } from './process-memory.ts';
import { mebibytes, milliseconds, printTable, timed } from './report.ts';
import { Server } from './server.ts';

/** Work of several sizes whose cost is to grow no faster than the size. */
type Growth = Readonly<{
  /** What is counted: `rows`, `tables`. */
  unit: string;
  /** So many are one line's price: a million rows, one table. */
  per: number;
  sizes: readonly number[];
  /** Statements that fill the current database with `size` units. */
  fill: (size: number) => readonly string[];
}>;

/** Garbage of the start has been collected by then, or stays. */
const settleMs = 3_000;

/** Rows of one table: 3 M, 10 M and 30 M, the last some 3 GB as text. */
export async function growingRows({ scale }: BenchOptions): Promise<void> {
  const sizes = [3e6, 10e6, 30e6].map((rows) => Math.round(rows * scale));
  await measureGrowth({ unit: 'rows', per: 1e6, sizes, fill: (rows) => fill([lineitem(rows)]) });
}

/** Tables of ten rows in one database. */
export async function growingTables({ scale }: BenchOptions): Promise<void> {
  const sizes = [200, 600, 2_000].map((tables) => Math.round(tables * scale));
  await measureGrowth({
    unit: 'tables',
    per: 1,
    sizes,
    fill: (tables) =>
      Array.from({ length: tables }, (_, table) => [
        `CREATE TABLE t${table} (id INT PRIMARY KEY, v VARCHAR(20), KEY (v))`,
        `INSERT INTO t${table} VALUES ${Array.from({ length: 10 }, (_row, row) => `(${row},'v${row}')`).join(',')}`,
      ]).flat(),
  });
}

/** Partitions of one table, each of a hundred rows. */
export async function growingPartitions({ scale }: BenchOptions): Promise<void> {
  const sizes = [100, 1_000, 10_000].map((partitions) => Math.round(partitions * scale));
  await measureGrowth({
    unit: 'partitions',
    per: 1,
    sizes,
    fill: (partitions) => [
      'CREATE TABLE t (id BIGINT, v VARCHAR(20)) DUPLICATE KEY(id) PARTITION BY RANGE (id) ' +
        `(${steps(partitions)}) DISTRIBUTED BY HASH(id)`,
      ...Array.from(
        { length: 100 },
        (_, row) =>
          `INSERT INTO t SELECT a.i * 100 + b.i, 'v${row}' FROM (${numbers(Math.ceil(partitions / 100))}) a ` +
          `CROSS JOIN (${numbers(100)}) b WHERE a.i * 100 + b.i < ${partitions}`,
      ),
    ],
  });
}

/** One EVERY makes 4,096 partitions at most. */
const stepMax = 4_000;

function steps(partitions: number): string {
  const starts = Array.from({ length: Math.ceil(partitions / stepMax) }, (_, step) => step * stepMax);
  return starts
    .map((start) => `START ("${start}") END ("${Math.min(partitions, start + stepMax)}") EVERY (1)`)
    .join(', ');
}

/** Columns of one table of 1,000 rows. */
export async function growingColumns({ scale }: BenchOptions): Promise<void> {
  const sizes = [20, 200, 2_000].map((columns) => Math.round(columns * scale));
  await measureGrowth({
    unit: 'columns',
    per: 1,
    sizes,
    fill: (columns) => {
      const names = Array.from({ length: columns }, (_, column) => `c${column}`);
      const row = (at: number): string => `(${names.map((_, column) => at * column).join(',')})`;
      const rows = (from: number): string => Array.from({ length: 50 }, (_, at) => row(from + at)).join(',');
      return [
        `CREATE TABLE t (${names.map((name) => `${name} INT`).join(', ')})`,
        ...Array.from({ length: 20 }, (_, batch) => `INSERT INTO t VALUES ${rows(batch * 50)}`),
      ];
    },
  });
}

function numbers(count: number): string {
  return Array.from({ length: count }, (_, number) => `SELECT ${number} AS i`).join(' UNION ALL ');
}

type Cost = Readonly<{ durationMs: number; addedBytes: number | undefined }>;

async function measureGrowth(growth: Growth): Promise<void> {
  const lines: (readonly string[])[] = [];
  for (const size of growth.sizes) {
    const costs = await measureSize(growth, size);
    for (const [work, { durationMs, addedBytes }] of Object.entries(costs)) {
      const price = durationMs / (size / growth.per);
      lines.push([
        `${work} of ${size}`,
        milliseconds(durationMs),
        milliseconds(price),
        mebibytes(addedBytes),
      ]);
    }
  }
  const price = growth.per === 1 ? growth.unit.replace(/s$/, '') : `${growth.per / 1e6} M ${growth.unit}`;
  printTable([growth.unit, 'took', `per ${price}`, 'memory added'], lines);
}

async function measureSize(growth: Growth, size: number): Promise<Readonly<Record<string, Cost>>> {
  using folder = benchFolder();
  const data = path.join(folder.path, 'data');
  const repository = path.join(folder.path, 'repository');
  const filled = await costOf(data, async (connection) => {
    await connection.query('CREATE DATABASE bench');
    await connection.query('USE bench');
    for (const statement of growth.fill(size)) await connection.query(statement);
  });
  const backedUp = await costOf(data, async (connection) => {
    await createRepository(connection, 'r', repository);
    await backup(connection, 'BACKUP SNAPSHOT bench.nightly TO r', 'bench');
  });
  await costOf(data, async (connection) => void (await connection.query('DROP DATABASE bench')));
  const restored = await costOf(data, async (connection) => {
    const timestamp = await snapshotTimestamp(connection, 'r', 'nightly');
    await restore(connection, { database: 'bench', label: 'nightly', repository: 'r', timestamp });
  });
  return { fill: filled, backup: backedUp, restore: restored };
}

/** Memory is the peak during the work above what a server just started holds, so that no work inherits another's. */
async function costOf(data: string, work: (connection: Connection) => Promise<void>): Promise<Cost> {
  await using server = await Server.start(data);
  await using opened = new AsyncDisposableStack();
  const connection = opened.adopt(await server.connect(), (open) => open.end());
  await setTimeout(settleMs);
  const before = readMemory(server.pid)?.now;
  resetPeak(server.pid);
  const durationMs = await timed(() => work(connection));
  const peak = readMemory(server.pid)?.peak;
  const addedBytes = before === undefined || peak === undefined ? undefined : peak - before;
  return { durationMs, addedBytes };
}

import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { benchFolder } from './folder.ts';
import { backup, createRepository, restore, snapshotTimestamp } from './jobs.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs } from './process-cpu.ts';
import { median, milliseconds, printTable, timed } from './report.ts';
import { Server } from './server.ts';

const rowsAtScale1 = 10_000_000;
const partitions = 100;
/** Rows of `numbers`; two of them joined count to a million. */
const numbersCount = 1_000;

/** How the rows of all partitions come: each statement has rows of every partition. */
const arrivals = [
  { name: 'bulk-loaded', rowsEach: 1_000_000 },
  // Less than one of DuckDB's row groups, which INSERT does not put in order.
  { name: 'mixed', rowsEach: 100_000 },
] as const;

/**
 * What backup and restore of one of a hundred partitions cost against those of the whole table. The one is done `rounds` times,
 * of which the middle one counts: it is short beside what else the machine does.
 */
export async function onePartition({ scale, rounds, only }: BenchOptions): Promise<void> {
  const rows = Math.round(rowsAtScale1 * scale);
  const lines: (readonly string[])[] = [];
  for (const { name, rowsEach } of arrivals.filter((arrival) => arrival.name.includes(only))) {
    const costs = await measure({ rows, rowsEach: Math.min(rowsEach, rows), rounds });
    for (const { work, one, slowestMs, all } of costs) {
      lines.push([
        `${work}, ${name}`,
        milliseconds(one.durationMs),
        milliseconds(slowestMs),
        milliseconds(all.durationMs),
        percent(one.durationMs / all.durationMs),
        percent(one.cpuMs / all.cpuMs),
      ]);
    }
  }
  printTable([`1 of ${partitions} partitions`, 'one', 'slowest', 'all', 'of the time', 'of the CPU'], lines);
}

type Cost = Readonly<{ durationMs: number; cpuMs: number }>;
type Compared = Readonly<{ work: string; one: Cost; slowestMs: number; all: Cost }>;

type Measured = Readonly<{ rows: number; rowsEach: number; rounds: number }>;

async function measure({ rows, rowsEach, rounds }: Measured): Promise<readonly Compared[]> {
  using folder = benchFolder();
  await using server = await Server.start(path.join(folder.path, 'data'));
  await using opened = new AsyncDisposableStack();
  const connection = opened.adopt(await server.connect(), (open) => open.end());
  await fill(connection, rows, rowsEach);
  // Each into a repository of its own, so that neither finds the other's blobs.
  const saved = async (name: string, list: string): Promise<Cost> => {
    await createRepository(connection, name, path.join(folder.path, name));
    return await costOf(server, () =>
      backup(connection, `BACKUP SNAPSHOT bench.${name} TO ${name} ${list}`, 'bench'),
    );
  };
  const loaded = async (name: string): Promise<Cost> => {
    const timestamp = await snapshotTimestamp(connection, name, name);
    const from = { database: 'bench', label: name, repository: name, timestamp };
    return await costOf(server, () => restore(connection, from));
  };
  const each = Array.from({ length: rounds }, (_, round) => `part${round}`);
  const savedParts: Cost[] = [];
  for (const name of each) savedParts.push(await saved(name, 'ON (t PARTITION (p50))'));
  const savedAll = await saved('whole', 'ON (t)');
  const loadedParts: Cost[] = [];
  for (const name of each) loadedParts.push(await loaded(name));
  const loadedAll = await loaded('whole');
  return [compared('backup', savedParts, savedAll), compared('restore', loadedParts, loadedAll)];
}

function compared(work: string, ones: readonly Cost[], all: Cost): Compared {
  const slowestMs = Math.max(...ones.map(({ durationMs }) => durationMs));
  return { work, one: middle(ones), slowestMs, all };
}

function middle(costs: readonly Cost[]): Cost {
  const of = (key: keyof Cost): number => median(costs.map((cost) => cost[key]));
  return { durationMs: of('durationMs'), cpuMs: of('cpuMs') };
}

async function fill(connection: Connection, rows: number, rowsEach: number): Promise<void> {
  const numbers = Array.from({ length: numbersCount }, (_, number) => `(${number})`).join(',');
  await connection.query('CREATE DATABASE bench');
  await connection.query('USE bench');
  await connection.query('CREATE TABLE numbers (i BIGINT NOT NULL)');
  await connection.query(`INSERT INTO numbers VALUES ${numbers}`);
  await connection.query(
    'CREATE TABLE t (p INT NOT NULL, k BIGINT NOT NULL, v VARCHAR(60)) DUPLICATE KEY (p) ' +
      `PARTITION BY RANGE (p) (START ("0") END ("${partitions}") EVERY (1)) DISTRIBUTED BY HASH (p)`,
  );
  for (let from = 0; from < rows; from += rowsEach) {
    const count = Math.min(rowsEach, rows - from);
    await connection.query(
      `INSERT INTO t SELECT k * 48271 % ${partitions}, k, CONCAT('row ', k * 48271 % 2147483647, ' of the table') ` +
        `FROM (SELECT b.i * ${numbersCount} + a.i + ${from} AS k FROM numbers a CROSS JOIN numbers b ` +
        `WHERE b.i * ${numbersCount} + a.i < ${count}) AS counted`,
    );
  }
  await connection.query('DROP TABLE numbers');
}

async function costOf(server: Server, work: () => Promise<void>): Promise<Cost> {
  const before = cpuMs(server.pid);
  const durationMs = await timed(work);
  return { durationMs, cpuMs: cpuMs(server.pid) - before };
}

function percent(share: number): string {
  return Number.isNaN(share) ? 'unknown' : `${(share * 100).toFixed(1)} %`;
}

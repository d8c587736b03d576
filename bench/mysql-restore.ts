import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { benchFolder } from './folder.ts';
import { backup, createRepository, restore, snapshotTimestamp } from './jobs.ts';
import { hasMariadb, Mariadb } from './mariadb.ts';
import { chosenSets, type DataSet, fill } from './mysql-data.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs, endedProgramsCpuMs } from './process-cpu.ts';
import { readMemory, resetPeak } from './process-memory.ts';
import { mebibytes, median, milliseconds, printTable, timed } from './report.ts';
import { Server } from './server.ts';

const catalog = 'm';
const peerTimeoutMs = 900_000;

/** A way to fill the database anew from what was saved of it, by a program or a server that computes `ownMs` for it. */
type Side = Readonly<{ name: string; run: () => Promise<void>; ownMs: () => number }>;

type Sample = Readonly<{ tookMs: number; ownMs: number; serverMs: number }>;

/**
 * Restoring a MariaDB database that is gone, verified and with its indexes, against myloader and the mariadb client with
 * dumps of the same tables. Tables are compared after each restore. Prints the processor time of each side and of
 * MariaDB beside the time that passed.
 */
export async function mysqlRestore(options: BenchOptions): Promise<void> {
  if (!hasMariadb()) throw new Error('mariadb-server is not installed');
  using folder = benchFolder();
  await using opened = new AsyncDisposableStack();
  const mariadb = opened.use(await Mariadb.start(folder.path));
  const direct = opened.adopt(await mariadb.connect(), (open) => open.end());
  const holdfast = opened.use(await Server.start(path.join(folder.path, 'data')));
  const connection = opened.adopt(await holdfast.connect(), (open) => open.end());
  await connection.query(
    `CREATE EXTERNAL CATALOG ${catalog} PROPERTIES ("type" = "mysql", "host" = "127.0.0.1", "port" = "${mariadb.port}", "user" = "root")`,
  );
  for (const [at, set] of chosenSets(options).entries()) {
    await direct.query('CREATE DATABASE bench');
    await direct.query('USE bench');
    await fill(direct, set);
    const saved = path.join(folder.path, `set${at}`);
    const repository = `r${at}`;
    await createRepository(connection, repository, saved);
    await backup(connection, `BACKUP SNAPSHOT ${catalog}.bench.nightly TO ${repository}`, `${catalog}.bench`);
    const timestamp = await snapshotTimestamp(connection, repository, 'nightly');
    const from = { database: `${catalog}.bench`, label: 'nightly', repository, timestamp };
    const ours = { name: 'Holdfast', run: () => restore(connection, from), ownMs: () => cpuMs(holdfast.pid) };
    const sides = [ours, ...(await peers(mariadb.port, `${saved}-dump`))];
    console.log(`\n${set.name}`);
    await compare({ sides, set, direct, mariadb, holdfast }, options.rounds);
    await direct.query('DROP DATABASE IF EXISTS bench');
  }
}

/** Dumps the database for each of them. */
async function peers(port: number, saved: string): Promise<readonly Side[]> {
  const login = ['-h', '127.0.0.1', '-P', String(port), '-u', 'root'];
  const file = `${saved}.sql`;
  await run('mydumper', [...login, '-t', '2', '-o', saved, '-B', 'bench']);
  await run('mariadb-dump', ['--no-defaults', ...login, '--databases', 'bench', '--result-file', file]);
  return [
    {
      name: 'myloader -t 2',
      run: () => run('myloader', [...login, '-t', '2', '-d', saved]),
      ownMs: endedProgramsCpuMs,
    },
    {
      name: 'mariadb',
      run: () => run('mariadb', ['--no-defaults', ...login], file),
      ownMs: endedProgramsCpuMs,
    },
  ];
}

type Comparison = Readonly<{
  sides: readonly Side[];
  set: DataSet;
  direct: Connection;
  mariadb: Mariadb;
  holdfast: Server;
}>;

/** The first round is not counted. */
async function compare({ sides, set, direct, mariadb, holdfast }: Comparison, rounds: number): Promise<void> {
  const expected = await fingerprint(direct, set);
  const samples = sides.map((): Sample[] => []);
  resetPeak(holdfast.pid);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, side] of sides.entries()) {
      await direct.query('DROP DATABASE bench');
      const before = { own: side.ownMs(), server: cpuMs(mariadb.pid) };
      const tookMs = await timed(side.run);
      const sample = {
        tookMs,
        ownMs: side.ownMs() - before.own,
        serverMs: cpuMs(mariadb.pid) - before.server,
      };
      if (round > 0) samples[at]?.push(sample);
      await direct.query('USE bench');
      if ((await fingerprint(direct, set)) !== expected)
        throw new Error(`${side.name} restored something else`);
    }
  }
  const times = samples.map((own) => own.map(({ tookMs }) => tookMs));
  printTable(
    ['side', 'median', 'least', 'own CPU', 'MariaDB CPU', 'speed of the first'],
    sides.map(({ name }, at) => {
      const own = times[at] ?? [];
      const ratio = median(own.map((time, round) => time / (times[0]?.[round] ?? Number.NaN)));
      return [
        name,
        milliseconds(median(own)),
        milliseconds(Math.min(...own)),
        milliseconds(median((samples[at] ?? []).map(({ ownMs }) => ownMs))),
        milliseconds(median((samples[at] ?? []).map(({ serverMs }) => serverMs))),
        `${ratio.toFixed(2)} x`,
      ];
    }),
  );
  console.log(`peak memory of Holdfast: ${mebibytes(readMemory(holdfast.pid)?.peak)}`);
}

/** Definitions and checksums of all tables. */
async function fingerprint(direct: Connection, { tables }: DataSet): Promise<string> {
  const parts: string[] = [];
  for (const table of tables) {
    const [shown] = await direct.query<RowDataPacket[]>(`SHOW CREATE TABLE ${table}`);
    const [summed] = await direct.query<RowDataPacket[]>(`CHECKSUM TABLE ${table}`);
    parts.push(JSON.stringify([shown, summed]));
  }
  return parts.join('\n');
}

async function run(program: string, args: readonly string[], input?: string): Promise<void> {
  const from = input === undefined ? 'ignore' : openSync(input, 'r');
  try {
    const child = spawn(program, args, { stdio: [from, 'ignore', 'inherit'], timeout: peerTimeoutMs });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${program} failed`);
  } finally {
    if (from !== 'ignore') closeSync(from);
  }
}

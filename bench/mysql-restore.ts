import path from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { benchFolder } from './folder.ts';
import { backup, createRepository, restore, snapshotTimestamp } from './jobs.ts';
import { catalog, type Joined, startJoined } from './joined.ts';
import { chosenSets, type DataSet, fill } from './mysql-data.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs, endedProgramsCpuMs } from './process-cpu.ts';
import { readMemory, resetPeak } from './process-memory.ts';
import { runProgram } from './program.ts';
import { mebibytes, median, milliseconds, printTable, timed } from './report.ts';

/** A way to fill the database anew from what was saved of it, by a program or a server that computes `ownMs` for it. */
type Side = Readonly<{ name: string; run: () => Promise<void>; ownMs: () => number }>;

type Sample = Readonly<{ tookMs: number; ownMs: number; serverMs: number }>;

/**
 * Restoring a MariaDB database that is gone, verified and with its indexes, against myloader and the mariadb client with
 * dumps of the same tables. Tables are compared after each restore. Prints the processor time of each side and of
 * MariaDB beside the time that passed.
 */
export async function mysqlRestore(options: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using servers = await startJoined(folder.path);
  const { mariadb, direct, holdfast, connection } = servers;
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
    await compare({ sides, set, servers }, options.rounds);
    await direct.query('DROP DATABASE IF EXISTS bench');
  }
}

/** Dumps the database for each of them. */
async function peers(port: number, saved: string): Promise<readonly Side[]> {
  const login = ['-h', '127.0.0.1', '-P', String(port), '-u', 'root'];
  const file = `${saved}.sql`;
  await runProgram('mydumper', [...login, '-t', '2', '-o', saved, '-B', 'bench']);
  await runProgram('mariadb-dump', [
    '--no-defaults',
    ...login,
    '--databases',
    'bench',
    '--result-file',
    file,
  ]);
  return [
    {
      name: 'myloader -t 2',
      run: async () => void (await runProgram('myloader', [...login, '-t', '2', '-d', saved])),
      ownMs: endedProgramsCpuMs,
    },
    {
      name: 'mariadb',
      run: async () => void (await runProgram('mariadb', ['--no-defaults', ...login], { input: file })),
      ownMs: endedProgramsCpuMs,
    },
  ];
}

type Comparison = Readonly<{
  sides: readonly Side[];
  set: DataSet;
  servers: Joined;
}>;

/** The first round is not counted. */
async function compare({ sides, set, servers }: Comparison, rounds: number): Promise<void> {
  const { mariadb, direct, holdfast } = servers;
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

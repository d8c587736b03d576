import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { benchFolder, folderBytes } from './folder.ts';
import { backup, createRepository } from './jobs.ts';
import { catalog, type Joined, startJoined } from './joined.ts';
import { chosenSets, fill } from './mysql-data.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs } from './process-cpu.ts';
import { readMemory, resetPeak } from './process-memory.ts';
import { type ProgramCost, runProgram } from './program.ts';
import { mebibytes, median, milliseconds, printTable, timed } from './report.ts';

/** A way to save the database into a folder that is empty. */
type Side = Readonly<{ name: string; run: (folder: string, round: number) => Promise<ProgramCost> }>;

type Sample = ProgramCost & Readonly<{ bytes: number; serverMs: number }>;

/**
 * BACKUP of a MariaDB database from its statement to FINISHED, in files that are hashed, flushed and named by a manifest,
 * against mydumper, mariadb-dump and mariadb-backup, which copies the files of the whole server. Prints the processor time
 * of each side and of MariaDB beside the time that passed.
 */
export async function mysqlBackup(options: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using servers = await startJoined(folder.path);
  const { direct, mariadb } = servers;
  const sides = [ours(servers), ...peers(mariadb.port)];
  for (const set of chosenSets(options)) {
    await direct.query('CREATE DATABASE bench');
    await direct.query('USE bench');
    await fill(direct, set);
    console.log(`\n${set.name}`);
    await compare({ sides, folder: path.join(folder.path, 'saved'), serverPid: mariadb.pid }, options.rounds);
    await direct.query('DROP DATABASE bench');
  }
}

function ours({ connection, holdfast }: Joined): Side {
  return {
    name: 'Holdfast',
    run: async (folder, round) => {
      const repository = `r${round}`;
      await createRepository(connection, repository, folder);
      resetPeak(holdfast.pid);
      const cpuBefore = cpuMs(holdfast.pid);
      const statement = `BACKUP SNAPSHOT ${catalog}.bench.nightly TO ${repository}`;
      const durationMs = await timed(() => backup(connection, statement, `${catalog}.bench`));
      const cost = { durationMs, cpuMs: cpuMs(holdfast.pid) - cpuBefore };
      await connection.query(`DROP REPOSITORY ${repository}`);
      return { ...cost, peakBytes: readMemory(holdfast.pid)?.peak ?? 0 };
    },
  };
}

function peers(port: number): readonly Side[] {
  const login = ['-h', '127.0.0.1', '-P', String(port), '-u', 'root'];
  const mydumper =
    (...more: readonly string[]): Side['run'] =>
    async (folder) =>
      runProgram('mydumper', [...login, '-t', '2', '-o', folder, '-B', 'bench', ...more]);
  const dump = ['mariadb-dump', '--no-defaults', ...login, '--single-transaction', 'bench'].join(' ');
  // Its -h is the data folder.
  const copy = `mariadb-backup --no-defaults --backup --host=127.0.0.1 --port=${port} --user=root`;
  const all: readonly Side[] = [
    { name: 'mydumper -t 2', run: mydumper() },
    { name: 'mydumper -t 2 -c', run: mydumper('-c') },
    {
      name: 'mariadb-dump | zstd -1',
      run: async (folder) => runProgram('sh', ['-c', `${dump} | zstd -1 -q -o ${folder}/dump.zst`]),
    },
    {
      name: 'mariadb-backup',
      // It tells of every file that it copies.
      run: async (folder) => runProgram('sh', ['-c', `exec ${copy} --target-dir=${folder} 2>${folder}.log`]),
    },
  ];
  return all.filter(({ name }) => isInstalled(name.split(' ', 1)[0] ?? ''));
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

type Comparison = Readonly<{ sides: readonly Side[]; folder: string; serverPid: number }>;

/** The first round is not counted. */
async function compare({ sides, folder, serverPid }: Comparison, rounds: number): Promise<void> {
  const samples = sides.map((): Sample[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, side] of sides.entries()) {
      mkdirSync(folder);
      const before = cpuMs(serverPid);
      const cost = await side.run(folder, round);
      const serverMs = cpuMs(serverPid) - before;
      if (round > 0) samples[at]?.push({ ...cost, serverMs, bytes: folderBytes(folder) });
      rmSync(folder, { recursive: true });
    }
  }
  printTable(
    ['side', 'median', 'own CPU', 'MariaDB CPU', 'peak memory', 'written', 'speed of the first'],
    sides.map(({ name }, at) => {
      const own = samples[at] ?? [];
      const ratios = own.map(
        ({ durationMs }, round) => durationMs / (samples[0]?.[round]?.durationMs ?? Number.NaN),
      );
      return [
        name,
        milliseconds(median(own.map(({ durationMs }) => durationMs))),
        milliseconds(median(own.map((sample) => sample.cpuMs))),
        milliseconds(median(own.map((sample) => sample.serverMs))),
        mebibytes(Math.max(...own.map(({ peakBytes }) => peakBytes))),
        mebibytes(median(own.map(({ bytes }) => bytes))),
        `${median(ratios).toFixed(2)} x`,
      ];
    }),
  );
}

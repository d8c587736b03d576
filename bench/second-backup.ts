import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { benchFolder, folderBytes } from './folder.ts';
import { backup, createRepository } from './jobs.ts';
import { catalog, type Joined, startJoined } from './joined.ts';
import { chosenSets, fill } from './mysql-data.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs, endedProgramsCpuMs } from './process-cpu.ts';
import { runProgram } from './program.ts';
import { mebibytes, median, milliseconds, printTable, timed } from './report.ts';

/** Saves the database once more into a folder that has it already, by a program or server that computes `ownMs` for it. */
type Side = Readonly<{
  name: string;
  folder: string;
  run: (round: number) => Promise<void>;
  ownMs: () => number;
}>;

type Sample = Readonly<{ tookMs: number; ownMs: number; newBytes: number }>;

/**
 * A second backup of a MariaDB database in which nothing has changed, against restic with what mariadb-dump prints: how
 * long it takes, and how many bytes the folder grows by.
 */
export async function secondBackup(options: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using servers = await startJoined(folder.path);
  const { direct } = servers;
  for (const [at, set] of chosenSets(options).entries()) {
    await direct.query('CREATE DATABASE bench');
    await direct.query('USE bench');
    await fill(direct, set);
    const place = path.join(folder.path, `set${at}`);
    console.log(`\n${set.name}`);
    await compare([await ours(servers, place), await restic(servers.mariadb.port, place)], options.rounds);
    await direct.query('DROP DATABASE bench');
  }
}

async function ours({ connection, holdfast }: Joined, place: string): Promise<Side> {
  const repository = path.basename(place);
  const folder = `${place}-holdfast`;
  await createRepository(connection, repository, folder);
  const run = async (round: number): Promise<void> =>
    backup(
      connection,
      `BACKUP SNAPSHOT ${catalog}.bench.nightly${round} TO ${repository}`,
      `${catalog}.bench`,
    );
  return { name: 'Holdfast', folder, run, ownMs: () => cpuMs(holdfast.pid) };
}

async function restic(port: number, place: string): Promise<Side> {
  const folder = `${place}-restic`;
  mkdirSync(folder);
  const program = `RESTIC_PASSWORD=bench restic --quiet -r ${folder}`;
  const dump = `mariadb-dump --no-defaults -h 127.0.0.1 -P ${port} -u root --single-transaction --skip-dump-date bench`;
  const save = `${dump} | ${program} backup --stdin --stdin-filename bench.sql`;
  await runProgram('sh', ['-c', `${program} init`]);
  const run = async (): Promise<void> => void (await runProgram('sh', ['-c', save]));
  return { name: 'restic', folder, run, ownMs: endedProgramsCpuMs };
}

/** The first round makes what the others find, and is not counted. */
async function compare(sides: readonly Side[], rounds: number): Promise<void> {
  const samples = sides.map((): Sample[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, side] of sides.entries()) {
      const before = { bytes: folderBytes(side.folder), ownMs: side.ownMs() };
      const tookMs = await timed(() => side.run(round));
      const newBytes = folderBytes(side.folder) - before.bytes;
      if (round === 0) console.log(`first backup of ${side.name}: ${mebibytes(newBytes)}`);
      else samples[at]?.push({ tookMs, ownMs: side.ownMs() - before.ownMs, newBytes });
    }
  }
  printTable(
    ['side', 'median', 'own CPU', 'new bytes', 'speed of the first'],
    sides.map(({ name }, at) => {
      const own = samples[at] ?? [];
      const ratios = own.map(({ tookMs }, round) => tookMs / (samples[0]?.[round]?.tookMs ?? Number.NaN));
      return [
        name,
        milliseconds(median(own.map(({ tookMs }) => tookMs))),
        milliseconds(median(own.map(({ ownMs }) => ownMs))),
        `${median(own.map(({ newBytes }) => newBytes))}`,
        `${median(ratios).toFixed(2)} x`,
      ];
    }),
  );
}

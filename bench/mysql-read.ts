import { spawnSync } from 'node:child_process';
import { rmSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { mapBounded } from '../src/base/bounded.ts';
import { systemClock } from '../src/base/clock.ts';
import { mysqlOptionsOf } from '../src/source/mysql/options.ts';
import { MysqlSource } from '../src/source/mysql/source.ts';
import { benchFolder, folderBytes } from './folder.ts';
import { hasMariadb, Mariadb } from './mariadb.ts';
import { chosenSets, type DataSet, fill } from './mysql-data.ts';
import type { BenchOptions } from './options.ts';
import { mebibytes, median, milliseconds, printTable, timed } from './report.ts';

type Side = Readonly<{ name: string; run: (set: DataSet, folder: string) => Promise<void> }>;

const peerTimeoutMs = 600_000;
const calm = new AbortController().signal;

/**
 * Reading a MariaDB database into zstd Parquet with a checksum of its rows, as a backup does before it sends anything,
 * against mydumper and mariadb-dump. Prints the processor time of this process beside the time that passed.
 */
export async function mysqlRead({ scale, rounds, only }: BenchOptions): Promise<void> {
  if (!hasMariadb()) throw new Error('mariadb-server is not installed');
  using folder = benchFolder();
  await using server = await Mariadb.start(folder.path);
  const connection = await server.connect();
  const sides = sidesOf(server.port);
  for (const set of chosenSets({ scale, only })) {
    await connection.query('CREATE DATABASE bench');
    await connection.query('USE bench');
    await fill(connection, set);
    console.log(`\n${set.name}`);
    await compare(sides, set, rounds, path.join(folder.path, 'out'));
    await connection.query('DROP DATABASE bench');
  }
  await connection.end();
}

async function compare(sides: readonly Side[], set: DataSet, rounds: number, folder: string): Promise<void> {
  const times = sides.map((): number[] => []);
  const sizes = sides.map(() => 0);
  let processorMs = 0;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, side] of sides.entries()) {
      mkdirSync(folder, { recursive: true });
      const before = process.cpuUsage();
      const took = await timed(() => side.run(set, folder));
      const used = process.cpuUsage(before);
      if (at === 0) processorMs = (used.user + used.system) / 1000;
      if (round > 0) times[at]?.push(took);
      sizes[at] = folderBytes(folder);
      rmSync(folder, { recursive: true });
    }
  }
  printTable(
    ['side', 'median', 'written', 'speed of the first'],
    sides.map(({ name }, at) => {
      const ratio = median((times[at] ?? []).map((time, round) => time / (times[0]?.[round] ?? Number.NaN)));
      return [name, milliseconds(median(times[at] ?? [])), mebibytes(sizes[at]), `${ratio.toFixed(2)} x`];
    }),
  );
  console.log(`processor time of the first: ${milliseconds(processorMs)}`);
}

function sidesOf(port: number): readonly Side[] {
  const source = new MysqlSource(
    mysqlOptionsOf({ type: 'mysql', host: '127.0.0.1', port: String(port), user: 'root' }),
    systemClock,
    'bench',
  );
  const login = ['-h', '127.0.0.1', '-P', String(port), '-u', 'root'];
  // mydumper 0.10 does not end when it is given tables (-T) without a database.
  const mydumper =
    (...more: readonly string[]): Side['run'] =>
    async (_set, folder) =>
      run('mydumper', [...login, '-t', '2', '-o', folder, '-B', 'bench', ...more]);
  return [
    { name: 'Holdfast', run: (set, folder) => readAll(source, set, folder) },
    { name: 'mydumper -t 2', run: mydumper() },
    { name: 'mydumper -t 2 -c', run: mydumper('-c') },
    {
      name: 'mariadb-dump | zstd -1',
      run: async (set, folder) => {
        const dump = [
          'mariadb-dump',
          '--no-defaults',
          ...login,
          '--single-transaction',
          'bench',
          ...set.tables,
        ];
        run('sh', ['-c', `${dump.join(' ')} | zstd -1 -q -o ${path.join(folder, 'dump.zst')}`]);
      },
    },
  ];
}

async function readAll(source: MysqlSource, set: DataSet, folder: string): Promise<void> {
  const objects = set.tables.map((name) => ({ kind: 'TABLE' as const, name }));
  await using frozen = await source.freeze({ database: 'bench', objects }, calm);
  const reads: (() => Promise<unknown>)[] = [];
  for (const table of set.tables) {
    for (const range of await frozen.plan(table, undefined, [], calm)) {
      const file = path.join(folder, `${reads.length}.parquet`);
      reads.push(() => frozen.extract(table, undefined, range, file, calm));
    }
    reads.push(() => frozen.checksum(table, undefined, calm));
  }
  await mapBounded(reads, frozen.readers ?? 1, (read) => read(), calm);
}

function run(program: string, args: readonly string[]): void {
  const ended = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: peerTimeoutMs,
  });
  if (ended.error !== undefined) throw ended.error;
  if (ended.status !== 0) throw new Error(`${program} failed: ${ended.stderr}`);
}

import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { BenchOptions } from './options.ts';
import { fill, tables, type Table } from './data.ts';
import { DuckdbPeer } from './duckdb-peer.ts';
import { benchFolder, folderBytes } from './folder.ts';
import { backup, createRepository, restore, snapshotTimestamp } from './jobs.ts';
import { comparePaired, type Side } from './paired.ts';
import { Server } from './server.ts';

/** Both sides get what `engine_memory_limit_mb` is by default. */
const memoryLimitMb = 512;

/** BACKUP of a database, hashed and with its manifest, against EXPORT DATABASE as zstd Parquet of the same rows. */
export async function embeddedBackup({ scale, rounds }: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using both = await openBoth(folder.path, scale);
  const { server, connection, peer, peerFile } = both;
  const repositoryOf = (round: number): string => path.join(folder.path, `repository${round}`);
  const exportOf = (round: number): string => path.join(folder.path, `export${round}`);
  const holdfast: Side = {
    name: 'Holdfast BACKUP',
    pid: server.pid,
    // A repository of its own each time: in an old one all files would be there already.
    before: (round) => createRepository(connection, `r${round}`, repositoryOf(round)),
    work: (round) => backup(connection, `BACKUP SNAPSHOT bench.nightly TO r${round}`, 'bench'),
    after: async (round) => removed(repositoryOf(round)),
  };
  const duckdb: Side = {
    name: 'DuckDB EXPORT DATABASE',
    pid: peer.pid,
    before: async () => {},
    work: (round) => peer.run(peerFile, [exportStatement(exportOf(round))]),
    after: async (round) => removed(exportOf(round)),
  };
  await comparePaired([holdfast, duckdb], rounds);
}

/** RESTORE into an empty database, verified and swapped in, against IMPORT DATABASE into an empty file. */
export async function embeddedRestore({ scale, rounds }: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using both = await openBoth(folder.path, scale);
  const { server, connection, peer, peerFile } = both;
  await createRepository(connection, 'r', path.join(folder.path, 'repository'));
  await backup(connection, 'BACKUP SNAPSHOT bench.nightly TO r', 'bench');
  const timestamp = await snapshotTimestamp(connection, 'r', 'nightly');
  const exported = path.join(folder.path, 'export');
  await peer.run(peerFile, [exportStatement(exported)]);
  const imported = path.join(folder.path, 'imported.duckdb');
  const holdfast: Side = {
    name: 'Holdfast RESTORE',
    pid: server.pid,
    before: async () => void (await connection.query('DROP DATABASE bench')),
    work: () => restore(connection, { database: 'bench', label: 'nightly', repository: 'r', timestamp }),
    after: async () => {
      await checkRows(connection, tables(scale));
      return undefined;
    },
  };
  const duckdb: Side = {
    name: 'DuckDB IMPORT DATABASE',
    pid: peer.pid,
    before: async () => {},
    work: () => peer.run(imported, [`IMPORT DATABASE '${exported}'`]),
    after: async () => {
      rmSync(imported);
      return undefined;
    },
  };
  await comparePaired([holdfast, duckdb], rounds);
}

type Both = AsyncDisposable &
  Readonly<{ server: Server; connection: Connection; peer: DuckdbPeer; peerFile: string }>;

async function openBoth(folder: string, scale: number): Promise<Both> {
  await using opening = new AsyncDisposableStack();
  const server = opening.use(
    await Server.start(path.join(folder, 'data'), ['--engine-memory-limit-mb', String(memoryLimitMb)]),
  );
  const connection = opening.adopt(await server.connect(), (open) => open.end());
  const peer = opening.use(new DuckdbPeer(memoryLimitMb));
  const peerFile = path.join(folder, 'peer.duckdb');
  const statements = fill(tables(scale));
  await connection.query('CREATE DATABASE bench');
  await connection.query('USE bench');
  for (const statement of statements) await connection.query(statement);
  await peer.run(peerFile, statements);
  await checkRows(connection, tables(scale));
  const opened = opening.move();
  return { server, connection, peer, peerFile, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function checkRows(connection: Connection, expected: readonly Table[]): Promise<void> {
  for (const { name, rows } of expected) {
    const [found] = await connection.query<RowDataPacket[]>(`SELECT COUNT(*) AS count FROM bench.${name}`);
    const count = Number(found[0]?.['count']);
    if (count !== rows) throw new Error(`table ${name} has ${count} rows instead of ${rows}`);
  }
}

function exportStatement(folder: string): string {
  return `EXPORT DATABASE '${folder}' (FORMAT parquet, COMPRESSION zstd)`;
}

/** Bytes of a folder, which is gone then. */
function removed(folder: string): number {
  const bytes = folderBytes(folder);
  rmSync(folder, { recursive: true });
  return bytes;
}

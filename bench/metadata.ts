import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { systemClock } from '../src/base/clock.ts';
import { Secret } from '../src/base/secret.ts';
import { MetadataShelf } from '../src/dispatch/metadata-shelf.ts';
import { backUp, type BackupRequest } from '../src/metastore/kylin/backup.ts';
import { encodeContent } from '../src/metastore/kylin/content.ts';
import { KylinStore } from '../src/metastore/kylin/jdbc/store.ts';
import { readKylinUrl } from '../src/metastore/kylin/jdbc/url.ts';
import { restoreInto } from '../src/metastore/kylin/restore.ts';
import { openLocalStore } from '../src/repository/adapters/local/store.ts';
import { layoutOf } from '../src/snapshot/layout.ts';
import { benchFolder } from './folder.ts';
import { hasMariadb, Mariadb } from './mariadb.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs } from './process-cpu.ts';
import { milliseconds, printTable, timed } from './report.ts';

/** Resources at scale 1, of some two kilobytes each: tables, as most of a large metastore are. */
const resourcesAtOne = 100_000;
const rowsPerInsert = 1_000;
const projects = 20;

const signal = new AbortController().signal;
const scope = { kind: 'system' } as const;
const table = `(META_TABLE_KEY VARCHAR(255) COLLATE utf8_bin PRIMARY KEY, META_TABLE_CONTENT LONGBLOB,
  META_TABLE_TS BIGINT, META_TABLE_MVCC BIGINT) DEFAULT CHARSET=utf8`;
const auditLog = `(id BIGINT AUTO_INCREMENT PRIMARY KEY, meta_key VARCHAR(255) COLLATE utf8_bin, meta_content LONGBLOB,
  meta_ts BIGINT, meta_mvcc BIGINT, unit_id VARCHAR(50), operator VARCHAR(200), instance VARCHAR(100),
  INDEX (meta_key, meta_mvcc)) DEFAULT CHARSET=utf8`;

/**
 * Kylin's metastore of generation B in MariaDB into a folder of files, an archive and a repository, and back, beside
 * mariadb-dump of its table. TMPDIR says where: some file systems are slow at making 100,000 files.
 */
export async function metadata({ scale, only }: BenchOptions): Promise<void> {
  if (!hasMariadb()) return console.log('MariaDB is not installed: nothing to measure');
  using folder = benchFolder();
  await using server = await Mariadb.start(folder.path);
  const sql = await server.connect();
  const count = Math.round(resourcesAtOne * scale);
  await makeStore(sql, 'full');
  await fill(sql, count);
  const rows: (readonly string[])[] = [];
  for (const [name, form] of Object.entries(forms).filter(([name]) => name.includes(only))) {
    await makeStore(sql, 'bare');
    const parts = {
      store: (database: string) => storeOf(server, database),
      folder: path.join(folder.path, name),
    };
    let made: Made | undefined;
    const backup = await measured(async () => {
      made = await form.backUp(parts);
    });
    const restore = await measured(async () => made?.restore());
    rows.push([name, ...backup, ...restore]);
  }
  rows.push(await peer(server, sql, folder.path));
  await sql.end();
  printTable([`${count} resources`, 'backup', 'processor', 'restore', 'processor'], rows);
}

type Parts = Readonly<{ store: (database: string) => KylinStore; folder: string }>;
type Made = Readonly<{ restore: () => Promise<void> }>;

const forms: Readonly<Record<string, Readonly<{ backUp: (parts: Parts) => Promise<Made> }>>> = {
  files: { backUp: (parts) => toFolder(parts, false) },
  archive: { backUp: (parts) => toFolder(parts, true) },
  repository: { backUp: toRepository },
};

async function toFolder(parts: Parts, compress: boolean): Promise<Made> {
  const made = await backUpBelow(parts, compress);
  return { restore: () => restoreFrom(parts, made.path) };
}

/** As BACKUP METADATA … TO a repository in a local folder. */
async function toRepository(parts: Parts): Promise<Made> {
  const root = path.join(parts.folder, 'repository');
  mkdirSync(root, { recursive: true });
  const store = await openLocalStore({ root, clock: systemClock });
  const shelf = new MetadataShelf({ store, layout: layoutOf('bench') });
  const name = await shelf.put(await backUpBelow(parts, true), false, Date.now(), signal);
  return {
    restore: async () =>
      restoreFrom(parts, await shelf.fetch(name, path.join(parts.folder, 'fetched'), signal)),
  };
}

async function backUpBelow({ store, folder }: Parts, compress: boolean): ReturnType<typeof backUp> {
  await using source = await store('full').openForBackup(signal);
  const request: BackupRequest = {
    scope,
    directory: path.join(folder, 'backups'),
    compress,
    excludeTableExd: false,
    now: Date.now(),
  };
  return await backUp(source, request, signal);
}

async function restoreFrom({ store, folder }: Parts, made: string): Promise<void> {
  const flags = { afterTruncate: false, overwriteTables: false, force: false, dryRun: false };
  const directory = path.join(folder, 'before');
  await restoreInto(
    store('bare'),
    { scope, path: made, directory, operator: 'bench', now: 0, ...flags },
    signal,
  );
}

/** The time that passed, and the processor time of this process in all its threads. */
async function measured(work: () => Promise<void>): Promise<readonly [string, string]> {
  const before = cpuMs(process.pid);
  const passed = await timed(work);
  return [milliseconds(passed), milliseconds(cpuMs(process.pid) - before)];
}

function storeOf({ port }: Mariadb, database: string): KylinStore {
  const url = `km@jdbc,url=jdbc:mysql://127.0.0.1:${port}/${database},username=root`;
  return new KylinStore(readKylinUrl(new Secret(url)));
}

async function makeStore(sql: Connection, database: string): Promise<void> {
  await sql.query(`DROP DATABASE IF EXISTS ${database}`);
  await sql.query(`CREATE DATABASE ${database}`);
  await sql.query(`CREATE TABLE ${database}.km ${table}`);
  await sql.query(`CREATE TABLE ${database}.km_audit_log ${auditLog}`);
}

async function peer({ port }: Mariadb, sql: Connection, folder: string): Promise<readonly string[]> {
  const file = path.join(folder, 'dump.sql');
  const dumpMs = await timed(async () => dump(port, file));
  await sql.query('DROP TABLE full.km');
  const loadMs = await timed(async () => load(port, file));
  return ['mariadb-dump and client', milliseconds(dumpMs), '', milliseconds(loadMs), ''];
}

async function fill(sql: Connection, count: number): Promise<void> {
  const rows: unknown[][] = [];
  for (let project = 0; project < projects; project++) {
    rows.push([`/_global/project/p${project}.json`, Buffer.from(`{"name":"p${project}"}`), Date.now(), 0]);
  }
  for (let at = rows.length; at < count; at++) {
    const columns = Array.from({ length: 30 }, (_, id) => ({
      id: `${id}`,
      name: `COLUMN_${id}_${at}`,
      datatype: 'varchar(256)',
    }));
    const content = JSON.stringify({ uuid: `u-${at}`, name: `TABLE_${at}`, database: 'DEFAULT', columns });
    rows.push([
      `/p${at % projects}/table/DEFAULT.TABLE_${at}.json`,
      encodeContent(Buffer.from(content)),
      Date.now(),
      0,
    ]);
  }
  for (let from = 0; from < rows.length; from += rowsPerInsert) {
    await sql.query('INSERT INTO full.km VALUES ?', [rows.slice(from, from + rowsPerInsert)]);
  }
}

function dump(port: number, file: string): void {
  const to = openSync(file, 'w');
  const args = [
    '--no-defaults',
    '-h127.0.0.1',
    `-P${port}`,
    '-uroot',
    '--single-transaction',
    '--hex-blob',
    'full',
    'km',
  ];
  const { status } = spawnSync('mariadb-dump', args, { stdio: ['ignore', to, 'inherit'] });
  closeSync(to);
  if (status !== 0) throw new Error(`mariadb-dump ended with ${status}`);
}

function load(port: number, file: string): void {
  const from = openSync(file, 'r');
  const args = ['--no-defaults', '-h127.0.0.1', `-P${port}`, '-uroot', 'full'];
  const { status } = spawnSync('mariadb', args, { stdio: [from, 'ignore', 'inherit'] });
  closeSync(from);
  if (status !== 0) throw new Error(`mariadb ended with ${status}`);
}

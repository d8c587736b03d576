import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { Secret } from '../src/base/secret.ts';
import { backUp } from '../src/metastore/kylin/backup.ts';
import { encodeContent } from '../src/metastore/kylin/content.ts';
import { KylinStore } from '../src/metastore/kylin/jdbc/store.ts';
import { readKylinUrl } from '../src/metastore/kylin/jdbc/url.ts';
import { restoreInto } from '../src/metastore/kylin/restore.ts';
import { benchFolder } from './folder.ts';
import { hasMariadb, Mariadb } from './mariadb.ts';
import type { BenchOptions } from './options.ts';
import { milliseconds, printTable, timed } from './report.ts';

/** Resources at scale 1, of some two kilobytes each: tables, as most of a large metastore are. */
const resourcesAtOne = 100_000;
const rowsPerInsert = 1_000;
const projects = 20;

const signal = new AbortController().signal;
const table = `(META_TABLE_KEY VARCHAR(255) COLLATE utf8_bin PRIMARY KEY, META_TABLE_CONTENT LONGBLOB,
  META_TABLE_TS BIGINT, META_TABLE_MVCC BIGINT) DEFAULT CHARSET=utf8`;
const auditLog = `(id BIGINT AUTO_INCREMENT PRIMARY KEY, meta_key VARCHAR(255) COLLATE utf8_bin, meta_content LONGBLOB,
  meta_ts BIGINT, meta_mvcc BIGINT, unit_id VARCHAR(50), operator VARCHAR(200), instance VARCHAR(100),
  INDEX (meta_key, meta_mvcc)) DEFAULT CHARSET=utf8`;

/** Kylin's metastore of generation B in MariaDB into a folder of files and back, beside mariadb-dump of its table. */
export async function metadata({ scale }: BenchOptions): Promise<void> {
  if (!hasMariadb()) return console.log('MariaDB is not installed: nothing to measure');
  using folder = await benchFolder();
  await using server = await Mariadb.start(folder.path);
  const sql = await server.connect();
  const count = Math.round(resourcesAtOne * scale);
  await sql.query('CREATE DATABASE full');
  await sql.query('CREATE DATABASE bare');
  for (const database of ['full', 'bare']) {
    await sql.query(`CREATE TABLE ${database}.km ${table}`);
    await sql.query(`CREATE TABLE ${database}.km_audit_log ${auditLog}`);
  }
  await fill(sql, count);
  const store = (database: string): KylinStore =>
    new KylinStore(
      readKylinUrl(new Secret(`km@jdbc,url=jdbc:mysql://127.0.0.1:${server.port}/${database},username=root`)),
    );
  const scope = { kind: 'system' } as const;
  const own = {
    scope,
    directory: path.join(folder.path, 'backups'),
    compress: false,
    excludeTableExd: false,
  };
  let made = '';
  const backupMs = await timed(async () => {
    await using source = await store('full').openForBackup(signal);
    made = (await backUp(source, { ...own, now: Date.now() }, signal)).path;
  });
  const flags = { afterTruncate: false, overwriteTables: false, force: false, dryRun: false };
  const request = {
    scope,
    path: made,
    directory: path.join(folder.path, 'before'),
    operator: 'bench',
    now: 0,
    ...flags,
  };
  const restoreMs = await timed(async () => void (await restoreInto(store('bare'), request, signal)));
  const file = path.join(folder.path, 'dump.sql');
  mkdirSync(path.join(folder.path, 'peer'));
  const dumpMs = await timed(async () => dump(server.port, file));
  await sql.query('DROP TABLE full.km');
  const loadMs = await timed(async () => load(server.port, file));
  await sql.end();
  printTable(
    [`${count} resources`, 'Holdfast', 'mariadb-dump and client', 'ratio'],
    [
      ['backup', milliseconds(backupMs), milliseconds(dumpMs), (dumpMs / backupMs).toFixed(2)],
      ['restore', milliseconds(restoreMs), milliseconds(loadMs), (loadMs / restoreMs).toFixed(2)],
    ],
  );
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

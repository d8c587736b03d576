import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Connection } from 'mysql2/promise';
import { rowsOf, timestampOf } from '../support/jobs.ts';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { type Block, blocksOf } from './page.ts';

/** The place that pages name; a test's own folder stands in for it. */
const shownPlace = 'file:///srv/backups';
/** The timestamp that pages name; the real one of the statement's label stands in for it. */
const shownTimestamp = '2026-11-21-08-30-00-000';

/** The server that pages name; a MariaDB of the test's own stands in for it. */
const shownServer = '"host" = "db.example.com",\n  "port" = "3306"';

/** Runs every SQL block of a page against a fresh server; a failure names the page, the line and the statement. */
export async function runPage(file: string): Promise<void> {
  await using place = await temporaryFolder();
  await using server = await ServerProcess.start();
  await using mariadb = needsServer(file) ? await shopServer() : undefined;
  const connection = await server.connect();
  for (const block of blocksOf(file)) {
    if (block.errorNumber !== undefined) assert.equal(block.statements.length, 1, `${file}:${block.line}`);
    for (const statement of block.statements) {
      const context = `${file}:${block.line}: ${statement}`;
      const shown = { statement, block, place: place.path, serverPort: mariadb?.port };
      await runStatement(connection, shown, context);
    }
  }
  await connection.end();
}

/** Why a page cannot be run here, for node:test's `skip`; false when it can. */
export function pageSkipReason(file: string): string | false {
  return needsServer(file) && mariadbSkipReason();
}

function needsServer(file: string): boolean {
  return readFileSync(file, 'utf8').includes(shownServer);
}

/** What pages tell of their server: a database `shop`, and an account. */
async function shopServer(): Promise<MariadbServer> {
  const server = await MariadbServer.start();
  const connection = await server.connect({ multipleStatements: true });
  await connection.query(`CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, total DECIMAL(10, 2));
    CREATE USER holdfast IDENTIFIED BY 'geheim-1'; GRANT ALL ON *.* TO holdfast`);
  await connection.end();
  return server;
}

type Shown = Readonly<{ statement: string; block: Block; place: string; serverPort: number | undefined }>;

async function runStatement(connection: Connection, shown: Shown, context: string): Promise<void> {
  const sql = await realStatement(connection, shown);
  const number = await errorNumberOf(connection, sql, context);
  assert.equal(number, shown.block.errorNumber, context);
  const kind = /^(BACKUP|RESTORE)\b(?!\s+METADATA\b)/i.exec(sql)?.[1];
  if (kind !== undefined && number === undefined) await requireFinished(connection, kind, context);
}

async function realStatement(
  connection: Connection,
  { statement, place, serverPort }: Shown,
): Promise<string> {
  const server = `"host" = "127.0.0.1", "port" = "${serverPort}"`;
  const sql = statement.replaceAll(shownPlace, pathToFileURL(place).href).replaceAll(shownServer, server);
  if (!sql.includes(shownTimestamp)) return sql;
  const restored = /SNAPSHOT\s+(?:\w+\.)?(?<label>\w+)\s+FROM\s+(?<repository>\w+)/i.exec(sql);
  const listed = /ON\s+(?<repository>\w+)\s+WHERE\s+SNAPSHOT\s*=\s*'(?<label>\w+)'/i.exec(sql);
  const { label, repository } = (restored ?? listed)?.groups ?? {};
  assert.ok(label !== undefined && repository !== undefined, `no label in: ${sql}`);
  return sql.replaceAll(shownTimestamp, await timestampOf(connection, repository, label));
}

/** Undefined when the statement ran. What is no answer of the server fails the page. */
async function errorNumberOf(
  connection: Connection,
  sql: string,
  context: string,
): Promise<number | undefined> {
  try {
    await connection.query(sql);
    return undefined;
  } catch (error) {
    const { errno } = error as Error & { errno?: number };
    assert.ok(errno !== undefined && errno > 0, `${context}: ${String(error)}`);
    return errno;
  }
}

/** Waits until no job runs; the last one of each database must have finished. */
async function requireFinished(connection: Connection, kind: string, context: string): Promise<void> {
  const jobs = await until(`${context}: all settled`, async () => {
    const rows = await rowsOf(connection, `SHOW ${kind}`);
    return rows.every((row) => ['FINISHED', 'CANCELLED'].includes(String(row['State']))) ? rows : undefined;
  });
  const failed = jobs.filter((row) => row['State'] !== 'FINISHED').map((row) => String(row['Status']));
  assert.deepEqual(failed, [], context);
}

import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Secret } from '../base/secret.ts';
import { insertsOf, shopSchema, shopTables } from './shop.ts';
import { printTable } from './table.ts';

export type DemoOptions = Readonly<{
  host: string;
  port: number;
  /** Of root; undefined for none. */
  password: Secret | undefined;
  /** A folder that exists; the demo keeps its repository below it. */
  folder: string;
  print: (text: string) => void;
}>;

/** How often the running job is looked at, ms: often enough to see the states of a job of a second. */
const lookEveryMs = 60;
const jobTimeoutMs = 120_000;
const rowsPerInsert = 5_000;

/**
 * The main job of a backup server, over a real socket: a repository, a database, a backup with its progress, the
 * loss, the restore, the comparison. Returns whether the restored rows equal those before.
 */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const connection = await connect(options);
  try {
    return await new Demo(connection, options).run();
  } finally {
    await connection.end();
  }
}

type Digest = Readonly<{ rows: number; sha256: string }>;

class Demo {
  readonly #connection: Connection;
  readonly #print: (text: string) => void;
  readonly #folder: string;

  constructor(connection: Connection, options: DemoOptions) {
    this.#connection = connection;
    this.#print = options.print;
    this.#folder = options.folder;
  }

  async run(): Promise<boolean> {
    await this.#prepare();
    const before = await this.#digests();
    await this.#backup();
    await this.#lose();
    await this.#restore();
    return this.#compare(before);
  }

  async #prepare(): Promise<void> {
    this.#say(
      '1. A repository: a named place for snapshots. Here a folder; S3, GCS, OSS, COS and HDFS are others.',
    );
    const location = path.join(this.#folder, 'demo-repository');
    await mkdir(location, { recursive: true });
    await this.#quiet('DROP DATABASE IF EXISTS shop');
    const known = await this.#rows('SHOW REPOSITORIES');
    if (known.some((row) => row['RepoName'] === 'demo_repo')) await this.#quiet('DROP REPOSITORY demo_repo');
    await this.#show(`CREATE REPOSITORY demo_repo WITH BROKER ON LOCATION "file://${encodeURI(location)}"`);
    await this.#show('SHOW REPOSITORIES');
    this.#say('2. A database with some work in it: four tables, one partitioned by date, and a view.');
    await this.#show('CREATE DATABASE shop');
    await this.#show('USE shop');
    for (const statement of shopSchema) await this.#show(statement);
    for (const table of shopTables) await this.#load(table);
    await this.#show('SELECT * FROM revenue ORDER BY status');
  }

  async #load(table: (typeof shopTables)[number]): Promise<void> {
    const started = performance.now();
    for (const insert of insertsOf(table, rowsPerInsert)) await this.#connection.query(insert);
    const seconds = (performance.now() - started) / 1000;
    this.#print(`   ${table.rows.toLocaleString('en')} rows into ${table.name} in ${seconds.toFixed(1)} s`);
  }

  async #backup(): Promise<void> {
    this.#say('3. The backup: answered at once, done in the background, watched with SHOW BACKUP.');
    const label = `nightly_${Date.now()}`;
    await this.#show(`BACKUP SNAPSHOT shop.${label} TO demo_repo`);
    await this.#watch('SHOW BACKUP FROM shop');
    await this.#show('SHOW SNAPSHOT ON demo_repo');
  }

  async #lose(): Promise<void> {
    this.#say('4. The accident.');
    await this.#show('DROP DATABASE shop');
    await this.#fails('SELECT COUNT(*) FROM shop.orders');
  }

  async #restore(): Promise<void> {
    this.#say('5. The restore, from what the repository holds.');
    const snapshots = await this.#rows('SHOW SNAPSHOT ON demo_repo');
    const newest = snapshots
      .filter((row) => String(row['Snapshot']).startsWith('nightly_'))
      .sort((a, b) => String(a['Timestamp']).localeCompare(String(b['Timestamp'])))
      .at(-1);
    if (newest === undefined) throw new Error('the repository lists no snapshot of the demo');
    await this.#show(
      `RESTORE SNAPSHOT shop.${String(newest['Snapshot'])} FROM demo_repo\n` +
        `PROPERTIES ("backup_timestamp" = "${String(newest['Timestamp'])}", "replication_num" = "1")`,
    );
    await this.#watch('SHOW RESTORE FROM shop');
  }

  async #compare(before: ReadonlyMap<string, Digest>): Promise<boolean> {
    this.#say('6. Every row of every table, read through the wire and hashed, before and after.');
    const after = await this.#digests();
    const rows = [...before].map(([table, digest]) => {
      const now = after.get(table);
      const isEqual = now?.sha256 === digest.sha256 && now.rows === digest.rows;
      return [
        table,
        digest.rows,
        now?.rows ?? 0,
        digest.sha256.slice(0, 16),
        (now?.sha256 ?? '').slice(0, 16),
        isEqual ? 'equal' : 'DIFFERENT',
      ];
    });
    this.#print(
      printTable(['table', 'rows before', 'rows after', 'sha256 before', 'sha256 after', ''], rows),
    );
    return rows.every((row) => row[5] === 'equal');
  }

  async #digests(): Promise<ReadonlyMap<string, Digest>> {
    const digests = new Map<string, Digest>();
    for (const table of shopTables) {
      digests.set(table.name, await this.#digest(`SELECT * FROM shop.${table.name} ORDER BY ${table.key}`));
    }
    digests.set('revenue', await this.#digest('SELECT * FROM shop.revenue ORDER BY status'));
    return digests;
  }

  async #digest(query: string): Promise<Digest> {
    const hash = createHash('sha256');
    const [rows] = await this.#connection.query<RowDataPacket[][]>({ sql: query, rowsAsArray: true });
    for (const row of rows) hash.update(JSON.stringify(row));
    return { rows: rows.length, sha256: hash.digest('hex') };
  }

  /** Prints the job each time its state or progress changes, until it is settled. */
  async #watch(statement: string): Promise<void> {
    this.#prompt(statement);
    const until = Date.now() + jobTimeoutMs;
    let seen = '';
    for (;;) {
      const job = (await this.#rows(statement))[0];
      const line = `   ${String(job?.['State']).padEnd(16)} ${String(job?.['Progress'] ?? '')} ${String(job?.['Status'])}`;
      if (line !== seen) this.#print(line);
      seen = line;
      const state = job?.['State'];
      if (state === 'FINISHED') return;
      if (state === 'CANCELLED' || Date.now() > until) throw new Error(`the job did not finish: ${line}`);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #show(statement: string): Promise<void> {
    this.#prompt(statement);
    const [rows, fields] = await this.#connection.query({ sql: statement, rowsAsArray: true });
    if (!Array.isArray(fields) || !Array.isArray(rows)) return;
    const names = fields.map((field) => field.name);
    this.#print(printTable(names, rows as unknown as readonly (readonly unknown[])[]));
  }

  async #fails(statement: string): Promise<void> {
    this.#prompt(statement);
    try {
      await this.#connection.query(statement);
    } catch (error) {
      const failure = error as { errno?: number; sqlState?: string; message?: string };
      this.#print(`ERROR ${failure.errno} (${failure.sqlState}): ${failure.message}`);
      return;
    }
    throw new Error(`the statement was expected to fail: ${statement}`);
  }

  async #quiet(statement: string): Promise<void> {
    await this.#connection.query(statement);
  }

  async #rows(statement: string): Promise<RowDataPacket[]> {
    const [rows] = await this.#connection.query<RowDataPacket[]>(statement);
    return rows;
  }

  #say(text: string): void {
    this.#print(`\n${text}\n`);
  }

  #prompt(statement: string): void {
    this.#print(`holdfast> ${statement.replaceAll('\n', '\n       -> ')};`);
  }
}

async function connect(options: DemoOptions): Promise<Connection> {
  const connection = await createConnection({
    host: options.host,
    port: options.port,
    user: 'root',
    ...(options.password !== undefined && { password: options.password.reveal() }),
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    flags: ['-LOCAL_FILES'],
  });
  // A server that stops between two statements: the next one fails with it.
  connection.on('error', () => undefined);
  return connection;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createConnection as createCallbackConnection } from 'mysql2';
import { fill, wideResult } from './data.ts';
import { benchFolder } from './folder.ts';
import { hasMariadb, Mariadb } from './mariadb.ts';
import type { BenchOptions } from './options.ts';
import { comparePaired, type Side } from './paired.ts';
import { Server } from './server.ts';

type Target = Readonly<{ name: string; pid: number; port: number }>;
type Client = Readonly<{ name: string; read: (port: number, rows: number) => Promise<void> }>;

const clients: readonly Client[] = [
  { name: 'mariadb command line', read: readWithCommandLine },
  { name: 'mysql2 rows', read: readWithMysql2 },
];

/** A million rows of six columns over loopback to two clients, against MariaDB where it is installed. */
export async function rowsToClient({ scale, rounds }: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using opened = new AsyncDisposableStack();
  const rows = Math.round(1_000_000 * scale);
  const holdfast = opened.use(await Server.start(path.join(folder.path, 'data')));
  await load(holdfast, rows);
  const targets: Target[] = [{ name: 'Holdfast', pid: holdfast.pid, port: holdfast.port }];
  if (hasMariadb()) {
    const mariadb = opened.use(await Mariadb.start(folder.path));
    await load(mariadb, rows);
    targets.push({ name: 'MariaDB', pid: mariadb.pid, port: mariadb.port });
  } else {
    console.log('MariaDB is not installed: Holdfast is measured alone');
  }
  for (const client of clients) {
    console.log(`\n${rows} rows of 6 columns to ${client.name}`);
    await comparePaired(
      targets.map((target) => sideOf(target, client, rows)),
      rounds,
    );
  }
}

function sideOf({ name, pid, port }: Target, client: Client, rows: number): Side {
  return {
    name,
    pid,
    before: async () => {},
    work: () => client.read(port, rows),
    after: async () => undefined,
  };
}

async function load(server: Server | Mariadb, rows: number): Promise<void> {
  const connection = await server.connect();
  try {
    await connection.query('CREATE DATABASE bench');
    await connection.query('USE bench');
    for (const statement of fill([wideResult(rows)])) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** The client prints tab-separated lines, which are counted here. */
async function readWithCommandLine(port: number, rows: number): Promise<void> {
  const address = ['--no-defaults', '-h', '127.0.0.1', '-P', String(port), '-u', 'root', '--skip-ssl'];
  const query = ['--quick', '--batch', '--skip-column-names', '-e', 'SELECT * FROM bench.facts'];
  const child = spawn('mariadb', [...address, ...query], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  });
  await ended;
  checkCount(lines, rows);
}

async function readWithMysql2(port: number, rows: number): Promise<void> {
  const connection = createCallbackConnection({ host: '127.0.0.1', port, user: 'root' });
  try {
    let count = 0;
    const ended = Promise.withResolvers<void>();
    connection
      .query({ sql: 'SELECT * FROM bench.facts', rowsAsArray: true })
      .on('result', () => void (count += 1))
      .on('error', ended.reject)
      .on('end', ended.resolve);
    await ended.promise;
    checkCount(count, rows);
  } finally {
    connection.destroy();
  }
}

function checkCount(found: number, expected: number): void {
  if (found !== expected) throw new Error(`the client got ${found} rows instead of ${expected}`);
}

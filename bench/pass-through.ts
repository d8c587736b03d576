import path from 'node:path';
import { Secret } from '../src/base/secret.ts';
import { UpstreamConnection } from '../src/upstream/connection.ts';
import { commandPacket } from '../src/upstream/packets.ts';
import { capability } from '../src/wire/capabilities.ts';
import type { Relay } from '../src/wire/handler.ts';
import { benchFolder } from './folder.ts';
import { hasMariadb, Mariadb } from './mariadb.ts';
import type { BenchOptions } from './options.ts';
import { comparePaired, type Side } from './paired.ts';
import { Server } from './server.ts';

type Question = Readonly<{ about: string; sql: string; times: number }>;

/** One result of a megabyte in few long rows and in many short ones, and one of next to nothing. */
const questions: readonly Question[] = [
  { about: 'a point query', sql: 'SELECT body FROM bench.short WHERE id = 7', times: 500 },
  { about: '1 MB in 100 rows', sql: 'SELECT body FROM bench.long', times: 50 },
  { about: '1 MB in 10,000 rows', sql: 'SELECT body FROM bench.short', times: 20 },
];

const load: readonly string[] = [
  'CREATE DATABASE bench',
  'USE bench',
  'CREATE TABLE bench.long (id INT PRIMARY KEY, body VARCHAR(10000)) CHARACTER SET latin1',
  "INSERT INTO bench.long SELECT seq, REPEAT('x', 10000) FROM seq_1_to_100",
  'CREATE TABLE bench.short (id INT PRIMARY KEY, body VARCHAR(100)) CHARACTER SET latin1',
  "INSERT INTO bench.short SELECT seq, REPEAT('x', 100) FROM seq_1_to_10000",
];

/** What a session in an external catalog costs against a connection to the server itself. */
export async function passThrough({ scale, rounds }: BenchOptions): Promise<void> {
  if (!hasMariadb()) throw new Error('needs mariadbd and mariadb-install-db');
  using folder = benchFolder();
  await using opened = new AsyncDisposableStack();
  const mariadb = opened.use(await Mariadb.start(folder.path));
  const holdfast = opened.use(await Server.start(path.join(folder.path, 'data')));
  const direct = opened.use(await client(mariadb.port));
  const through = opened.use(await client(holdfast.port));
  const signal = new AbortController().signal;
  for (const sql of load) await direct.run(sql, signal);
  await through.run(
    `CREATE EXTERNAL CATALOG m PROPERTIES ("type" = "mysql", "host" = "127.0.0.1", "port" = "${mariadb.port}", "user" = "root")`,
    signal,
  );
  await through.run('SET CATALOG m', signal);
  for (const { about, sql, times } of questions) {
    const count = Math.round(times * scale);
    console.log(`\n${about}, ${count} times`);
    const sides = [
      sideOf({ name: 'through Holdfast', pid: holdfast.pid, connection: through }, sql, count),
      sideOf({ name: 'direct', pid: mariadb.pid, connection: direct }, sql, count),
    ];
    await comparePaired(sides, rounds);
  }
}

/** A client that does nothing with what it gets: a real one would hide what is between. */
async function client(port: number): Promise<UpstreamConnection> {
  const account = {
    host: '127.0.0.1',
    port,
    user: 'root',
    password: new Secret(''),
    tls: { mode: 'disabled' },
    connectTimeoutMs: 10_000,
  } as const;
  const wishes = { capabilities: capability.DEPRECATE_EOF, collation: 45 };
  return UpstreamConnection.open(account, wishes, new AbortController().signal);
}

type Asked = Readonly<{ name: string; pid: number; connection: UpstreamConnection }>;

function sideOf({ name, pid, connection }: Asked, sql: string, count: number): Side {
  const signal = new AbortController().signal;
  const nowhere: Relay = {
    frames: () => undefined,
    packet: () => undefined,
    isFull: false,
    flush: async () => undefined,
  };
  return {
    name,
    pid,
    before: async () => {},
    work: async () => {
      const options = { form: 'results', more: false } as const;
      for (let asked = 0; asked < count; asked++) {
        const { error } = await connection.pass(commandPacket(3, sql), options, nowhere, signal);
        if (error !== undefined) throw error;
      }
    },
    after: async () => undefined,
  };
}

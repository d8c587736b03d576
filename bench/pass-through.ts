import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { Secret } from '../src/base/secret.ts';
import { UpstreamConnection } from '../src/upstream/connection.ts';
import { capability } from '../src/wire/capabilities.ts';
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

type Target = Readonly<{ name: string; pid: number; port: number; begin: string }>;
type Client = Readonly<{ name: string; ask: (target: Target, question: Question) => Promise<Asking> }>;
/** Asks all of it once more, over one connection. */
type Asking = Readonly<{ again: () => Promise<void>; end: () => Promise<void> }>;

/** The first does nothing with what it gets, and so shows what is between; the others are what people use. */
const clients: readonly Client[] = [
  { name: 'a client that throws rows away', ask: askAndThrowAway },
  { name: 'mariadb command line', ask: askOnCommandLine },
  { name: 'mysql2', ask: askByMysql2 },
];

/** What a session in an external catalog costs against a connection to the server itself. */
export async function passThrough({ scale, rounds }: BenchOptions): Promise<void> {
  if (!hasMariadb()) throw new Error('needs mariadbd and mariadb-install-db');
  using folder = benchFolder();
  await using opened = new AsyncDisposableStack();
  const mariadb = opened.use(await Mariadb.start(folder.path));
  const holdfast = opened.use(await Server.start(path.join(folder.path, 'data')));
  await tell(mariadb, load);
  await tell(holdfast, [
    `CREATE EXTERNAL CATALOG m PROPERTIES ("type" = "mysql", "host" = "127.0.0.1", "port" = "${mariadb.port}", "user" = "root")`,
  ]);
  const targets: readonly Target[] = [
    { name: 'through Holdfast', pid: holdfast.pid, port: holdfast.port, begin: 'SET CATALOG m' },
    { name: 'direct', pid: mariadb.pid, port: mariadb.port, begin: 'DO 0' },
  ];
  for (const question of questions) {
    const scaled = { ...question, times: Math.round(question.times * scale) };
    for (const client of clients) {
      console.log(`\n${scaled.about} to ${client.name}, ${scaled.times} times`);
      await compare(client, targets, scaled, rounds);
    }
  }
}

async function compare(
  client: Client,
  targets: readonly Target[],
  question: Question,
  rounds: number,
): Promise<void> {
  const asked = await Promise.all(targets.map((target) => client.ask(target, question)));
  const sides = targets.map(({ name, pid }, at): Side => {
    const work = async (): Promise<void> => asked[at]?.again();
    return { name, pid, before: async () => {}, work, after: async () => undefined };
  });
  await comparePaired(sides, rounds);
  for (const asking of asked) await asking.end();
}

async function tell(server: Server | Mariadb, statements: readonly string[]): Promise<void> {
  const connection = await server.connect();
  for (const sql of statements) await connection.query(sql);
  await connection.end();
}

async function askAndThrowAway({ port, begin }: Target, { sql, times }: Question): Promise<Asking> {
  const account = {
    host: '127.0.0.1',
    port,
    user: 'root',
    password: new Secret(''),
    tls: { mode: 'disabled' },
    connectTimeoutMs: 10_000,
  } as const;
  const wishes = { capabilities: capability.DEPRECATE_EOF, collation: 45 };
  const signal = new AbortController().signal;
  const connection = await UpstreamConnection.open(account, wishes, signal);
  await connection.run(begin, signal);
  return {
    again: async () => {
      for (let asked = 0; asked < times; asked++) await connection.run(sql, signal);
    },
    end: () => connection[Symbol.asyncDispose](),
  };
}

/** The program reads statements from its input and prints rows as lines, into nothing. */
async function askOnCommandLine({ port, begin }: Target, { sql, times }: Question): Promise<Asking> {
  const address = ['--no-defaults', '-h', '127.0.0.1', '-P', String(port), '-u', 'root', '--skip-ssl'];
  const script = `${begin};\n${`${sql};\n`.repeat(times)}`;
  return {
    again: async () => {
      const child = spawn('mariadb', [...address, '--batch', '--quick'], {
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      const ended = once(child, 'close');
      child.stdin.end(script);
      const [exitCode] = await ended;
      if (exitCode !== 0) throw new Error(`the command line ended with ${exitCode}`);
    },
    end: async () => undefined,
  };
}

async function askByMysql2({ port, begin }: Target, { sql, times }: Question): Promise<Asking> {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
  await connection.query(begin);
  return {
    again: async () => {
      for (let asked = 0; asked < times; asked++) await connection.query(sql);
    },
    end: () => connection.end(),
  };
}

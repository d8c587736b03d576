import path from 'node:path';
import { Secret } from '../src/base/secret.ts';
import { UpstreamConnection } from '../src/upstream/connection.ts';
import { capability } from '../src/wire/capabilities.ts';
import { benchFolder } from './folder.ts';
import { hasMariadb, Mariadb } from './mariadb.ts';
import type { BenchOptions } from './options.ts';
import { comparePaired, type Side } from './paired.ts';
import { Server } from './server.ts';

const loginsPerRound = 500;
/** Clients that log in side by side, each again when it is done. */
const lanes = 4;

/** Logins that ask nothing and go, with a password over TCP, beside MariaDB's, and over TLS beside those without. */
export async function connects({ scale, rounds }: BenchOptions): Promise<void> {
  if (!hasMariadb()) throw new Error('needs mariadbd and mariadb-install-db');
  using folder = benchFolder();
  await using opened = new AsyncDisposableStack();
  const mariadb = opened.use(await Mariadb.start(folder.path));
  const holdfast = opened.use(await Server.start(path.join(folder.path, 'data')));
  const password = 'a long password';
  // Without this MariaDB takes anybody on this machine for its anonymous account.
  await asRoot(
    mariadb,
    "DELETE FROM mysql.global_priv WHERE User = ''",
    'FLUSH PRIVILEGES',
    // A connection counts there for a moment after its client has gone.
    'SET GLOBAL max_connections = 20000',
  );
  for (const server of [mariadb, holdfast])
    await asRoot(server, `CREATE USER ann IDENTIFIED BY '${password}'`);
  const count = Math.round(loginsPerRound * scale);
  const way = { count, password };
  const plain = sideOf('Holdfast', holdfast, { ...way, tls: 'disabled' });
  const overTls = sideOf('Holdfast over TLS', holdfast, { ...way, tls: 'required' });
  // The first login by a full exchange fills the cache of digests, which needs TLS here.
  await logIn(holdfast.port, { ...way, tls: 'required' });
  console.log(`\n${count} logins`);
  await comparePaired([plain, sideOf('MariaDB', mariadb, { ...way, tls: 'disabled' })], rounds);
  console.log(`\n${count} logins, with TLS and without`);
  await comparePaired([overTls, plain], rounds);
}

async function asRoot(server: Mariadb | Server, ...statements: readonly string[]): Promise<void> {
  const root = await server.connect();
  for (const sql of statements) await root.query(sql);
  await root.end();
}

type Way = Readonly<{ count: number; password: string; tls: 'disabled' | 'required' }>;

function sideOf(name: string, { pid, port }: Readonly<{ pid: number; port: number }>, way: Way): Side {
  return {
    name,
    pid,
    before: async () => undefined,
    work: async () => {
      const lane = async (): Promise<void> => {
        for (let done = 0; done < way.count / lanes; done++) await logIn(port, way);
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    },
    after: async () => undefined,
  };
}

/** By a client of our own, so that little of the machine goes to the side that asks. */
async function logIn(port: number, { password, tls }: Way): Promise<void> {
  const account = {
    host: '127.0.0.1',
    port,
    user: 'ann',
    password: new Secret(password),
    tls: { mode: tls },
    connectTimeoutMs: 10_000,
  } as const;
  const wishes = { capabilities: capability.DEPRECATE_EOF, collation: 45 };
  const connection = await UpstreamConnection.open(account, wishes, new AbortController().signal);
  await connection[Symbol.asyncDispose]();
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { stopProcess } from './server.ts';

const startTimeoutMs = 60_000;
const lookEveryMs = 100;

/** True when a MariaDB server can be started here. */
export function hasMariadb(): boolean {
  return ['mariadbd', 'mariadb-install-db'].every(
    (program) => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined,
  );
}

/** A MariaDB server of its own with default settings, on loopback. Stopped at the end of its scope. */
export class Mariadb implements AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.port = port;
  }

  static async start(folder: string): Promise<Mariadb> {
    const data = path.join(folder, 'mariadb');
    mkdirSync(data, { recursive: true });
    const common = ['--no-defaults', `--datadir=${data}`, `--user=${userInfo().username}`];
    const made = spawnSync('mariadb-install-db', [...common, '--auth-root-authentication-method=normal'], {
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`mariadb-install-db failed: ${made.stderr}`);
    const port = await freePort();
    const own = [
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${path.join(folder, 'mariadb.sock')}`,
    ];
    const child = spawn('mariadbd', [...common, ...own], { stdio: 'ignore' });
    const server = new Mariadb(child, port);
    try {
      await server.#ready();
      return server;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  async connect(database?: string): Promise<Connection> {
    const target = database === undefined ? {} : { database };
    return createConnection({ host: '127.0.0.1', port: this.port, user: 'root', ...target });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopProcess(this.#child);
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + startTimeoutMs;
    for (;;) {
      try {
        const connection = await this.connect();
        await connection.end();
        return;
      } catch (error) {
        const isGone = this.#child.exitCode !== null;
        if (isGone || performance.now() > deadline)
          throw new Error('MariaDB did not start', { cause: error });
      }
      await setTimeout(lookEveryMs);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { freePorts } from './free-ports.ts';
import { findPostgresFolder, skipReason } from './programs.ts';
import { until } from './until.ts';

const stopTimeoutMs = 60_000;
const startTimeoutMs = 150_000;
const installTimeoutMs = 200_000;

/** Small, and with nothing on disk that a test would wait for. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  shared_buffers: '32MB',
  max_connections: '50',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** The account of the server and its password, by SCRAM. */
export const postgresAccount = { user: 'kylin', password: 'geheim,=1' } as const;

/** Why tests with a PostgreSQL server of their own cannot run, for node:test's `skip`; false when they can. */
export function postgresSkipReason(): string | false {
  return skipReason(findPostgresFolder(), 'postgresql');
}

/** A PostgreSQL server of its own on a free port of loopback. Start one per test file. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string, port: number) {
    this.port = port;
    this.#folder = folder;
    const data = path.join(folder, 'data');
    const own = { ...settings, port: String(port), unix_socket_directories: folder };
    const flags = Object.entries(own).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const [program = '', ...args] = asServer(['postgres', '-D', data, ...flags]);
    this.#child = spawn(program, args, { stdio: 'ignore', cwd: folder });
  }

  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-postgres-'));
    try {
      install(folder);
      const [port = 0] = await freePorts(1);
      const server = new PostgresServer(folder, port);
      await server.#ready();
      return server;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** A session of the account. */
  async connect(database = 'postgres'): Promise<Client> {
    const client = new Client({ host: '127.0.0.1', port: this.port, database, ...postgresAccount });
    await client.connect();
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      // Fast shutdown: sessions that are open are ended.
      this.#child.kill('SIGINT');
      const hardly = setTimeout(() => this.#child.kill('SIGQUIT'), stopTimeoutMs);
      await ended;
      clearTimeout(hardly);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    try {
      await until('PostgreSQL answers', () => this.#answers(), startTimeoutMs);
    } catch (error) {
      this.#child.kill('SIGQUIT');
      throw error;
    }
  }

  async #answers(): Promise<true | undefined> {
    if (this.#child.exitCode !== null) throw new Error(`postgres ended with ${this.#child.exitCode}`);
    try {
      await (await this.connect()).end();
      return true;
    } catch {
      return undefined;
    }
  }
}

function install(folder: string): void {
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, postgresAccount.password);
  if (isRoot()) for (const place of [folder, passwordFile]) chownSync(place, ...serverIds());
  const flags = ['-U', postgresAccount.user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
  const more = ['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync'];
  const [program = '', ...args] = asServer(['initdb', '-D', path.join(folder, 'data'), ...flags, ...more]);
  const made = spawnSync(program, args, { encoding: 'utf8', timeout: installTimeoutMs, cwd: folder });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`, { cause: made.error });
}

/** PostgreSQL refuses to run as root: there Debian's account of the server takes its place. */
function asServer([name = '', ...args]: readonly string[]): readonly string[] {
  const command = [path.join(findPostgresFolder() ?? '', name), ...args];
  if (!isRoot()) return command;
  const [user, group] = serverIds();
  return [
    '/usr/bin/setpriv',
    `--reuid=${user}`,
    `--regid=${group}`,
    '--clear-groups',
    '--pdeathsig=INT',
    ...command,
  ];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function serverIds(): [user: number, group: number] {
  const idOf = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  return [idOf('-u'), idOf('-g')];
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { freePorts } from './free-ports.ts';
import { until } from './until.ts';

const stopTimeoutMs = 60_000;
const startTimeoutMs = 150_000;
/** Another test may take a port between the look whether it is free and the start of the server. */
const startsMax = 5;
/** For a machine on which everything runs at once. */
export const connectTimeoutMs = 100_000;

/** Small, and with nothing on disk that a test would wait for; binlog and events as a server in use has them. */
export const smallServer: readonly string[] = [
  '--bind-address=127.0.0.1',
  '--innodb-buffer-pool-size=64M',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--sync-binlog=0',
  '--log-bin=binlog',
  '--server-id=1',
  '--log-bin-trust-function-creators=ON',
  '--event-scheduler=ON',
  '--key-buffer-size=8M',
  '--performance-schema=OFF',
  '--max-connections=100',
  '--max-allowed-packet=64M',
  '--local-infile=ON',
];

/** A server that speaks MySQL's protocol, as a program of this machine. */
export type ServerProgram = Readonly<{
  /** Makes the data folder of a server that lives in `folder`. */
  install: (folder: string) => void;
  /** Program and arguments; the port and what a test asks for come behind them. */
  command: (folder: string) => readonly string[];
}>;

/** The program has ended by itself. */
class EndedError extends Error {
  override readonly name = 'EndedError';
}

/** A server of its own on a free port of loopback. Root has no password. Start one per test file. */
export class DatabaseServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #command: readonly string[];
  #child: ChildProcess;

  private constructor(folder: string, port: number, command: readonly string[]) {
    this.#folder = folder;
    this.port = port;
    this.#command = command;
    this.#child = run(command);
  }

  /** `flags` are added to the program's command line. */
  static async start(program: ServerProgram, flags: readonly string[] = []): Promise<DatabaseServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-server-'));
    try {
      program.install(folder);
      for (let starts = 1; ; starts++) {
        const server = await DatabaseServer.#spawn(folder, program, flags);
        try {
          await server.#ready();
          return server;
        } catch (error) {
          if (!(error instanceof EndedError) || starts === startsMax) throw error;
        }
      }
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  static async #spawn(
    folder: string,
    program: ServerProgram,
    flags: readonly string[],
  ): Promise<DatabaseServer> {
    const [port = 0] = await freePorts(1);
    const own = [
      `--port=${port}`,
      `--socket=${path.join(folder, 'server.sock')}`,
      `--log-error=${path.join(folder, 'error.log')}`,
    ];
    return new DatabaseServer(folder, port, [...program.command(folder), ...own, ...flags]);
  }

  /** Its files; those of a server that was `stop`ped may be copied. */
  get data(): string {
    return path.join(this.#folder, 'data');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The properties of a catalog for this server. */
  properties(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return { type: 'mysql', host: '127.0.0.1', port: String(this.port), user: 'root', ...more };
  }

  async connect(more: Readonly<Record<string, unknown>> = {}): Promise<Connection> {
    return createConnection({
      host: '127.0.0.1',
      port: this.port,
      user: 'root',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      charset: 'utf8mb4',
      connectTimeout: connectTimeoutMs,
      flags: ['-LOCAL_FILES'],
      ...more,
    });
  }

  /** Ends the server at once, as a crash does, and starts it again on the same port and data. */
  async crash(): Promise<void> {
    await this.goDown();
    await this.comeBack();
  }

  /** Ends the server at once, as a crash does. */
  async goDown(): Promise<void> {
    if (this.#hasEnded()) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again on the same port and data. */
  async comeBack(): Promise<void> {
    this.#child = run(this.#command);
    await this.#ready();
  }

  /** Ends the server as its administrator does; `comeBack` starts it again. */
  async stop(): Promise<void> {
    if (this.#hasEnded()) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const hardly = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(hardly);
  }

  /** Nobody wants its files any more: it need not write them in order, which takes seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.goDown();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #ready(): Promise<void> {
    const child = this.#child;
    try {
      await until('the server answers', () => this.#answers(child), startTimeoutMs);
    } catch (error) {
      await this.goDown();
      throw error;
    }
  }

  async #answers(child: ChildProcess): Promise<true | undefined> {
    if (this.#hasEnded()) throw new EndedError(`the server ended with ${child.exitCode}`);
    try {
      await (await this.connect()).end();
      return true;
    } catch {
      return undefined;
    }
  }
}

function run(command: readonly string[]): ChildProcess {
  const [program = '', ...args] = [...endsWithParent(), ...command];
  return spawn(program, args, { stdio: 'ignore' });
}

/** A test that is killed must not leave its server behind. setpriv(1) of util-linux becomes the program it starts. */
function endsWithParent(): readonly string[] {
  return existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : [];
}

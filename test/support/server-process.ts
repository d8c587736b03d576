import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { connectTimeoutMs } from './database-server.ts';

export type ServerOptions = Readonly<{
  /** An existing data folder; without it the server gets a new one, removed by `stop`. */
  data?: string;
  flags?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** The file by which test/support/strike.ts ends the process at a failpoint. */
  strikeFile?: string | undefined;
  /** The file by which test/support/shift-clock.ts sets the clock of the process. */
  clockFile?: string | undefined;
}>;

/** A server that takes longer than this to say it is ready has failed: a second on a machine at rest. */
const readyTimeoutMs = 120_000;
/** It gives its jobs ten seconds. */
const stopTimeoutMs = 60_000;

/** The real server as a process of its own, on a free port of the loopback interface. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly port: number;
  readonly data: string;
  readonly #ownsData: boolean;
  readonly #exited: Promise<number | null>;

  private constructor(child: ChildProcess, port: number, data: string, ownsData: boolean) {
    this.#child = child;
    this.port = port;
    this.data = data;
    this.#ownsData = ownsData;
    this.#exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const data = options.data ?? path.join(mkdtempSync(path.join(tmpdir(), 'holdfast-')), 'data');
    const { strikeFile, clockFile } = options;
    const args = [
      ...(strikeFile === undefined ? [] : ['--import', './test/support/strike.ts']),
      ...(clockFile === undefined ? [] : ['--import', './test/support/shift-clock.ts']),
      'src/main.ts',
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data',
      data,
      ...(options.flags ?? []),
    ];
    const environment = {
      ...process.env,
      ...options.environment,
      ...(strikeFile && { STRIKE_FILE: strikeFile }),
      ...(clockFile && { CLOCK_FILE: clockFile }),
    };
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    if (process.env['NODES_LOG']) child.stderr?.pipe(process.stderr);
    const port = await readyPort(child);
    return new ServerProcess(child, port, data, options.data === undefined);
  }

  get pid(): number {
    assert(this.#child.pid !== undefined);
    return this.#child.pid;
  }

  /** Exit code once the process has ended; null after a signal. */
  get exited(): Promise<number | null> {
    return this.#exited;
  }

  async connect(settings: Readonly<Record<string, unknown>> = {}): Promise<Connection> {
    return createConnection({
      host: '127.0.0.1',
      port: this.port,
      user: 'root',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      flags: ['-LOCAL_FILES'],
      connectTimeout: connectTimeoutMs,
      ...settings,
    });
  }

  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(name);
  }

  /** Ends the process gently and gives its exit code; the data folder stays when it was given. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    const hardly = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs);
    const code = await this.#exited;
    clearTimeout(hardly);
    if (this.#ownsData) rmSync(path.dirname(this.data), { recursive: true, force: true });
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

async function readyPort(child: ChildProcess): Promise<number> {
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const timer = setTimeout(() => reject(new Error(`not ready in time:\n${output}`)), readyTimeoutMs);
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
    const ready = /holdfast ready on \S+:(\d+)/.exec(output);
    if (ready) resolve(Number(ready[1]));
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  // Behind `exit` there may be output that has not been read.
  child.once('close', (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  try {
    return await promise;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

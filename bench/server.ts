import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Connection, createConnection } from 'mysql2/promise';

const main = path.join(import.meta.dirname, '..', 'src', 'main.ts');
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

/** A Holdfast server of its own, as a user starts it. Stopped at the end of its scope. */
export class Server implements AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** From the start of the process to its ready line. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, pid: number, port: number, startMs: number) {
    this.#child = child;
    this.pid = pid;
    this.port = port;
    this.startMs = startMs;
  }

  /** `dataFolder` is made when it is not there; the ports are free ones. */
  static async start(dataFolder: string, flags: readonly string[] = []): Promise<Server> {
    const address = '127.0.0.1:0';
    const own = [
      'serve',
      '--listen',
      address,
      '--http',
      address,
      '--data',
      dataFolder,
      '--log-level',
      'warn',
    ];
    const startedAt = performance.now();
    // As `npm start` does.
    const limits = ['--max-semi-space-size=4'];
    const child = spawn(process.execPath, [...limits, main, ...own, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const port = await readyPort(child);
      const { pid } = child;
      if (pid === undefined) throw new Error('the server has no process id');
      return new Server(child, pid, port, performance.now() - startedAt);
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
}

/** Asks a process of ours to end, and makes it end when it does not. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

async function readyPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('the server has no output');
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^holdfast ready on .*:(?<port>\d+)$/.exec(line)?.groups?.['port'];
      if (port === undefined) continue;
      child.stdout.resume();
      return Number(port);
    }
    throw new Error('the server ended before it was ready');
  } finally {
    clearTimeout(timer);
  }
}

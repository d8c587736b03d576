import { spawn } from 'node:child_process';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import { connectTimeoutMs } from './database-server.ts';

/** A client that has not ended after this long is stopped: the test fails instead of hanging. No time limit of what it does. */
const clientTimeoutMs = 180_000;

/** What each client prints of a row with a value of every kind, bytes in hexadecimal digits. */
export const valuesOfKinds: readonly string[] = [
  '1',
  '-9223372036854775808',
  '18446744073709551615',
  '-12345678901234567890.0123456789',
  '-0.25',
  "it's Ünïcödé 😀",
  '00FF275C0A1A',
  '2024-02-29',
  '2024-02-29 23:59:59.123456',
  '-12:34:56.789',
];

export type Output = Readonly<{ exitCode: number | null; stdout: string; stderr: string }>;

export type RunOptions = Readonly<{
  input?: string;
  environment?: Readonly<Record<string, string>>;
  timeoutMs?: number;
  /** Where it runs; where this process does when it is not said. */
  folder?: string;
}>;

/** Runs a program to its end with `input` on its standard input. Never throws for its exit code. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input = '', environment = {}, timeoutMs = clientTimeoutMs, folder }: RunOptions = {},
): Promise<Output> {
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    timeout: timeoutMs,
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined); // The program may end before it has read everything.
  child.stdin.end(input);
  const exitCode = await promise;
  return { exitCode, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs statements through the mariadb command line, tab-separated without column names. */
export async function runMariadb(
  program: string,
  { port, user, password }: Readonly<{ port: number; user: string; password: string }>,
  args: readonly string[],
): Promise<Output> {
  const options = [
    '--no-defaults',
    '--host=127.0.0.1',
    `--port=${port}`,
    '--protocol=tcp',
    // Else it follows the locale, which need not be one of UTF-8.
    '--default-character-set=utf8mb4',
    `--user=${user}`,
    '--batch',
    '--skip-column-names',
    ...args,
  ];
  return runProgram(program, options, { environment: { MYSQL_PWD: password } });
}

/** A mysql2 connection to a server on loopback, closed when disposed of. */
export async function connectMysql2(options: ConnectionOptions): Promise<Connection & AsyncDisposable> {
  const connection = await createConnection({
    host: '127.0.0.1',
    connectTimeout: connectTimeoutMs,
    ...options,
  });
  return Object.assign(connection, {
    [Symbol.asyncDispose]: async (): Promise<void> => connection.destroy(),
  });
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

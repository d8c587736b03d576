import { open, readdir, stat, writeFile } from 'node:fs/promises';
import { arch, cpus, freemem, loadavg, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { codeOf, reasonOf } from '../base/system-error.ts';
import { connectAs } from '../administrator.ts';
import { Secret } from '../base/secret.ts';
import type { Config } from '../config/config.ts';
import { namedOptions } from '../config/option-names.ts';
import { formatAddress } from '../config/option.ts';
import { productVersion } from '../version.ts';
import { makeRound } from './doctor.ts';
import { messageOf, printFinding } from './finding.ts';

/** Of the log's end. */
const logBytesMax = 1 << 20;
const filesMax = 1_000;
const metricsMsMax = 5_000;

/**
 * What a running server is asked. Texts of statements and rows of users are left out: they are not ours to send. The
 * answers show no secrets to anybody.
 */
const questions: readonly string[] = [
  'SHOW FRONTENDS',
  'ADMIN SHOW FRONTEND CONFIG',
  'SHOW STATUS',
  'SHOW REPOSITORIES',
  'SHOW CATALOGS',
  'SELECT * FROM information_schema.backup_jobs',
  'SELECT * FROM information_schema.restore_jobs',
  'SELECT * FROM information_schema.job_events ORDER BY event_id DESC LIMIT 500',
  'SELECT ID, USER, HOST, DB, COMMAND, TIME, STATE FROM information_schema.PROCESSLIST',
];

/**
 * Writes a text that tells of this installation what helps to find a fault, to be read by its owner before it is sent.
 * Gives the exit code. Throws when the file is there already or cannot be written.
 */
export async function writeSupportBundle(
  config: Config,
  file: string,
  print: (text: string) => void,
): Promise<number> {
  const text = withoutSecrets(await gather(config), config);
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Error(`cannot write '${file}': ${reasonOf(error)}; give another FILE`, { cause: error });
  }
  print(
    `'${file}' holds no passwords, keys, rows or texts of statements, but names of databases, tables and hosts.`,
  );
  print('Read it before you send it.');
  return 0;
}

type Section = Readonly<{ title: string; text: () => Promise<string> }>;

async function gather(config: Config): Promise<string> {
  const sections: readonly Section[] = [
    { title: 'version', text: async () => version() },
    { title: 'configuration', text: async () => configuration(config) },
    { title: 'doctor', text: () => findings(config) },
    { title: 'data folder', text: () => files(config.data) },
    { title: 'metrics', text: () => metrics(config) },
    { title: 'server', text: () => answers(config) },
    { title: 'log', text: () => logEnd(config) },
  ];
  const parts: string[] = [];
  for (const { title, text } of sections) parts.push(`=== ${title} ===\n\n${await told(text)}\n`);
  return parts.join('\n');
}

/** What cannot be told is told of: the rest is worth sending all the same. */
async function told(text: () => Promise<string>): Promise<string> {
  try {
    return await text();
  } catch (error) {
    return `cannot be told: ${messageOf(error)}`;
  }
}

function version(): string {
  return [
    `holdfast ${productVersion}`,
    `node ${process.version}, ${platform()} ${release()} ${arch()}`,
    `${cpus().length} processors, load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
    `memory ${mebibytes(freemem())} of ${mebibytes(totalmem())} free`,
    `made at ${new Date().toISOString()}`,
  ].join('\n');
}

function configuration(config: Config): string {
  const values: Readonly<Record<string, unknown>> = { ...config, ...config.settings };
  return namedOptions.map(({ name, property }) => `${name} = ${shown(values[property])}`).join('\n');
}

function shown(value: unknown): string {
  if (value instanceof Secret) return '***';
  if (typeof value === 'object' && value !== null && 'port' in value && 'host' in value) {
    return formatAddress({ host: String(value.host), port: Number(value.port) });
  }
  return value === undefined ? '(not given)' : typeof value === 'string' ? value : JSON.stringify(value);
}

async function findings(config: Config): Promise<string> {
  return (await Array.fromAsync(makeRound(config), printFinding)).join('\n');
}

async function files(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const lines = names.slice(0, filesMax).map(async (name) => `${name} ${await sizeAndTime(folder, name)}`);
  const more = names.length > filesMax ? [`… and ${names.length - filesMax} more`] : [];
  return [...(await Promise.all(lines)), ...more].join('\n');
}

async function sizeAndTime(folder: string, name: string): Promise<string> {
  try {
    const { size, mtime } = await stat(path.join(folder, name));
    return `${size} ${mtime.toISOString()}`;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'has gone' : `cannot be looked at: ${reasonOf(error)}`;
  }
}

async function metrics({ metrics: address }: Config): Promise<string> {
  if (address === undefined) return 'not switched on';
  const url = `http://${formatAddress(address)}/metrics`;
  return await (await fetch(url, { signal: AbortSignal.timeout(metricsMsMax) })).text();
}

async function answers(config: Config): Promise<string> {
  const connection = await connectAs('root', config, config.listen);
  try {
    const parts: string[] = [];
    for (const sql of questions) {
      parts.push(
        `${sql}\n${await told(async () => table((await connection.query<RowDataPacket[]>(sql))[0]))}\n`,
      );
    }
    return parts.join('\n');
  } finally {
    await connection.end();
  }
}

/** One line of JSON for each row. */
function table(rows: readonly RowDataPacket[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

async function logEnd({ logFile }: Config): Promise<string> {
  if (logFile === undefined) return 'goes to standard error: it is not in here';
  await using file = await open(logFile);
  const { size } = await file.stat();
  const start = Math.max(0, size - logBytesMax);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
  return buffer.toString('utf8', 0, bytesRead);
}

/** Nothing above prints a secret. Should it happen all the same, those that we know do not leave. */
function withoutSecrets(text: string, config: Config): string {
  return secretsOf(config).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function secretsOf({ metastore, source, secretKey, rootPassword }: Config): readonly string[] {
  const urls = [metastore, source].flatMap((url) =>
    url === undefined ? [] : [new URL(url.reveal()).password],
  );
  const passwords = urls.flatMap((password) => [password, decodeURIComponent(password)]);
  const keys = secretKey?.reveal().split(',') ?? [];
  const root = rootPassword === undefined ? [] : [rootPassword.reveal()];
  return [...passwords, ...keys, ...root].filter((secret) => secret !== '');
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Secret } from '../../base/secret.ts';
import { SqlError } from '../../base/sql-error.ts';
import { parseJdbcUri } from './jdbc-uri.ts';

/**
 * As the ssl-mode of MySQL's clients: `required` encrypts but believes any certificate; `verify_ca` checks who signed
 * it; `verify_identity` checks the host's name too.
 */
const tlsModes = ['disabled', 'required', 'verify_ca', 'verify_identity'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** How a database server is reached, and how much of it may be used. */
export type MysqlOptions = Readonly<{
  host: string;
  port: number;
  user: string;
  password: Secret;
  tls: TlsMode;
  /** PEM text of the certificates to trust, instead of those that Node trusts. */
  tlsCa?: string;
  /** PEM texts by which we say who we are. */
  tlsCertificate?: string;
  tlsKey?: Secret;
  /** Connections of one job at the same time: readers and one that coordinates them. */
  connectionsMax: number;
  /** For all connections of a job together; undefined is no limit. */
  rowsPerSecondMax?: number;
  bytesPerSecondMax?: number;
  connectTimeoutMs: number;
}>;

const defaults = { port: 3306, connectionsMax: 4, connectTimeoutMs: 10_000 } as const;
/** More would harm the source rather than help the job. */
const connectionsLimit = 64;
const bytesPerKilobyte = 1024;

/** Names of all properties that describe a connection; `type` chose this kind of catalog. */
const mysqlPropertyNames = [
  'type',
  'host',
  'port',
  'user',
  'password',
  'tls',
  'tls_ca',
  'tls_cert',
  'tls_key',
  'jdbc_uri',
  'driver_url',
  'driver_class',
  'checksum',
  'max_source_connections',
  'max_source_rows_per_second',
  'max_source_speed_kbps',
  'connect_timeout_ms',
  'node_group',
] as const;

/**
 * Reads the properties of CREATE EXTERNAL CATALOG with `"type"="mysql"`, or `"type"="jdbc"` with a MySQL URI. Throws
 * SqlError `analysis` that names the property; the text never repeats a secret.
 */
export function mysqlOptionsOf(properties: Readonly<Record<string, string>>): MysqlOptions {
  checkNames(properties);
  nodeGroupOf(properties);
  const uri = properties['jdbc_uri'];
  const given = { ...(uri === undefined ? {} : parseJdbcUri(uri)), ...properties };
  const host = given['host'] ?? '';
  if (host === '') throw wrong('host', 'is missing');
  if (!given['user']) throw wrong('user', 'is missing');
  const rows = optionalNumber(given, 'max_source_rows_per_second', Number.MAX_SAFE_INTEGER);
  const kilobytes = optionalNumber(given, 'max_source_speed_kbps', 2 ** 31 - 1);
  return {
    host,
    port: optionalNumber(given, 'port', 65_535) ?? defaults.port,
    user: given['user'],
    password: new Secret(given['password'] ?? ''),
    ...tlsOf(given, host),
    connectionsMax:
      optionalNumber(given, 'max_source_connections', connectionsLimit) ?? defaults.connectionsMax,
    ...(rows !== undefined && { rowsPerSecondMax: rows }),
    ...(kilobytes !== undefined && { bytesPerSecondMax: kilobytes * bytesPerKilobyte }),
    connectTimeoutMs: optionalNumber(given, 'connect_timeout_ms', 600_000) ?? defaults.connectTimeoutMs,
  };
}

/** The group of nodes that alone run the jobs of the catalog; empty for every node. Throws SqlError `analysis`. */
export function nodeGroupOf(properties: Readonly<Record<string, string>>): string {
  const group = properties['node_group'] ?? '';
  if (/^[\w.-]{0,64}$/.test(group)) return group;
  throw wrong('node_group', 'must be at most 64 letters, digits, dots, hyphens or underscores');
}

type Given = Readonly<Record<string, string | undefined>>;

function checkNames(properties: Given): void {
  const known: readonly string[] = mysqlPropertyNames;
  const unknown = Object.keys(properties).find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(unknown, 'is not known', `Known are ${known.join(', ')}.`);
}

function tlsOf(
  given: Given,
  host: string,
): Pick<MysqlOptions, 'tls' | 'tlsCa' | 'tlsCertificate' | 'tlsKey'> {
  const [ca, certificate, key] = ['tls_ca', 'tls_cert', 'tls_key'].map((name) => pemOf(given, name));
  if ((certificate === undefined) !== (key === undefined))
    throw wrong('tls_cert', 'and "tls_key" belong together');
  return {
    tls: tlsModeOf(given['tls'], host),
    ...(ca !== undefined && { tlsCa: ca }),
    ...(certificate !== undefined && { tlsCertificate: certificate }),
    ...(key !== undefined && { tlsKey: new Secret(key) }),
  };
}

/** A password that leaves this machine is sent to a server that has shown who it is, unless the user says otherwise. */
function tlsModeOf(text: string | undefined, host: string): TlsMode {
  if (text === undefined) return isLoopback(host) ? 'disabled' : 'verify_identity';
  const lower = text.toLowerCase().replaceAll('-', '_');
  if (lower === 'true') return 'verify_identity';
  if (lower === 'false') return 'disabled';
  const mode = tlsModes.find((known) => known === lower);
  if (mode === undefined) throw wrong('tls', `must be one of ${tlsModes.join(', ')}, true, false`);
  return mode;
}

function isLoopback(host: string): boolean {
  return (
    host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
  );
}

/** A property that holds PEM text, or the path of a file of the server that does. */
function pemOf(given: Given, name: string): string | undefined {
  const text = given[name];
  if (text === undefined || text.includes('-----BEGIN')) return text;
  try {
    return readFileSync(text, 'utf8');
  } catch {
    // What is wrong with a file of this machine is not for a client to know.
    throw wrong(name, 'is neither PEM text nor the path of a readable file');
  }
}

function optionalNumber(given: Given, name: string, max: number): number | undefined {
  const text = given[name];
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max) throw wrong(name, `must be a whole number from 1 to ${max}`);
  return value;
}

function wrong(name: string, text: string, hint?: string): SqlError {
  return new SqlError('analysis', `catalog property "${name}" ${text}`, hint === undefined ? {} : { hint });
}

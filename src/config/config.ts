import { availableParallelism, hostname } from 'node:os';
import path from 'node:path';
import type { LogLevel } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import {
  type Address,
  addressOption,
  booleanOption,
  bytesOption,
  choiceOption,
  foldersOption,
  integerOption,
  optionalAddressOption,
  type Option,
  pathOption,
  secretOption,
  textOption,
} from './option.ts';
import type { SettingValues } from './settings.ts';

const roles = ['all', 'job', 'query'] as const;
export type Role = (typeof roles)[number];

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** How this server is to run: read once at start, then handed to the parts that need it. */
export type Config = ServerOptions & Readonly<{ settings: SettingValues }>;

/** What is fixed while the server runs. The names in files, flags and the environment follow from these. */
export type ServerOptions = Readonly<{
  listen: Address;
  http: Address;
  /** Undefined: nobody listens. */
  metrics: Address | undefined;
  /** Absolute. */
  data: string;
  /** Undefined for the embedded metastore. A secret, since a URL may hold a password. */
  metastore: Secret | undefined;
  role: Role;
  nodeId: string;
  /** Empty for none. */
  nodeGroup: string;
  /** A folder or the name of a repository; empty for the folder beside the data folder. */
  metadataBackups: string;
  nodeHeartbeatMs: number;
  nodeTimeoutMs: number;
  auditRowsMax: number;
  /** A URL with a password; undefined for none. */
  source: Secret | undefined;
  /** 64 hexadecimal digits; undefined for the key file in the data folder. */
  secretKey: Secret | undefined;
  /** Given to root as long as it has none; later it is changed by SET PASSWORD. */
  rootPassword: Secret | undefined;
  logLevel: LogLevel;
  /** Absolute; undefined for standard error. */
  logFile: string | undefined;
  engineMemoryLimitMb: number;
  engineThreads: number;
  stagingBytesMax: number;
  maxConnections: number;
  maxAllowedPacketBytes: number;
  waitTimeoutSeconds: number;
  requireSecureTransport: boolean;
  /** Absolute folders; empty when `file:///` repositories may live anywhere but in the data folder. */
  allowedFilePaths: readonly string[];
}>;

const kibibyte = 2 ** 10;
const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** Every option with its default and its limits. The order is that of the help. */
export const serverOptions: { readonly [Name in keyof ServerOptions]: Option<ServerOptions[Name]> } = {
  listen: addressOption({
    about: 'Where MySQL clients connect. Port 0 takes any free port',
    fallback: { host: '127.0.0.1', port: 9030 },
  }),
  http: addressOption({
    about: 'Where the web console and REST will answer; nobody listens there yet',
    fallback: { host: '127.0.0.1', port: 8030 },
  }),
  metrics: optionalAddressOption({
    about:
      'Where /metrics (Prometheus), /healthz and /readyz answer, without a login: keep it inside. See docs/monitoring.md',
    fallbackText: 'nowhere',
  }),
  data: pathOption({
    form: 'FOLDER',
    about: 'Holds the metastore, the embedded engine and the staging area. One server at a time',
    fallback: path.resolve('holdfast-data'),
    fallbackText: './holdfast-data',
  }),
  metastore: secretOption({
    form: 'URL',
    about:
      'A database that several nodes share as their metastore, mysql://user:password@host:port/name; ' +
      '?prefix=…&tls=disabled|required|verify_identity. See docs/nodes.md',
    fallbackText: 'embedded, in the data folder',
    pattern: /^mysql:\/\/[^/]+\/.+$/,
    rule: 'a URL such as mysql://user:password@host:port/name',
    isFlag: true,
  }),
  role: choiceOption(roles, {
    about: 'all runs jobs and answers queries; job and query do one of both and need a shared metastore',
    fallback: 'all',
  }),
  nodeId: textOption({
    form: 'ID',
    about:
      'Names this node in the audit log and among the nodes that share a metastore, each of which needs its own',
    fallback: defaultNodeId(),
    fallbackText: "the machine's name",
    pattern: /^[A-Za-z0-9._-]{1,64}$/,
    rule: '1 to 64 letters, digits, dots, hyphens or underscores',
  }),
  nodeGroup: textOption({
    form: 'NAME',
    about:
      'The group of nodes that this one belongs to: catalogs with the same "node_group" are backed up by it alone',
    fallback: '',
    fallbackText: 'none',
    pattern: /^[A-Za-z0-9._-]{0,64}$/,
    rule: 'at most 64 letters, digits, dots, hyphens or underscores',
  }),
  metadataBackups: textOption({
    form: 'PLACE',
    about:
      'Where backups of the metadata go and query nodes start from: an absolute folder, or the name of a repository',
    fallback: '',
    fallbackText: 'meta_backups beside the data folder',
    pattern: /^(?:\/.+|\w{1,64})?$/,
    rule: 'an absolute folder or the name of a repository',
  }),
  nodeHeartbeatMs: integerOption({
    about: 'Milliseconds between two signs of life of a node that shares its metastore',
    fallback: 30_000,
    min: 200,
    max: 600_000,
  }),
  nodeTimeoutMs: integerOption({
    about:
      'Milliseconds without one after which other nodes take over its databases; at least twice the heartbeat',
    fallback: 60_000,
    min: 1_000,
    max: 3_600_000,
  }),
  auditRowsMax: integerOption({
    about: 'Rows that the audit log of the metastore keeps',
    fallback: 100_000,
    min: 1_000,
    max: 100_000_000,
  }),
  source: secretOption({
    form: 'URL',
    about:
      "A MySQL server, mysql://user:password@host:port/database, as the catalog 'source' in which administrators' " +
      'sessions begin; ?tls=required and the like are properties of the catalog',
    fallbackText: 'none; sessions begin in the embedded engine',
    pattern: /^mysql:\/\/[^/?#@]+@(?:[^/?#@:[\]]+|\[[^\]]+\])(?::\d{1,5})?(?:\/[^/?#]*)?(?:\?[^#]*)?$/,
    rule: 'a URL such as mysql://user:password@host:port/database',
    isFlag: true,
  }),
  secretKey: secretOption({
    form: 'HEX',
    about:
      'The key that encrypts stored credentials, 64 hexadecimal digits; behind it, with commas between, older ones that ' +
      'still open what they have encrypted',
    fallbackText: 'secret.key in the data folder, made at the first start',
    pattern: /^[0-9a-fA-F]{64}(?:,[0-9a-fA-F]{64})*$/,
    rule: '64 hexadecimal digits, or several such keys with commas between',
    isFlag: false,
  }),
  rootPassword: secretOption({
    form: 'TEXT',
    about: 'The password that root gets as long as it has none',
    fallbackText: 'none, as long as the server listens on loopback only',
    pattern: /^.{1,256}$/u,
    rule: '1 to 256 characters in one line',
    isFlag: false,
  }),
  logLevel: choiceOption(logLevels, { about: 'The least important lines that are logged', fallback: 'info' }),
  logFile: pathOption<string | undefined>({
    form: 'FILE',
    about: 'Where the log goes',
    fallback: undefined,
    fallbackText: 'standard error',
  }),
  engineMemoryLimitMb: integerOption({
    about: 'Memory of the embedded engine, in MiB; beyond it queries spill to the data folder',
    fallback: 512,
    // Below this the engine cannot sort or write Parquet at all.
    min: 64,
    max: mebibyte,
  }),
  engineThreads: integerOption({
    about: 'Threads of the embedded engine',
    fallback: availableParallelism(),
    fallbackText: 'one per core',
    min: 1,
    max: 256,
  }),
  stagingBytesMax: bytesOption({
    about: 'Finished files that wait for their upload, on disk in the data folder',
    fallback: 4 * gibibyte,
    // Holds some files of 128 MiB, else extraction and upload would take turns.
    min: 512 * mebibyte,
    max: 1024 * 1024 * gibibyte,
  }),
  maxConnections: integerOption({
    about: 'Clients at once, of one account or host four fifths of them; one more may be an administrator',
    fallback: 2_500,
    min: 1,
    max: 100_000,
  }),
  maxAllowedPacketBytes: bytesOption({
    about: 'The largest statement or row that a client may send',
    fallback: 64 * mebibyte,
    min: kibibyte,
    // The protocol's own bound.
    max: gibibyte,
  }),
  waitTimeoutSeconds: integerOption({
    about: 'Seconds after which an idle connection is closed',
    fallback: 28_800,
    min: 1,
    max: 31_536_000,
  }),
  requireSecureTransport: booleanOption({
    about: 'Refuse logins without TLS',
    fallback: false,
  }),
  allowedFilePaths: foldersOption({
    about: 'The only folders below which file:/// repositories may live',
    fallback: [],
    fallbackText: 'any but the data folder',
  }),
};

function defaultNodeId(): string {
  return (
    hostname()
      .replaceAll(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 64) || 'node'
  );
}

import { Secret } from '../../base/secret.ts';
import { MetastoreError } from '../metastore.ts';

/** How the database that nodes share is reached, and what our tables in it are called. */
export type MysqlStoreOptions = Readonly<{
  host: string;
  port: number;
  user: string;
  password: Secret;
  database: string;
  /** Begins the name of each of our tables. */
  prefix: string;
  tls: (typeof tlsModes)[number];
}>;

/** As the `tls` property of catalogs: `required` encrypts but believes any certificate. */
const tlsModes = ['disabled', 'required', 'verify_identity'] as const;

const defaults = { port: 3306, prefix: 'holdfast_' } as const;
/** MySQL takes names of 64 characters; the longest of ours has 14 behind the prefix. */
const prefixForm = /^[A-Za-z0-9_]{1,40}$/;

/**
 * Reads `mysql://user:password@host:port/database?prefix=…&tls=…`. Throws MetastoreError `unavailable` for one that
 * names no server or no database, or has other parameters; the text never holds the URL, since that has the password.
 */
export function readMysqlUrl(secret: Secret): MysqlStoreOptions {
  const url = parsed(secret.reveal());
  const database = decodeURIComponent(url.pathname.slice(1));
  if (url.hostname === '' || database === '' || database.includes('/')) throw wrongForm();
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'prefix' && name !== 'tls');
  if (unknown !== undefined)
    throw mistake(`has no parameter '${unknown}': prefix and tls are those there are`);
  const prefix = url.searchParams.get('prefix') ?? defaults.prefix;
  if (!prefixForm.test(prefix)) throw mistake('needs a prefix of 1 to 40 letters, digits or underscores');
  const tls = url.searchParams.get('tls') ?? 'disabled';
  const mode = tlsModes.find((known) => known === tls);
  if (mode === undefined) throw mistake(`knows tls=${tlsModes.join(', tls=')}`);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaults.port : Number(url.port),
    user: decodeURIComponent(url.username),
    password: new Secret(decodeURIComponent(url.password)),
    database,
    prefix,
    tls: mode,
  };
}

/** The store as messages name it: without account. */
export function nameOfStore({ host, port, database }: MysqlStoreOptions): string {
  return `${host}:${port}/${database}`;
}

function parsed(text: string): URL {
  try {
    const url = new URL(text);
    // Throws for a percent sign that encodes nothing.
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    if (url.protocol === 'mysql:') return url;
  } catch {
    throw wrongForm();
  }
  throw wrongForm();
}

function wrongForm(): MetastoreError {
  return mistake('must be mysql://user:password@host:port/database, special characters percent-encoded');
}

function mistake(text: string): MetastoreError {
  return new MetastoreError('unavailable', `the URL of the metastore ${text}`);
}

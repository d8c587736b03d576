import { Secret } from './base/secret.ts';
import { SqlError } from './base/sql-error.ts';
import type { Clock } from './base/clock.ts';
import { ExternalCatalogs, internalCatalog } from './catalog/external/external-catalogs.ts';
import type { CatalogRequest, WithheldCatalog } from './catalog/external/definition.ts';
import { credentialError } from './dispatch/failures.ts';
import type { Catalogs } from './dispatch/services.ts';
import type { CatalogShelf } from './job/tools.ts';
import type { Metastore } from './metastore/metastore.ts';
import { type Secrets, SecretsError } from './metastore/secrets.ts';
import type { SavedCatalog } from './snapshot/manifest.ts';
import { unknownCatalog } from './source/known-name.ts';
import type { MysqlOptions } from './source/mysql/options.ts';
import { MysqlSource } from './source/mysql/source.ts';
import type { Source } from './source/source.ts';
import type { UpstreamAccount } from './upstream/account.ts';
import { UpstreamConnection } from './upstream/connection.ts';

export type CatalogParts = Readonly<{
  metastore: Metastore;
  secrets: Secrets;
  clock: Clock;
  embedded: Source;
  /** Tells the restores of this server from those of others to the same databases; the same after a restart. */
  owner: string;
  /** `mysql://user:password@host:port/database`, the server that new sessions talk to. */
  source: Secret | undefined;
}>;

export type OpenCatalogs = Readonly<{
  catalogs: Catalogs;
  externalCatalogs: ExternalCatalogs;
  /** The same for jobs. */
  catalogShelf: CatalogShelf;
  /** Throws SqlError. */
  accountOf: (catalog: string) => UpstreamAccount;
  /** Where sessions begin that may use it. */
  startPlace: StartPlace | undefined;
}>;

export type StartPlace = Readonly<{
  catalog: string;
  database?: string;
  /** What the server of the place calls itself when it greets. Throws SqlError when it cannot be reached. */
  version: (signal: AbortSignal) => Promise<string>;
}>;

/** The name of the catalog that `--source` makes. */
const sourceCatalog = 'source';

/** The catalogs that can be named: the embedded engine's and the external ones. */
export function openCatalogs(parts: CatalogParts): OpenCatalogs {
  const { metastore, secrets, clock, embedded } = parts;
  const start = parts.source === undefined ? undefined : readSourceUrl(parts.source);
  const externalCatalogs = new ExternalCatalogs({
    metastore,
    seal: (plain) => secrets.seal(new Secret(plain)),
    unseal: (sealed) => opened(secrets, sealed),
    tryConnection,
    now: () => clock.now(),
    ...(start !== undefined && { fixed: start.request }),
  });
  const sources = new WeakMap<MysqlOptions, MysqlSource>();
  const accounts = new WeakMap<MysqlOptions, UpstreamAccount>();
  return {
    externalCatalogs,
    catalogShelf: shelfOf(externalCatalogs),
    catalogs: {
      names: () => [internalCatalog, ...externalCatalogs.list().map(({ name }) => name)],
      isExternal: (name) => name !== internalCatalog && externalCatalogs.find(name) !== undefined,
      source: (name) => {
        if (name === internalCatalog) return embedded;
        const options = externalCatalogs.options(name);
        return kept(sources, options, () => new MysqlSource(options, clock, parts.owner));
      },
    },
    accountOf: (name) => {
      if (name === internalCatalog) throw unknownCatalog(name);
      const options = externalCatalogs.options(name);
      return kept(accounts, options, () => accountOf(options));
    },
    startPlace: start && {
      catalog: sourceCatalog,
      ...(start.database && { database: start.database }),
      version: (signal) => versionOf(externalCatalogs.options(sourceCatalog), signal),
    },
  };
}

/** Definitions as manifests write them. */
function shelfOf(catalogs: ExternalCatalogs): CatalogShelf {
  return {
    save: (name) => {
      if (catalogs.find(name) === undefined) throw notThere(name);
      const { properties, ...saved } = catalogs.withheld(name);
      return { ...saved, properties: properties.map(([key, value]) => ({ key, value })) };
    },
    has: (saved) => catalogs.isSame(withheldOf(saved)),
    check: (saved, mayReplace) => catalogs.checkRestore(withheldOf(saved), mayReplace),
    restore: async (saved, choice) => catalogs.restore(saved.map(withheldOf), choice),
  };
}

function withheldOf({ properties, ...saved }: SavedCatalog): WithheldCatalog {
  return { ...saved, properties: properties.map(({ key, value }) => [key, value]) };
}

/** StarRocks' words. */
function notThere(name: string): SqlError {
  return new SqlError('backup', `external catalog ${name} does not existed.`);
}

/** One object for each, so that whoever holds it sees a change of the definition. */
function kept<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

function accountOf(options: MysqlOptions): UpstreamAccount {
  const { host, port, user, password, connectTimeoutMs } = options;
  return {
    host,
    port,
    user,
    password,
    connectTimeoutMs,
    tls: {
      mode: options.tls,
      ...(options.tlsCa !== undefined && { ca: options.tlsCa }),
      ...(options.tlsCertificate !== undefined && { cert: options.tlsCertificate }),
      ...(options.tlsKey !== undefined && { key: options.tlsKey }),
    },
  };
}

const noWishes = { capabilities: 0, collation: 0 };

async function versionOf(options: MysqlOptions, signal: AbortSignal): Promise<string> {
  await using connection = await UpstreamConnection.open(accountOf(options), noWishes, signal);
  return connection.serverVersion;
}

async function tryConnection(options: MysqlOptions, signal: AbortSignal): Promise<void> {
  await using connection = await UpstreamConnection.open(accountOf(options), noWishes, signal);
  await connection.run('SELECT 1', signal);
}

/** The configuration has checked its form. Parameters of the query are properties of the catalog: `?tls=required`. */
function readSourceUrl(source: Secret): Readonly<{ request: CatalogRequest; database: string }> {
  const url = new URL(source.reveal());
  const properties = new Map([
    ['type', 'mysql'],
    ['host', url.hostname.replace(/^\[(.*)\]$/, '$1')],
    ['port', url.port === '' ? '3306' : url.port],
    ['user', decodeURIComponent(url.username)],
    ['password', decodeURIComponent(url.password)],
    ...url.searchParams,
  ]);
  const comment = 'The server that Holdfast was started with.';
  return {
    request: { name: sourceCatalog, comment, properties: [...properties] },
    database: decodeURIComponent(url.pathname.slice(1)),
  };
}

/** Statements that are passed on to another server need a credential outside of every dispatcher. */
function opened(secrets: Secrets, sealed: string): string {
  try {
    return secrets.open(sealed).reveal();
  } catch (error) {
    throw error instanceof SecretsError ? credentialError(error) : error;
  }
}

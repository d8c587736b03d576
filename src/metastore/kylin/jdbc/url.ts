import { Secret } from '../../../base/secret.ts';
import { MetadataError } from '../metadata-error.ts';

/** Where a Kylin metastore is, from its `kylin.metadata.url`. */
export type KylinStoreOptions = Readonly<{
  system: 'mysql' | 'postgresql';
  /** All names of its tables begin with it. */
  identifier: string;
  host: string;
  port: number;
  database: string;
  /** Of PostgreSQL; the one that the account finds first when absent. */
  schema?: string;
  user: string;
  password: Secret;
  tls: 'disabled' | 'required' | 'verify_identity';
}>;

/** MySQL takes names of 64 characters; the longest ending of Kylin's tables has 24. */
const identifierForm = /^[A-Za-z0-9_]{1,40}$/;

/**
 * Reads `kylin_metadata@jdbc,url=jdbc:mysql://host:3306/db,username=u,password=p`, in the way of Kylin's StorageURL: parts
 * between commas outside of quotes, an empty identifier is `kylin_metadata`. Throws MetadataError `illegal`; its text
 * never holds the URL, which has a password.
 */
export function readKylinUrl(secret: Secret): KylinStoreOptions {
  const [head = '', ...rest] = splitParts(secret.reveal());
  const parameters = new Map(rest.map(readParameter));
  const [identifier, scheme] = head.split('@');
  if (scheme?.trim() !== 'jdbc') throw mistake("must begin with 'identifier@jdbc'");
  const name = identifier?.trim() || 'kylin_metadata';
  if (!identifierForm.test(name))
    throw mistake('needs an identifier of 1 to 40 letters, digits or underscores');
  const password = parameters.get('password') ?? '';
  if (password.startsWith('ENC('))
    throw mistake("has a password by ENC('…'): give it as it is, it is stored encrypted here");
  const server = readJdbcUrl(parameters.get('url') ?? '');
  const user = parameters.get('username') ?? '';
  // PostgreSQL has no account without a name, and its client would look for one in the environment.
  if (server.system === 'postgresql' && user === '') throw mistake('needs a username');
  return { identifier: name, user, password: new Secret(password), ...server };
}

/** The store as messages name it: without account. */
export function placeOf({ identifier, host, port, database }: KylinStoreOptions): string {
  return `${identifier}@${host}:${port}/${database}`;
}

const defaultPorts = { mysql: 3306, postgresql: 5432 } as const;

function readJdbcUrl(text: string): Omit<KylinStoreOptions, 'identifier' | 'user' | 'password'> {
  const [, name = '', rest = ''] = /^jdbc:(mysql|mariadb|postgresql):\/\/(.+)$/s.exec(text) ?? [];
  const system = name === 'postgresql' ? name : 'mysql';
  const url = URL.parse(`${system}://${rest}`);
  if (url === null || name === '') {
    throw mistake("needs 'url=jdbc:mysql://host:3306/database', jdbc:mariadb or jdbc:postgresql");
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (url.hostname === '' || database === '') throw mistake('names no host or no database');
  const parameters = new Map(
    [...url.searchParams].map(([key, value]) => [key.toLowerCase(), value.toLowerCase()]),
  );
  const schema = url.searchParams.get('currentSchema');
  return {
    system,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPorts[system] : Number(url.port),
    database,
    ...(system === 'postgresql' && schema !== null && { schema }),
    tls: tlsOf(parameters),
  };
}

/** Connector/J's `sslMode` and its older `useSSL`, pgjdbc's `sslmode` and `ssl`; the short ones check the certificate. */
function tlsOf(parameters: ReadonlyMap<string, string>): KylinStoreOptions['tls'] {
  const mode = parameters.get('sslmode')?.replaceAll('-', '_');
  if (mode === 'verify_identity' || mode === 'verify_ca' || mode === 'verify_full') return 'verify_identity';
  if (mode === 'required' || mode === 'require' || mode === 'trust') return 'required';
  if (mode !== undefined) return 'disabled';
  return [parameters.get('usessl'), parameters.get('ssl')].includes('true') ? 'verify_identity' : 'disabled';
}

function splitParts(text: string): readonly string[] {
  const parts = text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function readParameter(part: string): readonly [name: string, value: string] {
  const at = part.indexOf('=');
  if (at < 1) throw mistake(`has a part that is no name=value`);
  const value = part.slice(at + 1).trim();
  return [part.slice(0, at).trim(), /^".*"$/s.test(value) ? value.slice(1, -1) : value];
}

function mistake(text: string): MetadataError {
  return new MetadataError('illegal', `the URL of a metadata store ${text}`, {
    hint: "Kylin's own is in kylin.properties as kylin.metadata.url.",
  });
}

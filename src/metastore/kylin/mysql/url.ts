import { Secret } from '../../../base/secret.ts';
import { MetadataError } from '../metadata-error.ts';

/** Where a Kylin metastore is, from its `kylin.metadata.url`. */
export type KylinStoreOptions = Readonly<{
  /** All names of its tables begin with it. */
  identifier: string;
  host: string;
  port: number;
  database: string;
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
  return {
    identifier: name,
    user: parameters.get('username') ?? '',
    password: new Secret(password),
    ...readJdbcUrl(parameters.get('url') ?? ''),
  };
}

/** The store as messages name it: without account. */
export function placeOf({ identifier, host, port, database }: KylinStoreOptions): string {
  return `${identifier}@${host}:${port}/${database}`;
}

function readJdbcUrl(text: string): Pick<KylinStoreOptions, 'host' | 'port' | 'database' | 'tls'> {
  const rest = /^jdbc:(?:mysql|mariadb):\/\/(.+)$/s.exec(text)?.[1];
  const url = rest === undefined ? null : URL.parse(`mysql://${rest}`);
  if (url === null) throw mistake("needs 'url=jdbc:mysql://host:3306/database' or jdbc:mariadb");
  const database = decodeURIComponent(url.pathname.slice(1));
  if (url.hostname === '' || database === '') throw mistake('names no host or no database');
  const parameters = new Map(
    [...url.searchParams].map(([key, value]) => [key.toLowerCase(), value.toLowerCase()]),
  );
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 3306 : Number(url.port),
    database,
    tls: tlsOf(parameters),
  };
}

/** Connector/J's `sslMode`, and its older `useSSL`, which checks the certificate. */
function tlsOf(parameters: ReadonlyMap<string, string>): KylinStoreOptions['tls'] {
  const mode = parameters.get('sslmode')?.replaceAll('-', '_');
  if (mode === 'verify_identity' || mode === 'verify_ca' || mode === 'verify_full') return 'verify_identity';
  if (mode === 'required' || mode === 'trust') return 'required';
  if (mode !== undefined) return 'disabled';
  return parameters.get('usessl') === 'true' ? 'verify_identity' : 'disabled';
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

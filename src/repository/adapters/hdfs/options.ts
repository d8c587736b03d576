import { Secret } from '../../../base/secret.ts';
import {
  missingProperty,
  propertyError,
  type PropertyReader,
  type PropertyTable,
  readProperties,
} from '../../properties.ts';

type Name =
  | 'username'
  | 'password'
  | 'authentication'
  | 'principal'
  | 'keytab'
  | 'nameservices'
  | 'httpPort'
  | 'scheme'
  | 'policy'
  | 'endpoint';

/** StarRocks' keys and Hadoop's. */
export const hdfsProperties: PropertyTable<Name> = {
  username: ['username', 'hadoop.username'],
  password: ['password'],
  authentication: ['hadoop.security.authentication'],
  principal: ['kerberos_principal', 'hadoop.kerberos.principal'],
  keytab: ['kerberos_keytab', 'kerberos_keytab_content', 'hadoop.kerberos.keytab'],
  nameservices: ['dfs.nameservices'],
  httpPort: ['dfs.http.port'],
  scheme: ['dfs.webhdfs.scheme'],
  policy: ['dfs.http.policy'],
  endpoint: ['dfs.webhdfs.endpoint'],
};

/** Keys that have names of services and NameNodes in them. */
const nameNodeKey =
  /^dfs\.(ha\.namenodes|namenode\.(rpc|http|https)-address|client\.failover\.proxy\.provider)\./;

/** The keys of high availability among `properties`: they are known, whatever names are in them. */
export function nameNodeProperties(properties: ReadonlyMap<string, string>): PropertyTable<'nameNodes'> {
  return { nameNodes: [...properties.keys()].filter((key) => nameNodeKey.test(key)) };
}

export type HdfsPlace = Readonly<{ host: string; port: number | undefined }>;

export type HdfsOptions = Readonly<{
  /** Where WebHDFS may answer, in the order in which it is asked; each ends with `/webhdfs/v1` or what stands for it. */
  endpoints: readonly URL[];
  /** Undefined for the user that Holdfast runs as. */
  username: string | undefined;
  /** Sent only where a gateway asks for it: HDFS itself knows no passwords. */
  password: Secret | undefined;
}>;

type Scheme = 'http' | 'https';

/** Ports of WebHDFS in Hadoop 3 and in Hadoop 2. */
const usualPorts: Readonly<Record<Scheme, readonly string[]>> = {
  http: ['9870', '50070'],
  https: ['9871', '50470'],
};
/** Usual ports of the protocol that `hdfs://` means and we do not speak. */
const rpcPorts: ReadonlySet<number | undefined> = new Set([undefined, 8020, 8021, 9000]);

/** What PROPERTIES say of a location. Throws SqlError for what contradicts itself or needs Kerberos. */
export function readHdfsOptions(place: HdfsPlace, properties: ReadonlyMap<string, string>): HdfsOptions {
  const reader = readProperties(hdfsProperties, properties);
  refuseKerberos(reader);
  const password = reader.text('password');
  return {
    endpoints: readEndpoints(place, reader, properties),
    username: reader.text('username'),
    password: password === undefined ? undefined : new Secret(password),
  };
}

function refuseKerberos(reader: PropertyReader<Name>): void {
  const method = (reader.text('authentication') ?? 'simple').toLowerCase();
  const named = (['principal', 'keytab'] as const).find((name) => reader.text(name) !== undefined);
  if (method === 'kerberos' || (named !== undefined && method === 'simple')) {
    const key = reader.spelling(named !== undefined && method === 'simple' ? named : 'authentication');
    throw propertyError(`'${key}' asks for Kerberos, which is not supported yet`, kerberosHint);
  }
  if (method === 'simple') return;
  throw propertyError(`'${reader.spelling('authentication')}' must be simple`);
}

export const kerberosHint =
  "Reach this HDFS through a gateway that speaks Kerberos for you, HttpFS or Knox: name it in 'dfs.webhdfs.endpoint', with 'username' and 'password'.";

function readEndpoints(
  place: HdfsPlace,
  reader: PropertyReader<Name>,
  properties: ReadonlyMap<string, string>,
): readonly URL[] {
  const endpoint = reader.text('endpoint');
  if (endpoint !== undefined) return [endpointOf(reader.spelling('endpoint'), endpoint)];
  const scheme = readScheme(reader);
  const service = readNameNodes(place.host, scheme, reader, properties);
  const hosts = service ?? portsOf(place, scheme, reader).map((port) => `${place.host}:${port}`);
  return hosts.map((host) => webHdfs(`${scheme}://${host}`, `${scheme}://${host}/webhdfs/v1`));
}

function endpointOf(key: string, text: string): URL {
  const url = URL.parse(text);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (!isPlain || url.username !== '' || url.password !== '') {
    throw propertyError(
      `'${key}' is no address of WebHDFS`,
      'Write it whole: https://host:port/gateway/default/webhdfs/v1, without a user.',
    );
  }
  return url;
}

function readScheme(reader: PropertyReader<Name>): Scheme {
  const policy = reader.text('policy')?.toUpperCase();
  const scheme = reader.text('scheme')?.toLowerCase() ?? (policy === 'HTTPS_ONLY' ? 'https' : 'http');
  if (scheme === 'http' || scheme === 'https') return scheme;
  throw propertyError(`'${reader.spelling('scheme')}' must be http or https`);
}

/** The port of a location is that of RPC, unless it is none of the usual ones: then it may be meant for WebHDFS. */
function portsOf({ port }: HdfsPlace, scheme: Scheme, reader: PropertyReader<Name>): readonly string[] {
  const named = reader.text('httpPort');
  if (named === undefined) {
    return rpcPorts.has(port) ? usualPorts[scheme] : [...new Set([String(port), ...usualPorts[scheme]])];
  }
  if (/^\d{1,5}$/.test(named) && Number(named) > 0 && Number(named) <= 65_535) return [named];
  throw propertyError(`'${reader.spelling('httpPort')}' is no port`);
}

/** Hosts and ports of the NameNodes of a service; undefined when `host` is a host. */
function readNameNodes(
  host: string,
  scheme: Scheme,
  reader: PropertyReader<Name>,
  properties: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  const key = `dfs.ha.namenodes.${host}`;
  const names = namesIn(properties.get(key));
  if (names.length > 0) {
    return names.map((name) => nameNode(`${host}.${name}`, scheme, properties));
  }
  if (!namesIn(reader.text('nameservices')).includes(host)) {
    const address = addressOf('', scheme, properties);
    return address === undefined ? undefined : [address];
  }
  throw missingProperty(key, "It names the NameNodes of the service, as in 'nn1,nn2'.");
}

function namesIn(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function nameNode(name: string, scheme: Scheme, properties: ReadonlyMap<string, string>): string {
  const address = addressOf(`.${name}`, scheme, properties);
  if (address !== undefined) return address;
  const rpc = properties.get(`dfs.namenode.rpc-address.${name}`);
  if (rpc !== undefined) return `${rpc.trim().replace(/:\d+$/, '')}:${usualPorts[scheme][0]}`;
  throw propertyError(`'dfs.namenode.${scheme}-address.${name}' is missing`, 'Write it as host:port.');
}

function addressOf(
  suffix: string,
  scheme: Scheme,
  properties: ReadonlyMap<string, string>,
): string | undefined {
  return properties.get(`dfs.namenode.${scheme}-address${suffix}`)?.trim();
}

function webHdfs(what: string, text: string): URL {
  const url = URL.parse(text);
  if (url === null || url.pathname !== '/webhdfs/v1' || url.username !== '') {
    throw propertyError(`'${what}' is no host and port`);
  }
  return url;
}

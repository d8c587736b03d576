import { Secret } from '../../../base/secret.ts';
import type { AzureScheme, Location } from '../../location.ts';
import {
  missingProperty,
  propertyError,
  type PropertyReader,
  type PropertyTable,
  readProperties,
} from '../../properties.ts';

type Name =
  | 'account'
  | 'container'
  | 'endpoint'
  | 'sharedKey'
  | 'sasToken'
  | 'managedIdentity'
  | 'tenantId'
  | 'clientId'
  | 'clientSecret'
  | 'tokenEndpoint';

export type AzureLocation = Extract<Location, { scheme: AzureScheme }>;

/** StarRocks' keys of Blob Storage and of Data Lake Storage Gen2: one service answers both. */
export const azureProperties: PropertyTable<Name> = {
  account: both('storage_account'),
  container: both('container'),
  endpoint: both('endpoint'),
  sharedKey: both('shared_key'),
  sasToken: both('sas_token'),
  managedIdentity: both('oauth2_use_managed_identity'),
  tenantId: both('oauth2_tenant_id'),
  clientId: both('oauth2_client_id'),
  clientSecret: both('oauth2_client_secret'),
  tokenEndpoint: both('oauth2_client_endpoint'),
};

function both(name: string): readonly string[] {
  return [`azure.blob.${name}`, `azure.adls2.${name}`];
}

/** Hadoop's keys name the container and the account in them. */
export function hadoopProperties({
  container,
  host,
}: AzureLocation): PropertyTable<'sharedKey' | 'sasToken'> {
  return {
    sharedKey: [`fs.azure.account.key.${host}`],
    sasToken: [`fs.azure.sas.${container}.${host}`],
  };
}

export type ClientSecret = Readonly<{
  kind: 'client_secret';
  clientId: string;
  clientSecret: Secret;
  tokenUrl: URL;
}>;

/** Who we are to Azure. */
export type AzureIdentity =
  | Readonly<{ kind: 'shared_key'; key: Secret }>
  /** `query` without a question mark. */
  | Readonly<{ kind: 'sas'; query: Secret }>
  /** Of the machine; `clientId` names one of several. */
  | Readonly<{ kind: 'managed_identity'; clientId: string | undefined }>
  | ClientSecret
  | Readonly<{ kind: 'anonymous' }>;

export type AzureOptions = Readonly<{
  account: string;
  container: string;
  /** Of the account; without a slash at its end. */
  endpoint: URL;
  identity: AzureIdentity;
}>;

/** What PROPERTIES say. Throws SqlError for what is missing or contradicts itself; its text has no values. */
export function readAzureOptions(
  location: AzureLocation,
  properties: ReadonlyMap<string, string>,
): AzureOptions {
  const { container, host } = location;
  const reader = readProperties(withHadoop(azureProperties, hadoopProperties(location)), properties);
  const account = reader.text('account') ?? host.split(/[.:]/, 1)[0] ?? '';
  if (!/^[a-z0-9]{3,24}$/.test(account)) {
    throw propertyError(
      `'${reader.spelling('account')}' is no name of a storage account`,
      'It has 3 to 24 small letters and digits, and begins the host of ON LOCATION.',
    );
  }
  if ((reader.text('container') ?? container) !== container) {
    throw propertyError(`'${reader.spelling('container')}' is another container than that of ON LOCATION`);
  }
  const identity = readIdentity(reader);
  return { account, container, endpoint: readEndpoint(reader, location, identity), identity };
}

function withHadoop(
  table: PropertyTable<Name>,
  hadoop: ReturnType<typeof hadoopProperties>,
): PropertyTable<Name> {
  const { sharedKey, sasToken } = table;
  return {
    ...table,
    sharedKey: [...sharedKey, ...hadoop.sharedKey],
    sasToken: [...sasToken, ...hadoop.sasToken],
  };
}

/** Both kinds of hosts belong to one account; Data Lake's own interface has no conditional writes of whole blobs. */
function readEndpoint(reader: PropertyReader<Name>, location: AzureLocation, identity: AzureIdentity): URL {
  const isPlain = location.scheme === 'wasb' || location.scheme === 'abfs';
  const named = reader.text('endpoint');
  const host = named ?? location.host.replace(/\.dfs\./, '.blob.');
  const url = URL.parse(/^https?:\/\//i.test(host) ? host : `${isPlain ? 'http' : 'https'}://${host}`);
  const isEndpoint = url !== null && url.search === '' && url.hash === '' && url.username === '';
  if (!isEndpoint || url.password !== '') {
    throw propertyError(
      `'${reader.spelling('endpoint')}' is no endpoint`,
      'Write a host, or http:// or https:// and a host, with a port if need be.',
    );
  }
  const isToldToAll = identity.kind !== 'shared_key' && identity.kind !== 'anonymous';
  if (named === undefined && url.protocol === 'http:' && isToldToAll) {
    throw propertyError(
      `${location.scheme}:// sends without encryption, and a token with it`,
      `Write ${location.scheme}s:// in ON LOCATION.`,
    );
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

function readIdentity(reader: PropertyReader<Name>): AzureIdentity {
  const chosen: AzureIdentity[] = [];
  const key = reader.text('sharedKey');
  if (key !== undefined) chosen.push({ kind: 'shared_key', key: readKey(reader, key) });
  const sas = reader.text('sasToken');
  if (sas !== undefined) chosen.push({ kind: 'sas', query: readSas(reader, sas) });
  const clientId = reader.text('clientId');
  if (reader.flag('managedIdentity')) chosen.push({ kind: 'managed_identity', clientId });
  const secret = reader.text('clientSecret');
  if (secret !== undefined) chosen.push(readClientSecret(reader, new Secret(secret)));
  if (chosen.length <= 1) return chosen[0] ?? { kind: 'anonymous' };
  throw propertyError('they name more than one identity', 'Give a key, a token, or one of the others.');
}

function readKey(reader: PropertyReader<Name>, key: string): Secret {
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(key) && key.length % 4 === 0;
  if (isBase64) return new Secret(key);
  throw propertyError(
    `'${reader.spelling('sharedKey')}' is no key of a storage account`,
    'Copy the whole key, to the = at its end.',
  );
}

function readSas(reader: PropertyReader<Name>, text: string): Secret {
  const query = text.replace(/^\?/, '');
  const parameters = new URLSearchParams(query);
  if (parameters.has('sig') && parameters.has('sv') && !/[\s#]/.test(query)) return new Secret(query);
  throw propertyError(
    `'${reader.spelling('sasToken')}' is no shared access signature`,
    'Copy all of it, from sv= on, with its sig=.',
  );
}

function readClientSecret(reader: PropertyReader<Name>, clientSecret: Secret): ClientSecret {
  const clientId = reader.text('clientId');
  if (clientId === undefined) throw missingProperty(reader.spelling('clientId'));
  const tenant = reader.text('tenantId');
  const named = reader.text('tokenEndpoint');
  const usual = tenant && `https://login.microsoftonline.com/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
  const text = named ?? usual;
  if (text === undefined) throw missingProperty(reader.spelling('tokenEndpoint'));
  const tokenUrl = URL.parse(text);
  if (tokenUrl === null || !/^https?:$/.test(tokenUrl.protocol) || tokenUrl.username !== '') {
    throw propertyError(
      `'${reader.spelling('tokenEndpoint')}' is no address`,
      'Write https://login.microsoftonline.com/<tenant>/oauth2/token.',
    );
  }
  return { kind: 'client_secret', clientId, clientSecret, tokenUrl };
}

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { propertyError, type PropertyReader, type PropertyTable, readProperties } from '../../properties.ts';

type Name =
  'email' | 'privateKeyId' | 'privateKey' | 'tokenUri' | 'computeEngine' | 'impersonation' | 'endpoint';

/** StarRocks' keys, those of Hadoop's connector, and two for private endpoints. */
export const gcsProperties: PropertyTable<Name> = {
  email: ['gcp.gcs.service_account_email', 'fs.gs.auth.service.account.email'],
  privateKeyId: ['gcp.gcs.service_account_private_key_id', 'fs.gs.auth.service.account.private.key.id'],
  privateKey: ['gcp.gcs.service_account_private_key', 'fs.gs.auth.service.account.private.key'],
  tokenUri: ['gcp.gcs.token_uri'],
  computeEngine: ['gcp.gcs.use_compute_engine_service_account'],
  impersonation: ['gcp.gcs.impersonation_service_account'],
  endpoint: ['gcp.gcs.endpoint'],
};

export type ServiceAccount = Readonly<{
  kind: 'service_account';
  email: string;
  keyId: string;
  privateKey: KeyObject;
  tokenUri: URL;
}>;

/** Who we are to Google. */
export type GcsIdentity =
  | ServiceAccount
  /** The account of the machine, or of the pod, from the metadata server. */
  | Readonly<{ kind: 'compute_engine'; metadata: URL }>
  | Readonly<{ kind: 'anonymous' }>;

export type GcsOptions = Readonly<{ endpoint: URL; identity: GcsIdentity }>;

const endpointUsual = 'https://storage.googleapis.com';
const tokenUriUsual = 'https://oauth2.googleapis.com/token';
const metadataUsual = new URL('http://metadata.google.internal');

/** What PROPERTIES say. Throws SqlError for what contradicts itself; its text has no values. */
export function readGcsOptions(properties: ReadonlyMap<string, string>): GcsOptions {
  const reader = readProperties(gcsProperties, properties);
  if (reader.text('impersonation') !== undefined) {
    throw propertyError(
      `'${reader.spelling('impersonation')}' is not supported yet`,
      'Give the account that is to be impersonated the rights of the key, or give its own key.',
    );
  }
  return { endpoint: readUrl(reader, 'endpoint', endpointUsual), identity: readIdentity(reader) };
}

function readIdentity(reader: PropertyReader<Name>): GcsIdentity {
  const account = readServiceAccount(reader);
  if (reader.flag('computeEngine') !== true) return account ?? { kind: 'anonymous' };
  if (account === undefined) return { kind: 'compute_engine', metadata: metadataUsual };
  throw propertyError('they name more than one identity', 'Give a key, or use that of the machine.');
}

function readServiceAccount(reader: PropertyReader<Name>): ServiceAccount | undefined {
  const names = ['email', 'privateKeyId', 'privateKey'] as const;
  const [email, keyId, pem] = names.map((name) => reader.text(name));
  if (email === undefined && keyId === undefined && pem === undefined) return undefined;
  if (email === undefined || keyId === undefined || pem === undefined) {
    const missing = names.find((name) => reader.text(name) === undefined) ?? 'email';
    throw propertyError(`'${reader.spelling(missing)}' is missing`);
  }
  const privateKey = readKey(pem, reader.spelling('privateKey'));
  const tokenUri = readUrl(reader, 'tokenUri', tokenUriUsual);
  return { kind: 'service_account', email, keyId, privateKey, tokenUri };
}

/** A key copied out of Google's JSON has `\n` in the place of line breaks. */
function readKey(pem: string, spelling: string): KeyObject {
  try {
    const key = createPrivateKey(pem.replaceAll(String.raw`\n`, '\n'));
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What the library says may have parts of the key in it.
  }
  throw propertyError(
    `'${spelling}' is no private key of RSA`,
    String.raw`Copy "private_key" of the JSON file of the service account, from -----BEGIN to the end.`,
  );
}

function readUrl(reader: PropertyReader<Name>, name: 'endpoint' | 'tokenUri', usual: string): URL {
  const text = reader.text(name) ?? usual;
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '') {
    return url;
  }
  throw propertyError(`'${reader.spelling(name)}' is no address`, 'Write a host, or https:// and a host.');
}

import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Secret } from '../../../base/secret.ts';
import {
  missingProperty,
  propertyError,
  type PropertyReader,
  type PropertyTable,
  readProperties,
} from '../../properties.ts';

type Name =
  | 'email'
  | 'privateKeyId'
  | 'privateKey'
  | 'tokenUri'
  | 'computeEngine'
  | 'applicationDefault'
  | 'impersonation'
  | 'endpoint';

/** StarRocks' keys, those of Hadoop's connector, two for private endpoints, and one for what Google's libraries do. */
export const gcsProperties: PropertyTable<Name> = {
  email: ['gcp.gcs.service_account_email', 'fs.gs.auth.service.account.email'],
  privateKeyId: ['gcp.gcs.service_account_private_key_id', 'fs.gs.auth.service.account.private.key.id'],
  privateKey: ['gcp.gcs.service_account_private_key', 'fs.gs.auth.service.account.private.key'],
  tokenUri: ['gcp.gcs.token_uri'],
  computeEngine: ['gcp.gcs.use_compute_engine_service_account'],
  applicationDefault: ['gcp.gcs.use_application_default_credentials'],
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

/** Someone who has logged in with gcloud. */
export type AuthorizedUser = Readonly<{
  kind: 'authorized_user';
  clientId: string;
  clientSecret: Secret;
  refreshToken: Secret;
  tokenUri: URL;
}>;

/** Whom tokens can be asked for. */
export type KnownIdentity =
  | ServiceAccount
  | AuthorizedUser
  /** The account of the machine, or of the pod, from the metadata server. */
  | Readonly<{ kind: 'compute_engine'; metadata: URL }>;

/** Whoever the machine is, as Google's libraries find out. Only when asked for by name. */
export type ApplicationDefault = Readonly<{
  kind: 'application_default';
  /** In the place of the one that the credentials name. */
  tokenUri: URL | undefined;
}>;

/** Who we are to Google. */
export type GcsIdentity = KnownIdentity | ApplicationDefault | Readonly<{ kind: 'anonymous' }>;

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
  const chosen: GcsIdentity[] = [];
  const account = readServiceAccount(reader);
  if (account !== undefined) chosen.push(account);
  if (reader.flag('computeEngine')) chosen.push({ kind: 'compute_engine', metadata: metadataUsual });
  if (reader.flag('applicationDefault')) {
    const isNamed = reader.text('tokenUri') !== undefined;
    const tokenUri = isNamed ? readUrl(reader, 'tokenUri', tokenUriUsual) : undefined;
    chosen.push({ kind: 'application_default', tokenUri });
  }
  if (chosen.length <= 1) return chosen[0] ?? { kind: 'anonymous' };
  throw propertyError('they name more than one identity', 'Give a key, or one of the ways without keys.');
}

function readServiceAccount(reader: PropertyReader<Name>): ServiceAccount | undefined {
  const names = ['email', 'privateKeyId', 'privateKey'] as const;
  const [email, keyId, pem] = names.map((name) => reader.text(name));
  if (email === undefined && keyId === undefined && pem === undefined) return undefined;
  if (email === undefined || keyId === undefined || pem === undefined) {
    const missing = names.find((name) => reader.text(name) === undefined) ?? 'email';
    throw missingProperty(reader.spelling(missing));
  }
  const privateKey = readKey(pem);
  if (privateKey === undefined) {
    throw propertyError(
      `'${reader.spelling('privateKey')}' is no private key of RSA`,
      String.raw`Copy "private_key" of the JSON file of the service account, from -----BEGIN to the end.`,
    );
  }
  const tokenUri = readUrl(reader, 'tokenUri', tokenUriUsual);
  return { kind: 'service_account', email, keyId, privateKey, tokenUri };
}

/** Undefined for what is no private key of RSA. A key copied out of Google's JSON has `\n` in the place of line breaks. */
export function readKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem.replaceAll(String.raw`\n`, '\n'));
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    // What the library says may have parts of the key in it.
    return undefined;
  }
}

function readUrl(reader: PropertyReader<Name>, name: 'endpoint' | 'tokenUri', usual: string): URL {
  const text = reader.text(name) ?? usual;
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '') {
    return url;
  }
  throw propertyError(`'${reader.spelling(name)}' is no address`, 'Write a host, or https:// and a host.');
}

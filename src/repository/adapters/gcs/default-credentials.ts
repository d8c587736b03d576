import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Secret } from '../../../base/secret.ts';
import { StorageError } from '../../storage-error.ts';
import { type ApplicationDefault, type AuthorizedUser, type KnownIdentity, readKey } from './options.ts';

/** Where Google's libraries look for the "application default credentials" of a machine, in this order. */
export type DefaultPlaces = Readonly<{
  /** Of GOOGLE_APPLICATION_CREDENTIALS: must be there when it is named. */
  namedFile: string | undefined;
  /** What `gcloud auth application-default login` writes. */
  gcloudFile: string;
  /** The metadata server of the machine. */
  metadata: URL;
}>;

const metadataHostUsual = 'metadata.google.internal';
const fileName = 'application_default_credentials.json';

/** The variables are Google's own. */
export function defaultPlaces(environment: Readonly<Record<string, string | undefined>>): DefaultPlaces {
  const folder = environment['CLOUDSDK_CONFIG'] ?? path.join(homedir(), '.config', 'gcloud');
  return {
    namedFile: environment['GOOGLE_APPLICATION_CREDENTIALS'] || undefined,
    gcloudFile: path.join(folder, fileName),
    metadata: new URL(`http://${environment['GCE_METADATA_HOST'] || metadataHostUsual}`),
  };
}

/**
 * Who this machine is to Google: read anew for each token, so that a file may be replaced. Fails with
 * `invalid_credentials` for a file that is not to be read or is of another kind; no text of it is repeated.
 */
export async function defaultIdentity(
  { tokenUri }: ApplicationDefault,
  places: DefaultPlaces,
): Promise<KnownIdentity> {
  const { namedFile, gcloudFile, metadata } = places;
  if (namedFile !== undefined) {
    const text = await textOf(namedFile);
    if (text !== undefined) return identityOf(namedFile, text, tokenUri);
    throw refused(namedFile, 'there is no such file', 'Look at the variable GOOGLE_APPLICATION_CREDENTIALS.');
  }
  const text = await textOf(gcloudFile);
  return text === undefined ? { kind: 'compute_engine', metadata } : identityOf(gcloudFile, text, tokenUri);
}

/** Undefined when there is no such file. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refused(file, `the file cannot be read (${code})`, 'Let the user of this server read it.');
  }
}

function identityOf(file: string, text: string, tokenUri: URL | undefined): KnownIdentity {
  const given = fieldsOf(file, text);
  const field = (name: string): string => {
    const value = given[name];
    if (typeof value === 'string' && value !== '') return value;
    throw refused(file, `it has no '${name}'`);
  };
  const kind = field('type');
  if (kind === 'authorized_user') return authorizedUser(field, tokenUri);
  if (kind !== 'service_account') {
    const hint = "Use a file of type 'service_account' or 'authorized_user', or the account of the machine.";
    throw refused(file, `credentials of its type '${kind}' are not supported`, hint);
  }
  const privateKey = readKey(field('private_key'));
  if (privateKey === undefined) throw refused(file, "its 'private_key' is no private key of RSA");
  const fileUri = URL.parse(field('token_uri'));
  if (fileUri === null) throw refused(file, "its 'token_uri' is no address");
  return {
    kind: 'service_account',
    email: field('client_email'),
    keyId: field('private_key_id'),
    privateKey,
    tokenUri: tokenUri ?? fileUri,
  };
}

function authorizedUser(
  field: (name: string) => string,
  tokenUri: URL = new URL('https://oauth2.googleapis.com/token'),
): AuthorizedUser {
  return {
    kind: 'authorized_user',
    clientId: field('client_id'),
    clientSecret: new Secret(field('client_secret')),
    refreshToken: new Secret(field('refresh_token')),
    tokenUri,
  };
}

function fieldsOf(file: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // What the parser says repeats a piece of the file.
  }
  throw refused(file, 'it is no JSON');
}

function refused(file: string, reason: string, hint?: string): StorageError {
  const message = `cannot use Google's credentials in '${file}': ${reason}`;
  return new StorageError('invalid_credentials', message, hint === undefined ? {} : { hint });
}

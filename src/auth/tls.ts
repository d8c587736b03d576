import { type KeyObject, X509Certificate, createPrivateKey, generateKeyPair } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from '../base/system-error.ts';
import { selfSignedCertificate } from './certificate.ts';

/** What a TLS server needs, and the same key for the RSA exchange of caching_sha2_password. */
export type TlsIdentity = Readonly<{
  /** PEM. */
  key: string;
  cert: string;
  privateKey: KeyObject;
  /** True when key and certificate were made by this call. */
  isNew: boolean;
  /** SHA-256 of the certificate, as clients show it: an operator compares it by eye. */
  fingerprint: string;
}>;

export type TlsOptions = Readonly<{
  /** `<data>/tls`; made when missing. */
  folder: string;
  hostname: string;
  now: Date;
}>;

const keyFile = 'server-key.pem';
const certificateFile = 'server-cert.pem';
/** Long enough that no server outlives it, since nothing renews it; the lifetime MySQL gives its own. */
const validYears = 10;
/** Enough for every client, and made in a second. */
const modulusLength = 2_048;
/** Greatest length of a common name (RFC 5280, upper bounds). */
const commonNameMax = 64;
const alwaysNames = ['localhost', '127.0.0.1', '::1'];

/**
 * Loads the server's key and certificate, or makes them at the first start. An operator may put others in their
 * place: `server-key.pem` and `server-cert.pem`. Throws when they do not belong together or cannot be read.
 */
export async function loadTlsIdentity(options: TlsOptions): Promise<TlsIdentity> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const keyPath = join(options.folder, keyFile);
  const certificatePath = join(options.folder, certificateFile);
  const storedKey = await readIfThere(keyPath);
  const storedCertificate = await readIfThere(certificatePath);
  if (storedKey !== undefined && storedCertificate !== undefined) {
    return identity(storedKey, storedCertificate, false);
  }
  if (storedKey === undefined && storedCertificate !== undefined) {
    throw new Error(`'${certificatePath}' has no key beside it: put '${keyFile}' there, or remove both`);
  }
  const key = storedKey ?? (await makeKey());
  const cert = makeCertificate(key, options);
  if (storedKey === undefined) await writeWhole(keyPath, key);
  await writeWhole(certificatePath, cert);
  return identity(key, cert, true);
}

function identity(key: string, cert: string, isNew: boolean): TlsIdentity {
  const privateKey = createPrivateKey(key);
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(`'${keyFile}' and '${certificateFile}' do not belong together`);
  }
  return { key, cert, privateKey, isNew, fingerprint: certificate.fingerprint256 };
}

async function makeKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function makeCertificate(key: string, { hostname, now }: TlsOptions): string {
  const isName = /^[\x21-\x7e]+$/.test(hostname);
  const names = isName ? [...new Set([...alwaysNames, hostname])] : alwaysNames;
  const commonName = isName ? hostname.slice(0, commonNameMax) : 'localhost';
  return selfSignedCertificate({
    privateKey: createPrivateKey(key),
    commonName,
    names,
    now,
    years: validYears,
  });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** All or nothing, readable by the owner only, on the disk when this returns. */
async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  {
    await using file = await open(partial, 'w', 0o600);
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  }
  await rename(partial, path);
}

import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../base/secret.ts';
import { fitsShaCrypt, readShaCrypt, type ShaCryptHash } from './sha-crypt.ts';

/** What is kept of a password. Neither form gives the password back. */
export type PasswordHash =
  | Readonly<{ kind: 'none' }>
  /** Salted and slow: for caching_sha2_password. Bytes in hexadecimal. */
  | Readonly<{
      kind: 'scrypt';
      salt: string;
      hash: string;
      cost: number;
      blockSize: number;
      parallelization: number;
    }>
  /** As MySQL keeps it for caching_sha2_password: of accounts that were brought from there. */
  | ShaCryptHash
  /** SHA1(SHA1(password)): what mysql_native_password asks for, and no better protected than that. */
  | Readonly<{ kind: 'native'; hash: string }>;

export type ScryptHash = Extract<PasswordHash, { kind: 'scrypt' }>;
export type ScryptCost = Pick<ScryptHash, 'cost' | 'blockSize' | 'parallelization'>;

/** 16 MiB and about 150 ms: OWASP's equivalent of 128 MiB in one pass, which a server under load cannot spare. */
export const scryptCost: ScryptCost = { cost: 16_384, blockSize: 8, parallelization: 5 };
const saltBytes = 16;
const hashBytes = 32;

export async function hashForSha2(password: Secret, cost: ScryptCost = scryptCost): Promise<ScryptHash> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  return { kind: 'scrypt', salt: salt.toString('hex'), hash: hash.toString('hex'), ...cost };
}

/** Takes the same time whether it fits or not. */
export async function fitsScrypt(password: Secret, stored: ScryptHash): Promise<boolean> {
  const hash = await derive(password, Buffer.from(stored.salt, 'hex'), stored);
  return timingSafeEqual(hash, Buffer.from(stored.hash, 'hex'));
}

export function isForSha2(stored: PasswordHash): stored is ScryptHash | ShaCryptHash {
  return stored.kind === 'scrypt' || stored.kind === 'sha_crypt';
}

/**
 * Reads a verifier as MySQL and MariaDB show it: 40 hexadecimal digits behind `*` for mysql_native_password, and MySQL's
 * own form for caching_sha2_password, a character for each byte. Undefined for what is none.
 */
export function readVerifier(
  verifier: Secret,
  plugin: 'mysql_native_password' | 'caching_sha2_password',
): PasswordHash | undefined {
  const text = verifier.reveal();
  if (plugin === 'caching_sha2_password') return readShaCrypt(text);
  return /^\*[0-9A-Fa-f]{40}$/.test(text) ? { kind: 'native', hash: text.slice(1).toLowerCase() } : undefined;
}

/** Whether the password is the one that is kept, in whichever form. Nothing fits where there is none, but an empty one. */
export async function fitsHash(password: Secret, stored: PasswordHash): Promise<boolean> {
  switch (stored.kind) {
    case 'none':
      return password.reveal() === '';
    case 'scrypt':
      return fitsScrypt(password, stored);
    case 'sha_crypt':
      return fitsShaCrypt(password.reveal(), stored);
    case 'native':
      return timingSafeEqual(Buffer.from(hashForNative(password).hash), Buffer.from(stored.hash));
  }
}

export function hashForNative(password: Secret): Extract<PasswordHash, { kind: 'native' }> {
  return { kind: 'native', hash: sha1(sha1(Buffer.from(password.reveal(), 'utf8'))).toString('hex') };
}

/** SHA256(SHA256(password)): with it a scramble of caching_sha2_password can be checked. Kept in memory only. */
export function sha2Digest(password: Secret): Buffer {
  return sha256(sha256(Buffer.from(password.reveal(), 'utf8')));
}

/** Whether a scramble, SHA256(pw) xor SHA256(digest ‖ nonce), was made from the password of `digest`. */
export function fitsSha2Scramble(scramble: Uint8Array, nonce: Uint8Array, digest: Uint8Array): boolean {
  return timingSafeEqual(sha256(xor(scramble, sha256(digest, nonce))), digest);
}

/** Whether a scramble, SHA1(pw) xor SHA1(nonce ‖ hash), was made from the password of `hash`. */
export function fitsNativeScramble(scramble: Uint8Array, nonce: Uint8Array, hash: Uint8Array): boolean {
  return timingSafeEqual(sha1(xor(scramble, sha1(nonce, hash))), hash);
}

async function derive(password: Secret, salt: Buffer, options: ScryptCost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const { cost, blockSize, parallelization } = options;
  scrypt(password.reveal(), salt, hashBytes, { cost, blockSize, parallelization }, (error, key) => {
    if (error === null) resolve(key);
    else reject(error);
  });
  return promise;
}

function xor(one: Uint8Array, other: Uint8Array): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)));
}

function sha1(...parts: readonly Uint8Array[]): Buffer {
  return digestOf('sha1', parts);
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return digestOf('sha256', parts);
}

function digestOf(algorithm: string, parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

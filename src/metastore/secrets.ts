import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Secret } from '../base/secret.ts';

/** Seals credentials before they are put into the metastore, and opens them when they are used. */
export interface Secrets {
  /** Text that is safe to store: `v1:<key id>:<base64>`. Sealing the same text twice gives different results. */
  seal(plain: Secret): string;
  /** Throws SecretsError `wrong_key` for a text sealed with another key, `damaged` for one that was changed. */
  open(sealed: string): Secret;
  /** Whether a text is sealed, and with the key that seals now. Says nothing of whether it can be opened. */
  stateOf(text: string): 'current' | 'older' | 'not_sealed';
}

export type SecretsErrorKind = 'key_file' | 'wrong_key' | 'damaged';

export class SecretsError extends Error {
  override readonly name = 'SecretsError';
  readonly kind: SecretsErrorKind;

  constructor(kind: SecretsErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** AES-256 takes a key of this size. */
export const keyBytes = 32;

/** 96 bits, for which GCM is made (NIST SP 800-38D, 8.2); random, so one key may seal some 2^32 texts. */
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';
const version = 'v1';
const sealedForm = /^v1:([0-9a-f]{8}):([A-Za-z0-9+/]+={0,2})$/;

/** `key` has `keyBytes` bytes; `origin` says in errors where it comes from. */
export function secretsWithKey(key: Uint8Array, origin: string): Secrets {
  return secretsWithKeys([key], origin);
}

/** The first key seals; each of them opens what it has sealed. */
export function secretsWithKeys(keys: readonly [Uint8Array, ...Uint8Array[]], origin: string): Secrets {
  for (const each of keys) checkLength(each, origin);
  const [key] = keys;
  const keyId = idOf(key);
  const byId = new Map(keys.map((each) => [idOf(each), each]));
  const header = headerOf(keyId);
  return {
    stateOf(text) {
      const [, sealedWith] = sealedForm.exec(text) ?? [];
      if (sealedWith === undefined) return 'not_sealed';
      return sealedWith === keyId ? 'current' : 'older';
    },
    seal(plain) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(header));
      const body = Buffer.concat([cipher.update(plain.reveal(), 'utf8'), cipher.final()]);
      return header + Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64');
    },
    open(sealed) {
      const [, sealedWith, text] = sealedForm.exec(sealed) ?? [];
      if (sealedWith === undefined || text === undefined) {
        throw new SecretsError('damaged', 'a stored credential is damaged: it has not the form of one');
      }
      const opening = byId.get(sealedWith);
      if (opening === undefined) throw wrongKey(sealedWith, keyId, origin);
      return decrypt(opening, headerOf(sealedWith), Buffer.from(text, 'base64'));
    },
  };
}

function checkLength(key: Uint8Array, origin: string): void {
  if (key.length === keyBytes) return;
  const text = `the key from ${origin} has ${key.length} bytes instead of ${keyBytes}`;
  throw new SecretsError('key_file', text);
}

/** Stands before the sealed bytes, and is sealed with them. */
function headerOf(keyId: string): string {
  return `${version}:${keyId}:`;
}

function decrypt(key: Uint8Array, header: string, bytes: Buffer): Secret {
  try {
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(header)).setAuthTag(bytes.subarray(-tagBytes));
    const plain = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
    return new Secret(Buffer.concat(plain).toString('utf8'));
  } catch (error) {
    throw new SecretsError('damaged', 'a stored credential is damaged: its seal does not fit', error);
  }
}

function wrongKey(sealedWith: string, keyId: string, origin: string): SecretsError {
  return new SecretsError(
    'wrong_key',
    `a stored credential was sealed with key ${sealedWith}, but the key from ${origin} is ${keyId}: ` +
      'start with the key that belongs to this metastore',
  );
}

/** Names a key without telling anything of it. */
function idOf(key: Uint8Array): string {
  return createHash('sha256').update('holdfast key id').update(key).digest('hex').slice(0, 8);
}

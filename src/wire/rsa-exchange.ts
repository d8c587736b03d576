import { createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import { Secret } from '../base/secret.ts';

/** The padding every MySQL client uses: OAEP with SHA-1. */
const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' } as const;

/**
 * The public-key exchange of caching_sha2_password for connections without TLS. Decryptions run on the thread pool,
 * one at a time: a flood of logins waits in line and leaves the other threads to the sessions.
 */
export class RsaExchange {
  readonly #key: Promise<KeyObject>;
  #last: Promise<unknown> = Promise.resolve();

  /** The private key may still be on its way when the server starts; logins that need it wait. */
  constructor(key: KeyObject | Promise<KeyObject>) {
    this.#key = Promise.resolve(key);
    this.#key.catch(() => undefined); // Each exchange that awaits the key reports its failure.
  }

  async publicKeyPem(): Promise<Buffer> {
    return Buffer.from(createPublicKey(await this.#key).export({ type: 'spki', format: 'pem' }));
  }

  /** The password hidden under key and nonce; `undefined` when it does not decrypt. */
  async decrypt(encrypted: Buffer, nonce: Buffer): Promise<Secret | undefined> {
    const turn = this.#last.then(() => this.#decrypt(encrypted));
    this.#last = turn;
    const plain = await turn;
    if (plain === undefined) return undefined;
    for (let index = 0; index < plain.length; index++) {
      plain[index] = plain.readUInt8(index) ^ nonce.readUInt8(index % nonce.length);
    }
    return passwordOf(plain);
  }

  async #decrypt(encrypted: Buffer): Promise<Buffer | undefined> {
    const key = (await this.#key).toCryptoKey(algorithm, false, ['decrypt']);
    try {
      return Buffer.from(await webcrypto.subtle.decrypt(algorithm, key, new Uint8Array(encrypted)));
    } catch {
      return undefined; // A wrong key or forged bytes: the caller refuses the login.
    }
  }
}

/** The password without the NUL that ends it; `undefined` when there is none. */
export function passwordOf(bytes: Buffer): Secret | undefined {
  const end = bytes.indexOf(0);
  return end >= 0 && end === bytes.length - 1 ? new Secret(bytes.toString('utf8', 0, end)) : undefined;
}

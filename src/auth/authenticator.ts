import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { Metastore } from '../metastore/metastore.ts';
import type { AccountVerifier, Authenticator } from '../wire/authenticator.ts';
import type { Account } from './account.ts';
import { findAccount, listAccounts } from './accounts.ts';
import { isLoopback } from './address.ts';
import { DigestCache } from './digest-cache.ts';
import { HashGate } from './hash-gate.ts';
import { LoginThrottle } from './login-throttle.ts';
import {
  type ScryptHash,
  fitsHash,
  fitsNativeScramble,
  fitsSha2Scramble,
  isForSha2,
  scryptCost,
  sha2Digest,
} from './password-hash.ts';
import type { ShaCryptHash } from './sha-crypt.ts';
import { loadPluginSecret, pluginOfUnknown } from './plugin-choice.ts';
import { holderOf } from './roles.ts';

/** SHA1 twice gives this many bytes; so has the verifier of a name that does not exist. */
const nativeHashBytes = 20;

/** The accounts of the metastore, for wire's handshake. */
export async function openAuthenticator(metastore: Metastore, clock: Clock): Promise<Authenticator> {
  return new AccountAuthenticator(metastore, clock, await loadPluginSecret(metastore));
}

/**
 * Verifies passwords as MySQL's caching_sha2_password does: a slow salted hash at rest, and in memory the digest
 * that lets an account in quickly once it has proved its password in full. A name without an account goes the same
 * way as one with another password: same packets, same work, but for accounts whose hash came from MySQL and takes less.
 */
class AccountAuthenticator implements Authenticator {
  readonly #metastore: Metastore;
  readonly #pluginSecret: Buffer;
  readonly #throttle: LoginThrottle;
  readonly #gate = new HashGate();
  readonly #digests = new DigestCache();
  /** Slow hashes that are being computed, or wait for their turn, by what is compared. */
  readonly #checks = new Map<string, Promise<boolean>>();
  /** What passwords of accounts without one, and of no account, are compared to. Nobody knows a password for it. */
  readonly #dummy: ScryptHash = {
    kind: 'scrypt',
    salt: randomBytes(16).toString('hex'),
    hash: randomBytes(32).toString('hex'),
    ...scryptCost,
  };

  constructor(metastore: Metastore, clock: Clock, pluginSecret: Buffer) {
    this.#metastore = metastore;
    this.#pluginSecret = pluginSecret;
    this.#throttle = new LoginThrottle(clock);
  }

  async verifier(user: string, address: string): Promise<AccountVerifier> {
    const account = findAccount(this.#metastore, user);
    const plugin = account?.plugin ?? this.#pluginOfUnknown(user);
    const passwordless = account?.password.kind === 'none' && isLoopback(address);
    const common = {
      plugin,
      isPasswordless: passwordless,
      isLocked: account?.isLocked === true,
      requiresTls: account?.requiresTls === true,
      connectionsMax: account?.connectionsMax ?? 0,
      isAdministrator: holderOf(this.#metastore, user, 'DEFAULT')?.isAdministrator === true,
    };
    if (plugin === 'mysql_native_password') return { ...common, ...nativeVerifier(account) };
    return { ...common, ...this.#sha2Verifier(user, account) };
  }

  throttle(user: string, address: string): number {
    return this.#throttle.begin(user, address);
  }

  report(user: string, address: string, succeeded: boolean): void {
    this.#throttle.end(user, address, succeeded);
  }

  /**
   * A scramble that does not fit the cached digest is answered as one without a digest: the full exchange follows
   * for wrong passwords of every name alike.
   */
  #sha2Verifier(user: string, account: Account | undefined): Verification {
    const stored = account && isForSha2(account.password) ? account.password : undefined;
    return {
      verifyScramble: (scramble, nonce) => {
        const digest = stored === undefined ? undefined : this.#digests.get(user, stored.hash);
        const fits = fitsSha2Scramble(scramble, nonce, digest ?? Buffer.from(this.#dummy.hash, 'hex'));
        return fits && digest !== undefined ? 'accepted' : 'unknown';
      },
      verifyPassword: async (password: Secret) => {
        const digest = sha2Digest(password);
        const fits = await this.#checkOnce(user, password, { digest, stored: stored ?? this.#dummy });
        if (!fits || stored === undefined) return false;
        this.#digests.set(user, stored.hash, digest);
        return true;
      },
    };
  }

  /** Logins with one password that come at once, such as those of a pool after a restart, cost one slow hash. */
  async #checkOnce(
    user: string,
    password: Secret,
    { digest, stored }: Readonly<{ digest: Buffer; stored: ScryptHash | ShaCryptHash }>,
  ): Promise<boolean> {
    const key = `${stored.hash} ${digest.toString('hex')} ${user}`;
    const running = this.#checks.get(key);
    if (running !== undefined) return running;
    const check = this.#gate.run(() => fitsHash(password, stored));
    this.#checks.set(key, check);
    try {
      return await check;
    } finally {
      this.#checks.delete(key);
    }
  }

  #pluginOfUnknown(user: string): Account['plugin'] {
    const hasNative = listAccounts(this.#metastore).some(({ plugin }) => plugin === 'mysql_native_password');
    return pluginOfUnknown(user, this.#pluginSecret, hasNative);
  }
}

type Verification = Pick<AccountVerifier, 'verifyScramble' | 'verifyPassword'>;

function nativeVerifier(account: Account | undefined): Verification {
  const stored = account?.password.kind === 'native' ? account.password.hash : undefined;
  const hash = stored === undefined ? randomBytes(nativeHashBytes) : Buffer.from(stored, 'hex');
  return {
    verifyScramble: (scramble, nonce) => {
      const fits = fitsNativeScramble(scramble, nonce, hash);
      return fits && stored !== undefined ? 'accepted' : 'refused';
    },
    verifyPassword: async () => false,
  };
}

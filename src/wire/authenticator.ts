import type { Secret } from '../base/secret.ts';

/** Account lookup for the handshake. Unknown users take the same path and the same time. */
export interface Authenticator {
  /** Never fails: an unknown name gets a verifier that refuses everything, its plugin chosen from the name alone. */
  verifier(user: string, address: string): Promise<AccountVerifier>;
  /**
   * Milliseconds the peer has to wait before it may try again; 0 to go on. Counted before any hashing: a 0 begins
   * an attempt, which exactly one `report` ends, also when the peer goes away in the middle of it.
   */
  throttle(user: string, address: string): number;
  report(user: string, address: string, succeeded: boolean): void;
}

export interface AccountVerifier {
  readonly plugin: 'caching_sha2_password' | 'mysql_native_password';
  /** The account exists and has an empty password. */
  readonly isPasswordless: boolean;
  /** May take the place that is kept free for an administrator when all others are taken. */
  readonly isAdministrator?: boolean;
  /** Nobody logs in to it, whatever they prove. */
  readonly isLocked?: boolean;
  /** It is let in over TLS alone. */
  readonly requiresTls?: boolean;
  /** Connections that it may have at once; absent or 0 means the server's own limit. */
  readonly connectionsMax?: number;
  /**
   * mysql_native_password: SHA1(pw) xor SHA1(nonce ‖ SHA1(SHA1(pw))).
   * caching_sha2_password: SHA256(pw) xor SHA256(SHA256(SHA256(pw)) ‖ nonce); `unknown` when no cached digest is
   * held, and the full exchange must follow.
   */
  verifyScramble(scramble: Uint8Array, nonce: Uint8Array): 'accepted' | 'refused' | 'unknown';
  /** The full exchange of caching_sha2_password: the password itself, over TLS or RSA. Fills the cache. */
  verifyPassword(password: Secret): Promise<boolean>;
}

import type { Secret } from '../base/secret.ts';

/** Where another server is, and who we are there. */
export type UpstreamAccount = Readonly<{
  host: string;
  port: number;
  user: string;
  password: Secret;
  tls: UpstreamTls;
  /** For connecting, TLS and login together. */
  connectTimeoutMs: number;
}>;

/**
 * `required` encrypts but believes any certificate; `verify_ca` wants one of `ca` (of the authorities that Node
 * trusts without one); `verify_identity` wants it to name the host, too.
 */
export type UpstreamTls = Readonly<{
  mode: 'disabled' | 'required' | 'verify_ca' | 'verify_identity';
  /** PEM. */
  ca?: string;
  cert?: string;
  key?: Secret;
}>;

/** `host:port` for texts. */
export function addressOf({ host, port }: Pick<UpstreamAccount, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
